//! Whether anybody compared what stands before the event: the journal shows when nobody was left who did.

use record::journal::{Journal, What};
use record::messages::{Refusal, Review, who_compared};
use record::{Body as _, Time};

use super::Case;

/// Whether the reviews were ever counted; an event that ended early may not have come to it.
pub(super) fn is_counted(case: &Case<'_>, journal: &Journal) -> bool {
    case.aborted() || journal.entries.iter().any(|entry| counts(&entry.what))
}

fn counts(what: &What) -> bool {
    matches!(what, What::Gathered { stem } if stem == Review::TYPE)
}

/// The time of the exception that the event owes for it: once the reviews are counted, or at the refusal that leaves nobody.
pub(super) fn owed(case: &Case<'_>, journal: &Journal) -> Option<Time> {
    case.inbound.standing.as_ref()?;
    let (mut counted, mut refusals) = (false, Vec::new());
    for entry in &journal.entries {
        match &entry.what {
            what if counts(what) => counted = true,
            What::Received { kind, signed } if kind == Refusal::TYPE => refusals.push(signed),
            _ => continue,
        }
        let who = who_compared(&case.record.reviews, refusals.iter().copied());
        if counted && who.is_none_or(|who| who.is_empty()) {
            return Some(entry.at);
        }
    }
    None
}
