//! `ceremony-publish` as a process: stores that are begun and appended to, and what changes nothing.

mod append;
#[path = "../../../verifier/tests/verifier/common/mod.rs"]
mod common;
mod history;
mod init;
mod publish;
mod signatures;
