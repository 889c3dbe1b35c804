//! `fetch`.

use crate::{home, interop, newest, suite, versions};

/// All that tests need and the repository does not hold.
pub(crate) fn run() -> Result<(), String> {
    home::fetch()?;
    newest::fetch();
    versions::fetch();
    suite::fetch()?;
    interop::fetch()
}
