//! What every route is answered from.

use crate::codes;
use crate::error::Error;
use crate::operator::Operator;
use crate::records::Records;
use crate::setup::Setup;
use sf_outbound_page::Door;

/// The organization, and the server's door.
#[derive(Clone)]
pub(super) struct State {
    pub(super) records: Records,
    pub(super) operator: Operator,
    pub(super) door: Door,
}

impl State {
    pub(super) fn setup(&self) -> &Setup {
        self.operator.setup()
    }
}

/// Runs what waits for the disk outside of the server's thread.
///
/// **Errors.** Its own; `SFD0404` after the stop.
pub(super) async fn blocking<S: Send + 'static, T: Send + 'static>(
    state: S,
    work: impl FnOnce(&S) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(move || work(&state)).await;
    done.unwrap_or_else(|_| Err(Error::trouble(&codes::STOPPED, "the organization was stopped")))
}
