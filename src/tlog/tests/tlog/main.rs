//! The log as its users see it, judged by crates that no one here wrote: ct-merkle, signed_note and tlog_tiles.

mod entries;
mod frozen;
mod known_answers;
mod merkle;
mod notes;
mod policies;
mod proofs;
mod support;
mod tiles;
mod vectors;
mod witnesses;
