//! What became of a test.

/// How a test has ended that has not panicked.
pub(crate) enum Ran {
    Passed(String),
    Skipped(&'static str),
}
