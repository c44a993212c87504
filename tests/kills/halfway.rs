//! A cluster that a kill left halfway is thrown away: its event is ended with a record, and the same is held once more with
//! another cluster and other keys of the members. That store cannot be the same; its records say why.

use std::fs;

use ::record::record::Record;
use ::record::{Bundle, Digest, facts};

use crate::held::Held;
use crate::record_file::{facts_of_the_event, said};

/// Whether the event was ended so. If it was, checks what followed.
pub fn was_ended(whole: &Held, cut: &Held) -> bool {
    let (ended, digest) = record(cut, cut.event());
    if !ended.facts.contains_key(facts::ABORTED) {
        return false;
    }
    assert_eq!(ended.kind, "cluster-initialisation", "any other event is gone on with");
    assert!(
        ended.keys.is_empty() && ended.outputs.is_empty(),
        "nothing was made in the cluster that is thrown away"
    );
    let (whole, _) = record(whole, whole.event());
    let (next, _) = record(cut, &next_name(cut.event()));
    assert_eq!(next.previous, Some(digest), "it follows the event that was ended");
    assert_eq!((&next.kind, &next.present), (&whole.kind, &whole.present));
    assert_eq!(facts_of_the_event(&next), facts_of_the_event(&whole));
    assert_eq!(said(&next.statements), said(&whole.statements), "every member answered");
    assert_eq!(next.exceptions, [], "nothing went otherwise the second time");
    true
}

fn record(held: &Held, event: &str) -> (Record, Digest) {
    let path = held.folder().join("events").join(event).join("record.cbor");
    let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    (Bundle::decode(&bytes).expect("a record").body, Digest::of(&bytes))
}

/// `cluster-initialisation-3` after `cluster-initialisation-2`.
fn next_name(event: &str) -> String {
    let (script, number) = event.rsplit_once('-').expect("a numbered event");
    let number: u32 = number.parse().expect("a number");
    format!("{script}-{}", number + 1)
}
