//! `listen` and `send` from the outside, over sockets of 127.0.0.1.
#![cfg(feature = "listen")]

mod answers;
mod forwarder;
mod hostile;
mod keep;
mod process;
mod replay;
mod sending;
mod shown;
