//! The audit log's place: every command that had its turn passes here.

use crate::answers::Answer;
use crate::session::Session;

/// Called under the store's lock, after the command and before its answer. No log is written yet.
pub fn note(_session: &Session, _command: &str, _answer: &Answer) {}
