//! The member's program, driven as a person drives it: arguments, lines on standard input, files.

mod acknowledge;
mod answer;
mod approve;
mod attend;
mod countersign;
mod refuse;
mod review;
mod scene;
mod setup;
