//! The record's frame: which event, plan, roster and image it is of, and when it was.

use std::collections::BTreeMap;

use record::facts;
use record::messages::ImageKind;
use record::plan::ROSTER;
use record::text::plain;
use record::{Standing, Time};

use super::people::People;
use super::times::CLOCKS;
use super::tokens::Request;
use super::{Case, boot};
use crate::finding::Findings;

/// Checks the frame; says what was checked.
pub(super) fn check(case: &Case<'_>, requests: &[Request], findings: &mut Findings) -> String {
    check_identity(case, findings);
    check_before(case, findings);
    check_times(case, findings);
    check_console(case, findings);
    let record = case.record;
    let boot = boot::check(case, requests, findings);
    format!(
        "record of '{}', held from {} to {}; {boot}",
        case.inbound.plan.event, record.began, record.ended
    )
}

fn check_identity(case: &Case<'_>, findings: &mut Findings) {
    let (plan, record) = (&case.inbound.plan, case.record);
    let same = [
        ("event", plan.event.as_str(), record.event.as_str()),
        ("kind", plan.kind.name(), &record.kind),
        ("description", &plan.description, &record.description),
    ];
    for (what, planned, found) in same {
        findings.demand(planned == found, case.file, "other-event", || {
            format!(
                "the record's {what} is '{}', the plan's is '{}'",
                plain(found, 80),
                plain(planned, 80)
            )
        });
    }
    findings.demand(record.plan == case.inbound.digest, case.file, "other-plan", || {
        format!(
            "the record is of the plan {}, but the event's plan is {}",
            record.plan, case.inbound.digest
        )
    });
    let roster = plan.inputs[ROSTER].0;
    findings.demand(record.roster == roster, case.file, "other-roster", || {
        format!(
            "the record is of the roster {}, but the plan's is {roster}",
            record.roster
        )
    });
}

/// The record names what came before it: what stood, as the plan has it, or nothing before the first event.
fn check_before(case: &Case<'_>, findings: &mut Findings) {
    let (record, standing) = (case.record, case.inbound.standing.as_ref());
    let previous = standing.and_then(Standing::previous);
    let checkpoint = standing.map(|standing| &standing.checkpoint);
    let same = record.previous == previous && record.checkpoint.as_ref() == checkpoint;
    findings.demand(same, case.file, "previous-record", || {
        "the record and the plan name different records or checkpoints before it".to_owned()
    });
    let adopted = match case.aborted() {
        true => BTreeMap::new(),
        false => case.inbound.adopted(),
    };
    findings.demand(record.adopted == adopted, case.file, "adopted-differ", || {
        "what the record puts into force is not what the plan brings".to_owned()
    });
}

fn check_times(case: &Case<'_>, findings: &mut Findings) {
    let (plan, record) = (&case.inbound.plan, case.record);
    // An event that could not be carried out may be ended on a later day.
    let late = !case.aborted() && record.ended > plan.closes;
    let began = plan.opens <= record.began && record.began <= plan.closes;
    let inside = began && record.began <= record.ended && !late;
    findings.demand(inside, case.file, "outside-its-time", || {
        let (began, ended, opens, closes) = (record.began, record.ended, plan.opens, plan.closes);
        format!("held from {began} to {ended}, but planned from {opens} to {closes}")
    });
}

/// What must be heard before all else of an event that ended early.
pub(super) fn check_aborted(case: &Case<'_>, people: &People) -> Option<String> {
    let why = case.record.facts.get(facts::ABORTED)?;
    let needed = case.inbound.people_needed();
    let present = match case.record.present.is_empty() {
        true => "nobody".to_owned(),
        false => case.record.present.join(", "),
    };
    let left = case.record.facts.get(facts::LEFT).map_or(String::new(), |left| {
        format!(
            ". Commands that changed the HSM, and that no roster or policy in force shows: {}",
            plain(left, 4000)
        )
    });
    Some(format!(
        "ABORTED: the event ended before its plan was carried out, {}. {} outputs were made. Present: {present}; at the end \
         {} were there, and {needed} are needed{left}",
        plain(why, 600),
        case.record.outputs.len(),
        people.ended.len(),
    ))
}

/// Whether the event is over, as of a moment.
pub(super) fn check_past(case: &Case<'_>, now: Time, findings: &mut Findings) {
    let record = case.record;
    findings.demand(record.ended <= now.plus(CLOCKS), case.file, "event-in-future", || {
        format!("the event ended at {}, and it is {now} now", record.ended)
    });
}

fn check_console(case: &Case<'_>, findings: &mut Findings) {
    let record = case.record;
    findings.demand(record.session.len() == 16, case.file, "session-size", || {
        format!("the console's session has {} octets, not 16", record.session.len())
    });
    // Without an image, the image's digest is that of the `ceremony` binary.
    let binary = record.image.kind == ImageKind::Binary;
    findings.demand(
        !binary || record.image.digest == record.tool,
        case.file,
        "image-differs",
        || {
            format!(
                "the image is the binary {}, but the tool is {}",
                record.image.digest, record.tool
            )
        },
    );
}
