//! Refusals that members published by themselves: numbered, each by somebody in office where the log has it.

use record::{Digest, Roster};

use super::Walk;
use super::events::Held;
use super::log_entries::Places;
use crate::entries::Expected;
use crate::finding::Findings;
use crate::refusal::{check_refusal, entry};
use crate::{Report, layout};

/// One that the store has.
pub(super) struct Refused {
    bytes: Vec<u8>,
    signature: String,
    /// What the log must have.
    pub expected: Expected,
}

/// Finds them, by their numbers; one that nothing leads to is a file that nothing explains.
pub(super) fn find(walk: &Walk<'_>, findings: &mut Findings) -> Vec<Refused> {
    let there = (1..).take_while(|number| walk.shelf.has(&layout::refusal(*number)));
    there.filter_map(|number| one(walk, number, findings)).collect()
}

fn one(walk: &Walk<'_>, number: u32, findings: &mut Findings) -> Option<Refused> {
    let file = layout::refusal(number);
    let bytes = walk.shelf.read(&file, findings)?;
    let signature = walk.shelf.read_text(&layout::refusal_signature(number), findings)?;
    let entry = findings.take(entry(&bytes, &signature), &file, "not-logged")?;
    Some(Refused {
        bytes,
        signature,
        expected: Expected { file, entry },
    })
}

/// Judges each by its place in the log, which has their entries at these indices.
pub(super) fn check(
    walk: &Walk<'_>,
    events: &[Held],
    found: &[Refused],
    places: Option<(&Places, &[Option<u64>])>,
    report: &mut Report,
    findings: &mut Findings,
) {
    let Some((places, own)) = places.filter(|_| !found.is_empty()) else {
        if !found.is_empty() {
            let text = "refusals: who was in office when they were logged, only a log and events that hold say";
            report.not_checked.push(format!("{} {text}", found.len()));
        }
        return;
    };
    for (refused, index) in found.iter().zip(own) {
        let Some(index) = index else { continue };
        let file = &refused.expected.file;
        let roster = roster_before(walk, events, places, *index);
        let roster = findings.take(roster, file, "refusal-bad");
        let check = |roster: Roster| check_refusal(&refused.bytes, &refused.signature, &roster, walk.options.rehearsal);
        let Some(refusal) = roster.and_then(|roster| findings.take(check(roster), file, "refusal-bad")) else {
            continue;
        };
        report.checked.push(format!(
            "REFUSAL: {} refused '{}' at {}: {}",
            refusal.member,
            refusal.event,
            refusal.at,
            record::text::plain(&refusal.reason, 300)
        ));
    }
}

/// The roster that was in force at that place of the log.
fn roster_before(walk: &Walk<'_>, events: &[Held], places: &Places, index: u64) -> Result<Roster, String> {
    let logged = places.events.iter().zip(events);
    let mut before = logged.filter(|(place, _)| place.is_some_and(|(_, last)| last < index));
    let after = before.next_back().and_then(|(_, held)| held.after.as_ref());
    let standing = after.ok_or("it is logged before any event, or after one that did not pass")?;
    let rosters = (1..).map_while(|number| walk.shelf.peek(&layout::roster(number)).ok()?);
    let mut same = rosters.filter(|bytes| Digest::of(bytes) == standing.roster);
    let bytes = same.next().ok_or("the roster that was in force is not there")?;
    Roster::open(&bytes, walk.options.rehearsal).map_err(|error| error.to_string())
}
