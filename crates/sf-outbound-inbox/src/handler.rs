//! Who handles the notifications of an object.

use crate::delivery::Delivery;
use crate::error::HandlerError;
use rusqlite::Connection;
use sf_outbound::{Limits, RawRecord, Record, SObject, Schema};
use sf_outbound_store::Trouble;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

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
#[derive(Debug)]
pub(crate) enum Unhandled {
    /// The handler's type does not read the record.
    Unreadable(sf_outbound::Error),
    Failed(HandlerError),
    /// It panicked, with these words.
    Panicked(String),
    /// There is no result, for this reason.
    Unfinished(String),
    Store(Trouble),
}

impl From<Trouble> for Unhandled {
    fn from(trouble: Trouble) -> Self {
        Self::Store(trouble)
    }
}

/// How a record's bytes become what a handler takes.
pub(crate) trait Form: Send + Sync + 'static {
    type Record: Send + 'static;

    /// API name of the object.
    fn object(&self) -> &str;

    fn read(&self, record: &RawRecord) -> Result<Self::Record, sf_outbound::Error>;
}

/// A generated type.
pub(crate) struct Generated<T>(PhantomData<fn() -> T>);

impl<T> Generated<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: SObject + 'static> Form for Generated<T> {
    type Record = T;

    fn object(&self) -> &str {
        T::table().object()
    }

    fn read(&self, record: &RawRecord) -> Result<T, sf_outbound::Error> {
        record.decode::<T>(&Limits::default())
    }
}

/// A schema that was read at run time.
impl Form for Schema {
    type Record = Record;

    fn object(&self) -> &str {
        self.table().object()
    }

    fn read(&self, record: &RawRecord) -> Result<Record, sf_outbound::Error> {
        record.decode_with(self, &Limits::default())
    }
}

/// A handler of the notifications of one object.
pub(crate) enum Handler {
    Inside(Box<dyn Handle>),
    Outside(Box<dyn Begin>),
}

impl Handler {
    /// API name of the object.
    pub(crate) fn object(&self) -> &str {
        match self {
            Self::Inside(handler) => handler.object(),
            Self::Outside(handler) => handler.object(),
        }
    }
}

/// A handler in the inbox's transaction.
pub(crate) trait Handle: Send + Sync {
    fn object(&self) -> &str;

    fn handle(&self, tx: &Tx<'_>, delivery: Delivery<RawRecord>) -> Result<(), Unhandled>;
}

pub(crate) struct Inside<F, H> {
    pub(crate) form: F,
    pub(crate) handler: H,
}

impl<F, H> Handle for Inside<F, H>
where
    F: Form,
    H: Fn(&Tx<'_>, Delivery<F::Record>) -> Result<(), HandlerError> + Send + Sync,
{
    fn object(&self) -> &str {
        self.form.object()
    }

    fn handle(&self, tx: &Tx<'_>, delivery: Delivery<RawRecord>) -> Result<(), Unhandled> {
        let delivery = delivery.try_map(|record| self.form.read(&record)).map_err(Unhandled::Unreadable)?;
        (self.handler)(tx, delivery).map_err(Unhandled::Failed)
    }
}

/// The work on some notifications, and what became of each.
pub(crate) type Work = Pin<Box<dyn Future<Output = Vec<Result<(), Unhandled>>> + Send>>;

/// A handler outside the transaction.
pub(crate) trait Begin: Send + Sync {
    fn object(&self) -> &str;

    /// How many notifications it takes at once.
    fn most(&self) -> usize;

    /// The work, which does nothing before it is polled.
    fn begin(&self, deliveries: Vec<Delivery<RawRecord>>) -> Work;
}

/// Of one notification at a time.
pub(crate) struct One<F, H>(Arc<(F, H)>);

impl<F, H> One<F, H> {
    pub(crate) fn new(form: F, handler: H) -> Self {
        Self(Arc::new((form, handler)))
    }
}

impl<F, H, W> Begin for One<F, H>
where
    F: Form,
    H: Fn(Delivery<F::Record>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    fn object(&self) -> &str {
        self.0.0.object()
    }

    fn most(&self) -> usize {
        1
    }

    fn begin(&self, deliveries: Vec<Delivery<RawRecord>>) -> Work {
        let this = Arc::clone(&self.0);
        Box::pin(async move {
            let (form, handler) = &*this;
            let mut results = Vec::with_capacity(deliveries.len());
            for delivery in deliveries {
                results.push(match delivery.try_map(|record| form.read(&record)) {
                    Ok(delivery) => handler(delivery).await.map_err(Unhandled::Failed),
                    Err(error) => Err(Unhandled::Unreadable(error)),
                });
            }
            results
        })
    }
}

/// Of several notifications at a time.
pub(crate) struct Batch<F, H> {
    shared: Arc<(F, H)>,
    most: usize,
}

impl<F, H> Batch<F, H> {
    pub(crate) fn new(form: F, most: usize, handler: H) -> Self {
        Self { shared: Arc::new((form, handler)), most: most.max(1) }
    }
}

impl<F, H, W> Begin for Batch<F, H>
where
    F: Form,
    H: Fn(Vec<Delivery<F::Record>>) -> W + Send + Sync + 'static,
    W: Future<Output = Vec<Result<(), HandlerError>>> + Send + 'static,
{
    fn object(&self) -> &str {
        self.shared.0.object()
    }

    fn most(&self) -> usize {
        self.most
    }

    fn begin(&self, deliveries: Vec<Delivery<RawRecord>>) -> Work {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let (form, handler) = &*shared;
            let (mut read, mut results) = (Vec::new(), Vec::new());
            for delivery in deliveries {
                let delivery = delivery.try_map(|record| form.read(&record));
                results.push(delivery.map(|delivery| read.push(delivery)).map_err(Unhandled::Unreadable));
            }
            if read.is_empty() {
                return results;
            }
            let mut told = handler(read).await.into_iter();
            for result in results.iter_mut().filter(|result| result.is_ok()) {
                let none = || Err("the handler gave no result for it".into());
                *result = told.next().unwrap_or_else(none).map_err(Unhandled::Failed);
            }
            results
        })
    }
}
