//! The token of a running organization.

use std::env;

/// The bearer token of the REST API, which a command line would show to every user of the machine.
pub(super) fn token() -> Option<String> {
    env::var("SF_OUTBOUND_TOKEN").ok().filter(|token| !token.is_empty())
}
