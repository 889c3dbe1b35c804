//! `fetch`.

use crate::{home, interop, suite};

/// All that tests need and the repository does not hold.
pub(crate) fn run() -> Result<(), String> {
    home::fetch()?;
    suite::fetch()?;
    interop::fetch()
}
