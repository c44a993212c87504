//! The member's program, driven as a person drives it: arguments, lines on standard input, files.

mod acknowledge;
mod alone;
mod answer;
mod approve;
mod attend;
mod boot;
mod clocks;
mod codes;
mod countersign;
mod image;
mod lost;
mod open;
mod published;
mod refuse;
mod review;
mod scene;
mod setup;
#[path = "../../../../tests/support/skip.rs"]
mod skip;
mod token;
