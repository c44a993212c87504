//! `ceremony-publish` as a process: stores that are begun and appended to, and what changes nothing.

mod afterwards;
mod append;
#[path = "../../../verifier/tests/verifier/common/mod.rs"]
mod common;
mod history;
mod init;
mod keys;
mod kills;
mod kills_afterwards;
mod new_log;
mod publish;
mod revoked;
mod rules;
mod signatures;
