//! The ceremony scripts: every template becomes a plan that can be held, and what is refused is said with a hint.

#[path = "scripts/desk.rs"]
mod desk;
#[path = "scripts/diff.rs"]
mod diff;
#[path = "scripts/drafts.rs"]
mod drafts;
#[path = "scripts/expected.rs"]
mod expected;
#[path = "scripts/paper.rs"]
mod paper;
#[path = "scripts/refusals.rs"]
mod refusals;
