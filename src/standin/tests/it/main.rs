//! The stand-in as a process, against the rules of `cloudhsm-cli` that it must enforce.

mod admin_quorum;
mod audit;
mod cluster;
mod everybody;
mod faults;
mod files;
mod guide;
mod key_quorum;
mod keys;
mod limits;
mod manner;
mod mfa;
mod modes;
mod mtls;
mod named;
mod open_questions;
mod registration;
mod screen;
mod sealing;
mod serving;
mod signing;
mod support;
mod switches;
mod terminal;
mod token;
mod users;
