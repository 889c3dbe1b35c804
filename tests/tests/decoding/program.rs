//! What the program of generated types does with one message.

use crate::rendering::{Shown, rendering};
use sf_outbound::{Limits, Notifications, SObject, Unknown, decode};

/// The `Notifications` of a generated module.
pub(crate) trait Message {
    /// Prints the message in a file as this type reads it, and a NUL.
    fn show(file: &str);
}

impl<T: SObject + PartialEq + std::fmt::Debug> Message for Notifications<T> {
    fn show(file: &str) {
        let read = decode::<T>(&std::fs::read(file).expect("a message"), &Limits::default());
        print!("{}\0", rendering(&read, shown));
        if let Ok(message) = read {
            let mut bytes = Vec::new();
            message.encode(&mut bytes);
            let again = decode::<T>(&bytes, &Limits::default()).expect("what was encoded");
            let mut twice = Vec::new();
            again.encode(&mut twice);
            assert!(twice == bytes, "{file}: what is decoded is encoded");
            // What the WSDL does not know is not written, even where it is kept.
            if message.unknown.elements > 0 {
                return;
            }
            let mut rest = message;
            (rest.unknown, rest.session_id) = (Unknown::default(), None);
            // A NaN equals nothing, and a decimal of 1500 is written as 1500.0, which is the same number.
            let is_same = again == rest || format!("{again:?}") == format!("{rest:?}");
            assert!(is_same, "{file}: what is encoded is decoded: {again:?}, not {rest:?}");
        }
    }
}

fn shown<T: SObject>(record: &T) -> Shown<'_> {
    let table = T::table();
    let fields = record.fields().map(|(name, kind, value)| (name.to_owned(), kind, value));
    (table.object().to_owned(), record.id(), fields.collect())
}

/// [`Message::show`], spelled as the program calls it.
pub(crate) fn show<M: Message>(file: &str) {
    M::show(file);
}
