//! What another policy or roster changes, in plain words: from what, to what.

mod rosters;
mod tables;

pub use rosters::rosters;
pub use tables::{Entity, changed, changes, entity, parse, policies};
