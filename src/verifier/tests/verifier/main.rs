//! The verifier over a made-up event, a made-up history and their stores: as they are, and with each single thing changed.

mod accesses;
mod addresses;
mod beginnings;
mod boot;
mod command;
mod common;
mod compared;
mod consoles;
mod deviations;
mod emergency;
mod events;
mod fine_print;
mod hand_overs;
mod history;
mod judged;
mod later;
mod named;
mod new_logs;
mod outside;
mod records;
mod signatures;
mod standing;
mod stores;
mod times;
