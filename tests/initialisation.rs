//! The cluster before any key exists: what the ceremony leaves behind, what stops it, and what `hsm check` says of it.

#[path = "../src/hsm/tests/hsm/chains/mod.rs"]
mod chains;

#[path = "initialisation/ceremony.rs"]
mod ceremony;
#[path = "initialisation/check.rs"]
mod check;
#[path = "initialisation/cluster_id.rs"]
mod cluster_id;
#[path = "initialisation/hand_over.rs"]
mod hand_over;
#[path = "initialisation/passwords.rs"]
mod passwords;
#[path = "initialisation/questions.rs"]
mod questions;
#[path = "initialisation/recipients.rs"]
mod recipients;
#[path = "initialisation/settled.rs"]
mod settled;
#[path = "initialisation/takeover.rs"]
mod takeover;
#[path = "initialisation/token.rs"]
mod token;

use std::fs;

use record::journal::{Entry, Journal};
use support::event::Event;

/// An event whose cluster was never touched, and whose members have answered nothing.
fn unprepared() -> Event {
    let event = Event::planned();
    for folder in ["cluster", "bastion", "members"] {
        fs::remove_dir_all(event.path(folder)).expect("it was there");
    }
    fs::rename(event.path("members-before"), event.path("members")).expect("the homes as they were");
    let _ = fs::remove_file(event.path("cluster.key"));
    for folder in ["inbound", "outbound"] {
        for entry in fs::read_dir(event.path(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("key-"))
            {
                fs::remove_file(path).expect("removed");
            }
        }
    }
    event
}

fn journal(event: &Event) -> Vec<Entry> {
    Journal::read(&event.read("bastion/initialisation"))
        .expect("a journal")
        .entries
}
