//! The store's events: each one's files are gathered as its record names them, and checked.

use std::collections::{BTreeMap, BTreeSet};

use record::plan::{LOG_POLICY, POLICY, ROSTER};
use record::record::Record;
use record::results::{IssuedCertificate, IssuedCrl};
use record::text::is_name;
use record::{Bundle, Digest};

use super::Walk;
use super::anchor::Anchor;
use crate::finding::Findings;
use crate::layout::{self, OutputName};
use crate::{CheckedEvent, EventFiles, Report, check_event};

/// The events of a store.
pub(super) struct Events {
    /// Those that passed.
    pub held: Vec<Held>,
    /// Whether all did.
    pub whole: bool,
}

/// An event of the store that has passed, with its files.
pub(super) struct Held {
    pub name: String,
    pub files: Gathered,
    pub event: CheckedEvent,
}

/// The files of one event, as the store has them.
pub(super) struct Gathered {
    plan: Vec<u8>,
    record: Vec<u8>,
    journal: Vec<u8>,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
    countersignatures: BTreeMap<String, String>,
    results: String,
}

impl Gathered {
    pub(super) fn files(&self) -> EventFiles<'_> {
        EventFiles {
            plan: &self.plan,
            record: &self.record,
            journal: &self.journal,
            certificates: self.certificates.clone(),
            crls: self.crls.clone(),
            countersignatures: self.countersignatures.clone(),
            results_signature: &self.results,
        }
    }
}

/// Checks all events.
pub(super) fn check(walk: &Walk<'_>, anchor: Option<&Anchor>, report: &mut Report, findings: &mut Findings) -> Events {
    let folder = |path: &str| Some(path.strip_prefix("events/")?.split_once('/')?.0.to_owned());
    let names: BTreeSet<String> = walk
        .shelf
        .under("events")
        .filter_map(folder)
        .filter(|name| is_name(name))
        .collect();
    findings.demand(!names.is_empty(), "events", "no-event", || {
        "the store has no event: nothing made the root".into()
    });
    let mut events = Events {
        held: Vec::new(),
        whole: true,
    };
    for name in names {
        match event(walk, &name, anchor, report, findings) {
            Some(held) => events.held.push(held),
            None => {
                events.whole = false;
                let what = "its PEM files, staples, signers, pointers and log entries: it did not pass";
                report.not_checked.push(format!("the event '{name}' further, {what}"));
                walk.shelf.explain_under(&format!("events/{name}"));
            }
        }
    }
    events
}

/// What an event that failed would have explained is not known: its files are no findings of their own.
pub(super) fn set_aside(walk: &Walk<'_>, report: &mut Report) {
    let left: usize = ["certs", "crl", "objects"]
        .map(|folder| walk.shelf.explain_under(folder))
        .iter()
        .sum();
    if left > 0 {
        report.not_checked.push(format!(
            "{left} more files in certs, crl and objects: whose they are, only an event that passed could say"
        ));
    }
}

fn event(
    walk: &Walk<'_>,
    name: &str,
    anchor: Option<&Anchor>,
    report: &mut Report,
    findings: &mut Findings,
) -> Option<Held> {
    let files = gather(walk, name, findings)?;
    let event = match check_event(&files.files(), walk.options.rehearsal, walk.options.now) {
        Ok(event) => event,
        Err(found) => {
            for finding in found {
                findings.add(finding.file, finding.rule, finding.what);
            }
            return None;
        }
    };
    let file = layout::record(name);
    findings.demand(event.record.event == name, &file, "event-elsewhere", || {
        format!("the event is called '{}'", event.record.event)
    });
    check_root(walk, &event, &files, anchor, &file, findings);
    report.checked.extend(event.checked.iter().cloned());
    Some(Held {
        name: name.to_owned(),
        files,
        event,
    })
}

/// The event is of the root given: it made this root, from the inputs that the root carries.
fn check_root(
    walk: &Walk<'_>,
    event: &CheckedEvent,
    files: &Gathered,
    anchor: Option<&Anchor>,
    file: &str,
    findings: &mut Findings,
) {
    for root in files.certificates.iter().filter(|issued| issued.name == "root") {
        findings.demand(
            *root.der == *walk.root.der(),
            &layout::certificate(&root.stem()),
            "other-root",
            || "this is not the root that was given".into(),
        );
    }
    let Some(anchor) = anchor else { return };
    let founding = &anchor.founding;
    for (input, digest) in [
        (ROSTER, founding.roster),
        (POLICY, founding.policy),
        (LOG_POLICY, founding.log_policy),
    ] {
        let used = event.inbound.plan.inputs[input].0;
        findings.demand(used == digest, file, "not-anchored", || {
            format!("the event used the {input} {used}, but the root carries {digest}")
        });
    }
}

/// Reads what the record names; what cannot be read is a finding, and the event then fails.
fn gather(walk: &Walk<'_>, name: &str, findings: &mut Findings) -> Option<Gathered> {
    let path = layout::record(name);
    let record = walk.shelf.read(&path, findings)?;
    let read = findings
        .take(Bundle::<Record>::decode(&record), &path, "record-unreadable")?
        .body;
    let (mut certificates, mut crls, mut whole) = (Vec::new(), Vec::new(), true);
    for output in &read.outputs {
        let Some(name) = OutputName::parse(&output.file) else {
            findings.add(
                &path,
                "output-name",
                format!("'{}' is no name of a certificate or CRL", output.file),
            );
            continue;
        };
        let Some(der) = walk.shelf.read(&name.path(), findings) else {
            whole = false;
            continue;
        };
        match name {
            OutputName::Certificate { name, number } => {
                let stem = format!("{name}-{number}");
                walk.shelf.explain(&layout::certificate_pem(&stem));
                walk.shelf.explain(&layout::proof(&stem));
                certificates.push(IssuedCertificate {
                    name,
                    number,
                    der: der.into(),
                });
            }
            OutputName::Crl { issuer, number } => {
                walk.shelf.explain(&layout::newest_crl(&issuer));
                crls.push(IssuedCrl {
                    issuer,
                    number,
                    der: der.into(),
                });
            }
        }
    }
    let countersignatures = countersignatures(walk, name, findings);
    let results = walk.shelf.read_text(&layout::results_signature(name), findings);
    let (plan, journal) = (
        object(walk, &read.plan, findings),
        object(walk, &read.journal, findings),
    );
    let (plan, journal, results) = (plan?, journal?, results?);
    whole.then_some(Gathered {
        plan,
        record,
        journal,
        certificates,
        crls,
        countersignatures,
        results,
    })
}

fn object(walk: &Walk<'_>, digest: &Digest, findings: &mut Findings) -> Option<Vec<u8>> {
    let path = layout::object(digest);
    let bytes = walk.shelf.read(&path, findings)?;
    let found = Digest::of(&bytes);
    findings.demand(found == *digest, &path, "object-differs", || {
        format!("its digest is {found}, not its name")
    });
    (found == *digest).then_some(bytes)
}

fn countersignatures(walk: &Walk<'_>, name: &str, findings: &mut Findings) -> BTreeMap<String, String> {
    let folder = format!("events/{name}/countersignatures");
    let member = |path: &str| {
        let member = path.strip_prefix(&folder)?.strip_prefix('/')?.strip_suffix(".sig")?;
        is_name(member).then(|| member.to_owned())
    };
    let members: Vec<String> = walk.shelf.under(&folder).filter_map(member).collect();
    let read = members.into_iter().map(|member| {
        let text = walk.shelf.read_text(&layout::countersignature(name, &member), findings);
        Some((member, text?))
    });
    read.flatten().collect()
}
