//! The program that seals, driven as the engine drives it, and judged by those who open.

mod judges;
mod opens;
mod refuses;
mod support;
mod tag;
