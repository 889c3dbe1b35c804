//! Stacks that nobody here wrote: they read our WSDLs, listen to our messages, and change our records.
//!
//! `cargo xtask test` fetches them; where they are not there, each test says so and is skipped.

mod org;
mod page;
mod sidecar;
mod stack;
mod wsdls;
