//! Who handles the notifications of an object.

use crate::delivery::Delivery;
use crate::error::HandlerError;
use rusqlite::Connection;
use sf_outbound::{Limits, RawRecord, Record, SObject, Schema};
use sf_outbound_store::Trouble;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// The transaction in which a notification is handled: what is written by it and that the notification is handled are
/// committed together, or neither is.
///
/// It derefs to a [`rusqlite::Connection`]. The tables of the program stand in the inbox's own file, made by
/// [`Builder::prepare`](crate::Builder::prepare); another file can't be attached, as a transaction over two files is not
/// atomic. A statement that ends the transaction undoes everything in it.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::{HandlerError, Tx};
///
/// fn count(tx: &Tx<'_>) -> Result<i64, HandlerError> {
///     Ok(tx.query_row("SELECT count(*) FROM deal", [], |row| row.get(0))?)
/// }
/// ```
pub struct Tx<'t>(pub(crate) &'t Connection);

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

/// Why a notification is not handled.
pub(crate) enum Unhandled {
    /// The handler's type does not read the record.
    Unreadable(sf_outbound::Error),
    Failed(HandlerError),
    Store(Trouble),
}

impl From<Trouble> for Unhandled {
    fn from(trouble: Trouble) -> Self {
        Self::Store(trouble)
    }
}

/// A handler of any type.
pub(crate) trait Handle: Send + Sync {
    /// API name of the object whose notifications it handles.
    fn object(&self) -> &str;

    fn handle(&self, tx: &Tx<'_>, delivery: Delivery<RawRecord>) -> Result<(), Unhandled>;
}

/// Of a generated type.
pub(crate) struct Typed<T, H> {
    handler: H,
    object: PhantomData<fn() -> T>,
}

impl<T, H> Typed<T, H> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler, object: PhantomData }
    }
}

impl<T, H> Handle for Typed<T, H>
where
    T: SObject,
    H: Fn(&Tx<'_>, Delivery<T>) -> Result<(), HandlerError> + Send + Sync,
{
    fn object(&self) -> &str {
        T::table().object()
    }

    fn handle(&self, tx: &Tx<'_>, delivery: Delivery<RawRecord>) -> Result<(), Unhandled> {
        let delivery = delivery.try_map(|record| record.decode::<T>(&Limits::default()));
        (self.handler)(tx, delivery.map_err(Unhandled::Unreadable)?).map_err(Unhandled::Failed)
    }
}

/// Of a schema that was read at run time.
pub(crate) struct BySchema<H> {
    pub(crate) schema: Schema,
    pub(crate) handler: H,
}

impl<H> Handle for BySchema<H>
where
    H: Fn(&Tx<'_>, Delivery<Record>) -> Result<(), HandlerError> + Send + Sync,
{
    fn object(&self) -> &str {
        self.schema.table().object()
    }

    fn handle(&self, tx: &Tx<'_>, delivery: Delivery<RawRecord>) -> Result<(), Unhandled> {
        let delivery = delivery.try_map(|record| record.decode_with(&self.schema, &Limits::default()));
        (self.handler)(tx, delivery.map_err(Unhandled::Unreadable)?).map_err(Unhandled::Failed)
    }
}
