//! A stop, and what it means for the cluster. The journal knows: each command is in it before it is sent.

use std::fs::File;
use std::path::Path;

use record::journal::{Entry, Journal, What};

use crate::error::Error;
use crate::files;
use crate::ledger::JOURNAL_LIMIT;

/// The error with what is to be done about it, by the journal on the disk and its entries. Without a journal of its own it
/// is in an event, which goes on or ends in order.
pub(super) fn told(cause: Error, journal: Option<&Path>, entries: &[Entry]) -> Error {
    let in_event = journal.is_none();
    let hint = match &cause {
        Error::NotTheirs { cause: said, .. } if in_event && !said.outcome_unknown() => CHANGED_IN_EVENT,
        Error::HsmState { .. } if in_event && was_changed(entries) => CHANGED_IN_EVENT,
        _ if in_event && was_changed(entries) => THROWN_AWAY_IN_EVENT,
        Error::File { .. } | Error::NoAnswer { .. } if in_event => UNTOUCHED_IN_EVENT,
        Error::Hsm(said) if in_event && said.outcome_unknown() => UNTOUCHED_IN_EVENT,
        Error::NotTheirs { cause: said, .. } if !said.outcome_unknown() => CHANGED,
        Error::HsmState { .. } if was_changed(entries) => CHANGED,
        _ if was_changed(entries) => THROWN_AWAY,
        // It names the file that was wrong, and the same disk will do.
        Error::File { .. } if journal.is_some_and(|journal| !journal.exists()) => NOTHING_BEGUN,
        Error::File { .. } | Error::NoAnswer { .. } => UNTOUCHED,
        Error::RecipientWrong if !in_event => WRONG_RECIPIENT,
        Error::Hsm(said) if said.outcome_unknown() => UNTOUCHED,
        // What the HSM says of itself has a hint of its own.
        _ => return cause,
    };
    Error::Elsewhere {
        cause: Box::new(cause),
        hint: hint.into(),
    }
}

/// An event whose cluster was changed and not found good is not gone on with.
pub(super) fn in_event(entries: &[Entry]) -> Result<(), Error> {
    match was_changed(entries) {
        false => Ok(()),
        true => Err(Error::HsmState {
            what: "the initialisation was stopped after its first change of the cluster: what was half done cannot be \
                   told from what somebody else did"
                .into(),
            hint: THROWN_AWAY_IN_EVENT,
        }),
    }
}

/// What an earlier initialisation left on the disk, if it is over.
pub(super) fn earlier(journal: &Path) -> Error {
    if File::open(journal).is_ok_and(|file| file.try_lock_shared().is_err()) {
        return Error::Busy {
            path: journal.display().to_string(),
        };
    }
    let entries = files::read(journal, JOURNAL_LIMIT).ok();
    let entries = entries
        .and_then(|bytes| Journal::read(&bytes).ok())
        .map(|read| read.entries);
    let (what, hint) = match entries {
        Some(entries) if entries.iter().any(|entry| entry.what == What::Closed) => (
            "a cluster was initialised from this disk",
            "nothing was begun: look at that cluster with `ceremony hsm check`; another one takes an empty disk",
        ),
        Some(entries) if !was_changed(&entries) => (
            "an initialisation from this disk ended before any command changed its cluster",
            "begin again with that cluster, and with an empty disk",
        ),
        Some(_) => (
            "a cluster was initialised halfway from this disk",
            "a cluster that was initialised halfway is thrown away: begin with a new one and an empty disk",
        ),
        None => (
            "it is no journal that can be read",
            "whoever brought the disk knows what it is; a cluster that may have been initialised halfway is thrown away",
        ),
    };
    Error::Disk {
        what: format!("{} is there already: {what}", journal.display()),
        hint,
    }
}

/// Whether a command was begun that changes the cluster. Before the first of them, which activates it, it is only asked
/// for its HSMs.
fn was_changed(entries: &[Entry]) -> bool {
    let changes = |entry: &Entry| matches!(&entry.what, What::Intent { command } if command != "cluster hsm-info");
    entries.iter().any(changes)
}

const UNTOUCHED_IN_EVENT: &str = "no command changed the cluster yet: go on with `ceremony resume`";
const THROWN_AWAY_IN_EVENT: &str = "the cluster is thrown away, and nothing is lost: no key exists; `ceremony abort` ends the \
                                    event with its record, and another event takes a new cluster";
const CHANGED_IN_EVENT: &str = "find out from the HSM's audit log who changed this; the cluster is thrown away, and nothing is \
                                lost: no key exists; `ceremony abort` ends the event with its record, and another event \
                                takes a new cluster";
const NOTHING_BEGUN: &str = "nothing was begun: mend it, and type the same again";
const UNTOUCHED: &str = "no command changed the cluster yet: begin again with it, and with an empty disk";
const WRONG_RECIPIENT: &str = "no command changed the cluster yet: find out who signed it in that member's name; take it out \
                               of the inbound folder, they hand in another recipient bundle, then begin again with that cluster, and with an empty disk";
const THROWN_AWAY: &str =
    "the cluster is thrown away, and nothing is lost: no key exists; begin with a new one and an empty disk";
const CHANGED: &str = "find out from the HSM's audit log who changed this; the cluster is thrown away, and nothing is lost: no \
                       key exists; begin with a new one and an empty disk";
