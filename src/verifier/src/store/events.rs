//! The store's events, in order: each one's files are checked, and then against all that stood before it.

use record::Standing;

use super::Walk;
use super::anchor::Anchor;
use super::gather::{Gathered, gather};
use super::order::{Order, Outline, set_aside};
use super::rules;
use crate::finding::Findings;
use crate::{CheckedEvent, Report, check_event, check_place, layout, standing};

/// The events of a store.
pub(super) struct Events {
    /// Those that passed, in order.
    pub held: Vec<Held>,
    /// Whether all did.
    pub whole: bool,
    /// What stands after the last of them; none if one before it did not pass.
    pub standing: Option<Standing>,
}

/// An event of the store that has passed, with its files.
pub(super) struct Held {
    pub name: String,
    pub files: Gathered,
    pub event: CheckedEvent,
}

/// Checks all events.
pub(super) fn check(
    walk: &Walk<'_>,
    order: &Order,
    anchor: Option<&Anchor>,
    report: &mut Report,
    findings: &mut Findings,
) -> Events {
    let mut events = Events {
        held: Vec::new(),
        whole: order.whole,
        standing: None,
    };
    for outline in &order.events {
        let Some(held) = event(walk, outline, report, findings) else {
            events.whole = false;
            set_aside(walk, &outline.name, report);
            continue;
        };
        match events.held.len() == place(order, outline) {
            true => {
                let past = events.standing.as_ref();
                for finding in check_place(&held.files.files(), &held.event, past) {
                    findings.add(finding.file, finding.rule, finding.what);
                }
                rules::check(walk, &held, anchor, findings);
                events.standing = Some(standing::after(
                    events.standing.as_ref(),
                    &held.files.files(),
                    &held.event,
                ));
            }
            false => {
                events.standing = None;
                report.not_checked.push(format!(
                    "whether '{}' was planned on what stood before it: an event before it did not pass",
                    held.name
                ));
            }
        }
        events.held.push(held);
    }
    rules::check_documents(&events.held, findings);
    events
}

/// How many events are before this one.
fn place(order: &Order, outline: &Outline) -> usize {
    let place = order.events.iter().position(|other| other.name == outline.name);
    place.unwrap_or(usize::MAX)
}

/// What an event that failed would have explained is not known: its files are no findings of their own.
pub(super) fn set_files_aside(walk: &Walk<'_>, report: &mut Report) {
    let folders = ["certs", "crl", "docs", "objects", "policy", "roster"];
    let left: usize = folders.map(|folder| walk.shelf.explain_under(folder)).iter().sum();
    if left > 0 {
        report.not_checked.push(format!(
            "{left} more files in certs, crl, docs, objects, policy and roster: whose they are, only an event that passed \
             could say"
        ));
    }
}

fn event(walk: &Walk<'_>, outline: &Outline, report: &mut Report, findings: &mut Findings) -> Option<Held> {
    let name = &outline.name;
    let files = gather(walk, outline, findings)?;
    let event = match check_event(&files.files(), walk.options.rehearsal, walk.options.now) {
        Ok(event) => event,
        Err(found) => {
            for finding in found {
                findings.add(finding.file, finding.rule, finding.what);
            }
            return None;
        }
    };
    findings.demand(
        event.record.event == *name,
        &layout::record(name),
        "event-elsewhere",
        || format!("the event is called '{}'", event.record.event),
    );
    report.checked.extend(event.checked.iter().cloned());
    Some(Held {
        name: name.to_owned(),
        files,
        event,
    })
}
