//! A cluster that a stop left halfway. Its event is not gone on with: people end it with its record, and another event takes
//! another cluster.

use record::journal::{Entry, What};
use record::record::Record;
use record::{Bundle, facts};

use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;

/// What the operator says when such an event is ended.
pub const REASON: &str = "a stop left the cluster halfway";

/// Whether a command changed the cluster, or may have, and nobody found the cluster good or ended the event since. The
/// engine says so too, and refuses to go on.
pub fn must_end(entries: &[Entry]) -> bool {
    let has = |wanted: fn(&What) -> bool| entries.iter().any(|entry| wanted(&entry.what));
    let changed = has(|what| matches!(what, What::Intent { command } if command != "cluster hsm-info"));
    let good = has(|what| matches!(what, What::Checked { of, findings } if of == "cluster" && findings.is_empty()));
    changed && !good && !has(|what| matches!(what, What::Aborted { .. }))
}

/// Whether the event was to make a cluster the members', and its record says that it was ended before.
pub fn is_left_halfway(rehearsal: &Rehearsal) -> Result<bool, Error> {
    if !rehearsal.event.initialises() {
        return Ok(false);
    }
    let path = rehearsal.here.record();
    let record = Bundle::<Record>::decode(&files::read(&path)?).map_err(|error| Error::Memory {
        path,
        what: error.to_string(),
    })?;
    Ok(record.body.facts.contains_key(facts::ABORTED))
}
