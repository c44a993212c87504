//! The store's events, in order: each one's files are checked, and then against all that stood before it.

use record::Standing;

use super::Walk;
use super::anchor::Anchor;
use super::gather::{Gathered, gather};
use super::order::{Order, Outline, set_aside};
use super::{roots, rules};
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
    /// What stands after it; none if an event before it did not pass.
    pub after: Option<Standing>,
}

impl Held {
    /// The certificates that it made, by their stems.
    pub(super) fn certificates(&self) -> impl Iterator<Item = (String, &x509::Certificate)> {
        let issued = self.files.certificates.iter().map(|issued| issued.stem());
        issued.zip(&self.event.certificates)
    }

    /// The certificate of this stem, if it made it.
    pub(super) fn certificate(&self, stem: &str) -> Option<&x509::Certificate> {
        self.certificates().find(|(made, _)| made == stem).map(|(_, made)| made)
    }
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
    for (place, outline) in order.events.iter().enumerate() {
        let Some(mut held) = event(walk, outline, report, findings) else {
            events.whole = false;
            set_aside(walk, &outline.name, report);
            continue;
        };
        events.standing = match events.held.len() == place {
            true => Some(follow(walk, &held, events.standing.as_ref(), anchor, findings)),
            false => {
                report.not_checked.push(format!(
                    "whether '{}' was planned on what stood before it: an event before it did not pass",
                    held.name
                ));
                None
            }
        };
        held.after.clone_from(&events.standing);
        events.held.push(held);
    }
    rules::check_documents(&events.held, findings);
    events
}

/// Checks an event against all that stood before it; what stands after it.
fn follow(
    walk: &Walk<'_>,
    held: &Held,
    past: Option<&Standing>,
    anchor: Option<&Anchor>,
    findings: &mut Findings,
) -> Standing {
    let files = held.files.files();
    for finding in check_place(&files, &held.event, past) {
        findings.add(finding.file, finding.rule, finding.what);
    }
    rules::check(walk, held, anchor, findings);
    let after = standing::after(past, &files, &held.event);
    roots::check_founding(held, &after, findings);
    after
}

/// What an event that failed would have explained is not known: its files are no findings of their own.
pub(super) fn set_files_aside(walk: &Walk<'_>, report: &mut Report) {
    let folders = ["access", "certs", "crl", "docs", "objects", "policy", "roster"];
    let left: usize = folders.map(|folder| walk.shelf.explain_under(folder)).iter().sum();
    if left > 0 {
        report.not_checked.push(format!(
            "{left} more files in access, certs, crl, docs, objects, policy and roster: whose they are, only an event that passed \
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
        after: None,
    })
}
