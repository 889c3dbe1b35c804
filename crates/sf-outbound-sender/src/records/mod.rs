//! Records, and what their changes queue: whoever changes or reads one does it here.

mod change;
pub(crate) mod external_ids;
pub(crate) mod fields;
mod operation;

pub use operation::{Done, Operation};

use crate::delivery::Shared;
use crate::error::{self, Error};
use crate::values::Values;
use change::Change;
use sf_outbound::{Id, OwnedValue};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Records that one operation of many may hold, as in Salesforce.
pub(crate) const BATCH: usize = 200;

/// The records of an organization.
#[derive(Clone)]
pub(crate) struct Records(Arc<Shared>);

impl Records {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared))
    }

    /// Runs operations in one transaction, each wholly or not at all; with `all_or_none` none where one is refused.
    ///
    /// **Errors.** `EXCEEDED_ID_LIMIT` for more than 200 operations; trouble with the file.
    pub(crate) fn batch(
        &self,
        operations: Vec<Operation>,
        all_or_none: bool,
    ) -> Result<Vec<Result<Done, Error>>, Error> {
        if operations.len() > BATCH {
            let message =
                format!("record limit reached. cannot submit more than {BATCH} records in this request");
            return Err(Error::new(error::TOO_MANY, message));
        }
        let shared = Arc::clone(&self.0);
        let (done, queued) = self.0.store.run(move |tx| {
            let now_millis = shared.time.now_millis();
            let (setup, hooks) = (&shared.setup, &*shared.hooks);
            let mut change = Change { setup, tx, now_millis, queued: [].into(), hooks };
            if all_or_none {
                // Without a savepoint for each, as long as none is refused.
                let all = tx.whole(|_| operations.iter().cloned().map(|one| change.apply(one)).collect());
                if let Ok::<Vec<_>, Error>(all) = all {
                    return Ok((all.into_iter().map(Ok).collect(), change.queued));
                }
                change.queued.clear();
            }
            let mut done = Vec::with_capacity(operations.len());
            let kept = tx.whole(|tx| {
                for operation in operations {
                    done.push(tx.whole(|_| change.apply(operation)));
                }
                match done.iter().find_map(|done| done.as_ref().err()) {
                    Some(error) if all_or_none => Err(error.clone()),
                    _ => Ok(()),
                }
            });
            if kept.is_err() {
                change.queued.clear();
                for done in done.iter_mut().filter(|done| done.is_ok()) {
                    *done = Err(Error::rolled_back());
                }
            }
            Ok((done, change.queued))
        })?;
        for place in queued {
            self.0.bells.ring(place);
        }
        Ok(done)
    }

    pub(crate) fn one(&self, operation: Operation) -> Result<Done, Error> {
        let done = self.batch(vec![operation], true)?;
        // One operation has one result.
        done.into_iter().next().unwrap_or_else(|| Err(Error::new(error::NOT_FOUND, "")))
    }

    pub(crate) fn read(&self, object: &str, id: Id) -> Result<Values, Error> {
        let object = object.to_owned();
        self.0.read(move |shared, tx| {
            let object = shared.setup.object(&object)?;
            change::read(&shared.setup, tx, object, id).map(|(_, values)| values)
        })
    }

    /// The id of the record with an external id.
    pub(crate) fn find(&self, object: &str, field: &str, value: OwnedValue) -> Result<Option<Id>, Error> {
        let (object, field) = (object.to_owned(), field.to_owned());
        self.0.read(move |shared, tx| {
            let object = shared.setup.object(&object)?;
            let (field, key) = external_ids::external_id(object, &field, value)?;
            let seq = tx.find_external(object.number, &field.name, &key)?;
            Ok(seq.map(|seq| shared.setup.ids.id(&object.object.key_prefix, seq)))
        })
    }

    /// Up to `limit` records of an object that are wanted, in the order of their ids, after a number.
    pub(crate) fn select(
        &self,
        object: &str,
        after: i64,
        limit: usize,
        wanted: impl Fn(&Values) -> bool + Send + 'static,
    ) -> Result<Vec<Values>, Error> {
        let mut found = Vec::new();
        self.walk(object, after, move |values| {
            let Some(values) = values else { return ControlFlow::Break(std::mem::take(&mut found)) };
            if found.len() < limit && wanted(&values) {
                found.push(values);
            }
            if found.len() < limit {
                return ControlFlow::Continue(());
            }
            ControlFlow::Break(std::mem::take(&mut found))
        })
    }

    /// The number of an object's records that are wanted, at most `limit`.
    pub(crate) fn count(
        &self,
        object: &str,
        limit: usize,
        wanted: impl Fn(&Values) -> bool + Send + 'static,
    ) -> Result<usize, Error> {
        let mut count = 0;
        self.walk(object, 0, move |values| {
            let Some(values) = values else { return ControlFlow::Break(count) };
            count += usize::from(count < limit && wanted(&values));
            if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(count) }
        })
    }

    /// The number of an object's records.
    pub(crate) fn count_all(&self, object: &str) -> Result<usize, Error> {
        let place = self.0.setup.object_place(object)?;
        self.0.read(move |shared, tx| tx.count_records(shared.setup.objects[place].number))
    }

    /// Shows each record of an object, in the order of their ids after a number, and then the end.
    fn walk<T: Send + 'static>(
        &self,
        object: &str,
        mut after: i64,
        mut see: impl FnMut(Option<Values>) -> ControlFlow<T> + Send + 'static,
    ) -> Result<T, Error> {
        /// Some milliseconds of reading.
        const STEP: usize = 1_000;
        let place = self.0.setup.object_place(object)?;
        let shared = Arc::clone(&self.0);
        self.0.store.scan(move |tx| {
            let object = &shared.setup.objects[place];
            let records = tx.records_after(object.number, after, STEP)?;
            for (seq, kept) in &records {
                after = *seq;
                let values = shared.setup.values(object, *seq, kept);
                if let ControlFlow::Break(result) = see(Some(values)) {
                    return Ok(ControlFlow::Break(result));
                }
            }
            Ok(if records.is_empty() { see(None) } else { ControlFlow::Continue(()) })
        })
    }
}
