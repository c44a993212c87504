//! Whether anybody compared what stands before the event: the journal shows when nobody was left who did.

use std::collections::BTreeSet;

use record::journal::{Journal, What};
use record::messages::{Acknowledgement, Attendance, NOT_COMPARED, Refusal, Review, who_compared};
use record::{Body as _, Time};

use super::Case;

/// Whether the reviews were counted before all that builds on them, were then enough of members who had not refused, and
/// none was taken later. An event that ended early may not have come to count them, and then came to nothing else.
pub(super) fn is_counted(case: &Case<'_>, journal: &Journal) -> bool {
    let (mut reviewed, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let (mut enough, mut ended) = (None, false);
    for entry in &journal.entries {
        match &entry.what {
            What::Received { kind, signed } if kind == Review::TYPE => {
                if enough.is_some() {
                    return false;
                }
                reviewed.insert(&signed.member);
            }
            What::Received { kind, signed } if kind == Refusal::TYPE => drop(refused.insert(&signed.member)),
            What::Aborted { .. } => ended = true,
            what if counts(what) => {
                if enough.is_some() || ended {
                    return false;
                }
                enough = Some(reviewed.difference(&refused).count() >= usize::from(case.inbound.people_needed()));
            }
            what if enough.is_none() && builds_on_reviews(what, ended) => return false,
            _ => {}
        }
    }
    enough.unwrap_or(case.aborted())
}

fn counts(what: &What) -> bool {
    matches!(what, What::Gathered { stem } if stem == Review::TYPE)
}

/// Everything that concerns the HSM, or its keys and users; who is present and what they know is asked at an early end in
/// any case.
fn builds_on_reviews(what: &What, ended: bool) -> bool {
    match what {
        What::Gathered { stem } => !ended || !AT_AN_END.iter().any(|kind| stem.starts_with(kind)),
        What::Received { kind, .. } => kind != Refusal::TYPE && (!ended || !AT_AN_END.contains(&kind.as_str())),
        What::Step { .. }
        | What::Intent { .. }
        | What::Answered { .. }
        | What::Checked { .. }
        | What::Hsm { .. }
        | What::Key { .. }
        | What::Users { .. }
        | What::Asked { .. }
        | What::HandedOver { .. }
        | What::Frozen { .. }
        | What::Requested { .. }
        | What::Spending { .. }
        | What::Signed { .. }
        | What::Done { .. } => true,
        _ => false,
    }
}

/// What members say at an early end.
const AT_AN_END: [&str; 2] = [Attendance::TYPE, Acknowledgement::TYPE];

/// Whether the record has the exception for it where the event owes one, and nowhere else.
pub(super) fn is_told(case: &Case<'_>, journal: &Journal) -> bool {
    let all = case.record.exceptions.iter();
    let told = all.filter(|one| one.what == NOT_COMPARED);
    let told: Vec<_> = told.map(|one| (one.step.as_deref(), one.at)).collect();
    told == Vec::from_iter(owed(case, journal).map(|at| (None, at)))
}

/// The time of the exception that the event owes for it: once the reviews are counted, or at the refusal that leaves nobody.
fn owed(case: &Case<'_>, journal: &Journal) -> Option<Time> {
    case.inbound.standing.as_ref()?;
    let (mut counted, mut reviews, mut refusals) = (false, Vec::new(), Vec::new());
    for entry in &journal.entries {
        match &entry.what {
            what if counts(what) => counted = true,
            What::Received { kind, signed } if kind == Review::TYPE => reviews.push(signed),
            What::Received { kind, signed } if kind == Refusal::TYPE => refusals.push(signed),
            _ => continue,
        }
        let who = who_compared(reviews.iter().copied(), refusals.iter().copied());
        if counted && who.is_none_or(|who| who.is_empty()) {
            return Some(entry.at);
        }
    }
    None
}
