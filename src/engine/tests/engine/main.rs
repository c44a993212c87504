//! `ceremony` as people call it, where no event is held.

#[path = "../../../hsm/tests/hsm/chains/mod.rs"]
mod chains;
mod codes;
mod console;
mod help;
mod verify_identity;
