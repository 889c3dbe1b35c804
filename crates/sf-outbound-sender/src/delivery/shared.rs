//! The running organization, as whoever changes records, the lanes and the operator share it.

use super::bells::Bells;
use super::client::Client;
use super::clock::Time;
use super::hooks::Hooks;
use super::recorder::Recorder;
use super::schedule::Schedule;
use super::sent::Sent;
use super::trouble::Troubles;
use crate::error::Error;
use crate::setup::Setup;
use crate::store::{Store, Tx};
use std::sync::Arc;

/// Is told the name of the outbound message, and how it went.
pub(crate) type Observer = Box<dyn Fn(&str, &Sent) + Send + Sync>;

pub(crate) struct Shared {
    pub(crate) setup: Setup,
    pub(crate) store: Store,
    pub(crate) time: Time,
    pub(crate) bells: Bells,
    pub(crate) client: Client,
    pub(crate) schedule: Schedule,
    /// Whether what was not delivered in its lifetime is kept as failed.
    pub(crate) keep_failed: bool,
    /// Of the URLs in messages.
    pub(crate) host: String,
    /// What is older is taken out of the log.
    pub(crate) log_millis: i64,
    /// What comes between a lane and its endpoint.
    pub(crate) hooks: Arc<dyn Hooks>,
    /// Hears of each message before it goes, and of its reply.
    pub(crate) recorder: Option<Recorder>,
    /// Hears of each message that was sent.
    pub(crate) observer: Option<Observer>,
    /// What keeps lanes from their work.
    pub(crate) troubles: Troubles,
}

impl Shared {
    /// Runs what writes, in a transaction; the result is on the disk.
    pub(crate) fn write<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(&Self, &Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(self);
        self.store.run(move |tx| operation(&shared, tx))
    }

    /// Runs what only reads.
    pub(crate) fn read<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(&Self, &Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(self);
        self.store.read(move |tx| operation(&shared, tx))
    }
}
