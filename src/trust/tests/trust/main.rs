//! The one call, against a small world that is made of words: anybody can make it again.

mod anchors;
mod entries;
mod files;
mod judges;
mod refusals;
mod support;
mod vectors;
mod yes;
