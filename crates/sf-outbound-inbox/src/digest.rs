//! What a notification says, in 16 bytes: the part of its identity that tells a duplicate from newer data.
//!
//! Salesforce reads a record when it sends, not when the change was queued. So a notification that is sent again, because
//! its ack was lost, keeps its Id and can carry newer data. The digest is over what the record says and not over how it is
//! written, so another prefix or line break is no other notification.

use sf_outbound::RawRecord;
use sha2::{Digest as _, Sha256};

/// How digests are made today. It stands beside each, so that a later way can tell its own from older ones.
pub(crate) const VERSION: i64 = 1;

/// The first half of SHA-256 over the record's canonical bytes.
pub(crate) fn digest(record: Option<&RawRecord>) -> [u8; 16] {
    let mut hash = Sha256::new();
    // What comes without a record, because it was deleted, says that, and no record says the same.
    hash.update([u8::from(record.is_some())]);
    hash.update(record.map_or(&[][..], RawRecord::canonical));
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    half
}
