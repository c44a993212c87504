//! The verifier over a made-up event, a made-up history and their stores: as they are, and with each single thing changed.

mod beginnings;
mod command;
mod common;
mod compared;
mod deviations;
mod emergency;
mod events;
mod history;
mod judged;
mod later;
mod outside;
mod records;
mod standing;
mod stores;
mod times;
