//! A whole store, from the root certificate alone.

mod anchor;
mod derived;
mod events;
mod log;
mod log_entries;
mod log_tiles;
mod pages;
mod shelf;
mod staples;

use record::Time;

use crate::finding::Findings;
use crate::{Report, Source, layout, root};
use anchor::Anchor;
use events::Events;
use shelf::Shelf;

pub(crate) use log::origin;
pub(crate) use staples::verify as verify_staple;

/// How a store is checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the store must be a rehearsal's; it must not be one otherwise.
    pub rehearsal: bool,
    /// The moment as of which it is checked.
    pub now: Time,
    /// A checkpoint of the log seen earlier, byte for byte: the log must begin with what it says.
    pub earlier: Option<Vec<u8>>,
}

/// Checks a store: whatever is wrong in it becomes a finding.
#[must_use]
pub fn check_store(source: &dyn Source, root: &x509::Certificate, options: &Options) -> Report {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    if root::check(root, options.rehearsal, options.now, &mut findings) {
        if let Some(shelf) = Shelf::open(source, &mut findings) {
            Walk {
                shelf: &shelf,
                root,
                options,
            }
            .all(&mut report, &mut findings);
        }
    } else {
        report
            .not_checked
            .push("anything else: it would all rest on the root".into());
    }
    report.findings = findings.0;
    report
}

/// One walk through a store.
struct Walk<'a> {
    shelf: &'a Shelf<'a>,
    root: &'a x509::Certificate,
    options: &'a Options,
}

impl Walk<'_> {
    fn all(&self, report: &mut Report, findings: &mut Findings) {
        let anchor = area(report, findings, |report, findings| {
            anchor::check(self, report, findings)
        });
        let events = area(report, findings, |report, findings| {
            events::check(self, anchor.as_ref(), report, findings)
        });
        area(report, findings, |report, findings| {
            derived::check(self, &events.held, report, findings)
        });
        area(report, findings, |report, findings| {
            self.log(anchor.as_ref(), &events, report, findings)
        });
        area(report, findings, |report, findings| {
            pages::check(self, &events, report, findings)
        });
        if !events.whole {
            events::set_aside(self, report);
        }
        area(report, findings, |report, findings| self.leftovers(report, findings));
    }

    fn log(&self, anchor: Option<&Anchor>, events: &Events, report: &mut Report, findings: &mut Findings) {
        let log = anchor.and_then(|anchor| log::check(self, anchor, report, findings));
        match &log {
            Some(log) => {
                log_entries::check(self, log, events, report, findings);
                log_tiles::check(self, log, report, findings);
            }
            None => {
                report.not_checked.push(
                    "the log's entries and tiles: its checkpoint, its policy or its newest tiles do not hold".into(),
                );
                self.shelf.explain_under(layout::LOG);
            }
        }
        if let Some(anchor) = anchor {
            staples::check(self, &anchor.log_policy, log.as_ref(), &events.held, report, findings);
        }
    }

    /// Whatever nothing explained.
    fn leftovers(&self, report: &mut Report, findings: &mut Findings) {
        let leftovers = self.shelf.leftovers();
        for path in &leftovers {
            findings.add(path, "unexplained-file", "nothing in the store says what this file is");
        }
        let (all, missing) = (self.shelf.count(), self.shelf.missing());
        let places = match leftovers.len() {
            0 => "each has its place".to_owned(),
            other => format!("without a place in a store: {other}"),
        };
        let whole = match missing {
            0 => "none is missing".to_owned(),
            missing => format!("missing: {missing}"),
        };
        report.checked.push(format!("{all} files: {places}; {whole}"));
    }
}

/// Runs one part of the walk; what it says to have checked is marked if it found anything.
fn area<T>(report: &mut Report, findings: &mut Findings, part: impl FnOnce(&mut Report, &mut Findings) -> T) -> T {
    let (said, found) = (report.checked.len(), findings.0.len());
    let result = part(report, findings);
    if findings.0.len() > found {
        for line in &mut report.checked[said..] {
            line.insert_str(0, "with findings: ");
        }
    }
    result
}
