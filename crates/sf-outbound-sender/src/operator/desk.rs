//! An organization in its operator's hands.

use crate::definition::Definition;
use crate::delivery::Shared;
use crate::error::Error;
use crate::rehearsal::{Rehearsal, Stage};
use crate::setup::Setup;
use std::sync::Arc;

/// An organization in its operator's hands.
#[derive(Clone)]
pub(crate) struct Operator {
    pub(super) shared: Arc<Shared>,
    stage: Arc<Stage>,
    definition: Arc<Definition>,
}

impl Operator {
    pub(crate) fn new(shared: &Arc<Shared>, stage: Arc<Stage>, definition: Definition) -> Self {
        Self { shared: Arc::clone(shared), stage, definition: Arc::new(definition) }
    }

    pub(crate) fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.shared.setup
    }

    /// The organization's own time.
    pub(crate) fn now_millis(&self) -> i64 {
        self.shared.time.now_millis()
    }

    /// A number that is another after each commit that has changed something.
    pub(crate) fn changes(&self) -> u64 {
        self.shared.store.changes()
    }

    /// What keeps a lane from its work, while it lasts.
    pub(crate) fn trouble(&self) -> Option<Error> {
        self.shared.troubles.first()
    }

    /// What is rehearsed.
    pub(crate) fn rehearsal(&self) -> Rehearsal {
        self.stage.rehearsal()
    }

    /// Rehearses something else from the next message on.
    pub(crate) fn rehearse(&self, rehearsal: Rehearsal) {
        self.stage.rehearse(rehearsal);
    }
}
