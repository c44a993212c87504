//! What the journeys share: programs of this build, judges from outside, rehearsals made once, scratch folders.

pub mod again;
pub mod aics;
pub mod browser;
pub mod certify;
pub mod event;
pub mod golden;
pub mod judges;
pub mod process;
pub mod rehearsal;
pub mod scratch;
pub mod seed;
pub mod skip;
pub mod tpm;

pub use process::{Outcome, ours, run};
pub use scratch::Scratch;
