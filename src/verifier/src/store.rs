//! A whole store, from the root certificate alone.

mod access;
mod anchor;
mod derived;
mod events;
mod gather;
mod listed;
mod lists;
mod log;
mod log_entries;
mod log_tiles;
mod logs;
mod order;
mod outside;
mod pages;
mod policies;
mod refusals;
mod roots;
mod rules;
mod shelf;
mod signatures;
mod staples;

use record::results::IssuedCertificate;
use record::{Standing, Time};

use crate::entries::Expected;
use crate::finding::Findings;
use crate::layout::{self, Series};
use crate::{Finding, Ground, Report, Source, root};
use anchor::Anchor;
use events::Events;
use log_entries::Places;
use logs::Logs;
use outside::Outside;
use policies::Policies;
use shelf::Shelf;

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
    check(source, Some(root), options).0
}

/// Checks a store, and says what stands after its last event: the input `standing.cbor` of the next one's plan. Nothing
/// stands where something is wrong that it could depend on: [`Finding::touches_what_stands`].
///
/// Before there is a root, none is given: what stands then rests on nothing but what the store says of itself.
#[must_use]
pub fn check_standing(
    source: &dyn Source,
    root: Option<&x509::Certificate>,
    options: &Options,
) -> (Report, Option<Standing>) {
    check(source, root, options)
}

fn check(source: &dyn Source, root: Option<&x509::Certificate>, options: &Options) -> (Report, Option<Standing>) {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    let mut standing = None;
    let usable = |root| root::check(root, options.rehearsal, options.now, &mut findings);
    if root.is_none_or(usable) {
        if let Some(shelf) = Shelf::open(source, &mut findings) {
            let walk = Walk {
                shelf: &shelf,
                root,
                options,
                without: None,
            };
            standing = walk.all(&mut report, &mut findings);
        }
    } else {
        report
            .not_checked
            .push("anything else: it would all rest on the root".into());
    }
    let standing = standing.filter(|_| !findings.0.iter().any(Finding::touches_what_stands));
    report.findings = findings.0;
    if root.is_none() {
        report.rests_on = Ground::NoRootYet;
    }
    (report, standing)
}

/// What stands in a store, by its events alone, one of them left out; none if there is no other.
///
/// For whoever publishes an event: neither the log nor the root is looked at.
///
/// # Errors
/// What is wrong with the events.
pub fn past(source: &dyn Source, without: &str, rehearsal: bool, now: Time) -> Result<Option<Standing>, Vec<Finding>> {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    let options = Options {
        rehearsal,
        now,
        earlier: None,
    };
    let shelf = Shelf::open(source, &mut findings);
    let standing = shelf.and_then(|shelf| {
        let walk = Walk {
            shelf: &shelf,
            root: None,
            options: &options,
            without: Some(without),
        };
        if !order::any(&walk) {
            return None;
        }
        let order = order::read(&walk, &mut report, &mut findings);
        let events = events::check(&walk, &order, None, &mut report, &mut findings);
        events.standing
    });
    match findings.0.is_empty() {
        true => Ok(standing),
        false => Err(findings.0),
    }
}

/// One walk through a store.
struct Walk<'a> {
    shelf: &'a Shelf<'a>,
    /// None before there is one.
    root: Option<&'a x509::Certificate>,
    options: &'a Options,
    /// The event that is not looked at.
    without: Option<&'a str>,
}

impl Walk<'_> {
    fn all(&self, report: &mut Report, findings: &mut Findings) -> Option<Standing> {
        let order = area(report, findings, |report, findings| order::read(self, report, findings));
        let anchor = area(report, findings, |report, findings| {
            anchor::check(self, &order, report, findings)
        });
        let events = area(report, findings, |report, findings| {
            events::check(self, &order, anchor.as_ref(), report, findings)
        });
        let outside = match events.standing {
            Some(_) => outside::find(self, &events.held, findings),
            None => Vec::new(),
        };
        let accesses = match &events.standing {
            Some(standing) => access::find(self, standing, findings),
            None => Vec::new(),
        };
        area(report, findings, |report, findings| {
            roots::check(self, &events, report, findings)
        });
        area(report, findings, |report, findings| {
            derived::check(self, &events, report, findings)
        });
        area(report, findings, |report, findings| {
            let refused = refusals::find(self, findings);
            let mut singles = outside::entries(&outside, findings);
            let subkeys = singles.len();
            singles.extend(refused.iter().map(|one| one.expected.clone()));
            let words = singles.len();
            singles.extend(access::entries(&accesses));
            let places = self.log(anchor.as_ref(), &events, &outside, &singles, report, findings);
            let held = &events.held;
            let own = |from, to| move |places| -> (&Places, &[Option<u64>]) { (places, &places.singles[from..to]) };
            let (places, end) = (places.as_ref(), singles.len());
            outside::check(held, &outside, places.map(own(0, subkeys)), report, findings);
            refusals::check(self, held, &refused, places.map(own(subkeys, words)), report, findings);
            access::check(
                (&events, self.options.now),
                &accesses,
                places.map(own(words, end)),
                report,
                findings,
            );
        });
        area(report, findings, |report, findings| {
            let policies = anchor
                .as_ref()
                .map(|anchor| Policies::of(self, anchor, &events, findings));
            let standing = events.standing.as_ref();
            let subkeys = outside::certificates(&outside);
            signatures::check(self, policies.as_ref(), standing, &subkeys, report, findings);
        });
        area(report, findings, |report, findings| {
            pages::check(self, &events, &outside, report, findings)
        });
        if !events.whole {
            events::set_files_aside(self, report);
        }
        area(report, findings, |report, findings| self.leftovers(report, findings));
        let checkpoint = String::from_utf8(self.newest_checkpoint()?).ok()?;
        let standing = events.standing.filter(|_| events.whole)?;
        Some(Standing { checkpoint, ..standing })
    }

    /// That of the log that grows: the newest one there is, whose place the log's own check has settled.
    fn newest_checkpoint(&self) -> Option<Vec<u8>> {
        let logs = (1..).map(|number| Series::Main.log(number).checkpoint());
        let newest = logs.take_while(|path| self.shelf.has(path)).last()?;
        self.shelf.peek(&newest).ok()?
    }

    fn log(
        &self,
        anchor: Option<&Anchor>,
        events: &Events,
        outside: &[Outside],
        singles: &[Expected],
        report: &mut Report,
        findings: &mut Findings,
    ) -> Option<Places> {
        let policies = anchor.map(|anchor| Policies::of(self, anchor, events, findings));
        let logs = policies
            .as_ref()
            .and_then(|policies| Logs::open(self, Series::Main, policies, report, findings));
        let places = match &logs {
            Some(logs) => {
                if let Some(policies) = &policies {
                    logs.check_earlier(self, policies, report, findings);
                }
                let places = log_entries::check(self, logs, events, singles, report, findings);
                for (_, log) in logs.iter() {
                    log_tiles::check(self, log, report, findings);
                }
                places
            }
            None => {
                report.not_checked.push(
                    "the log's entries and tiles: its checkpoint, its policy or its newest tiles do not hold".into(),
                );
                self.shelf.explain_under(Series::Main.name());
                None
            }
        };
        if let Some(policies) = &policies {
            let made = events.held.iter().flat_map(|held| &held.files.certificates);
            let certificates = made.chain(outside.iter().map(|one| &one.issued));
            let certificates: Vec<&IssuedCertificate> = certificates.collect();
            staples::check(self, policies, logs.as_ref(), &certificates, report, findings);
        }
        places
    }

    /// Whatever nothing explained; and whether the list of files names what is there.
    fn leftovers(&self, report: &mut Report, findings: &mut Findings) {
        self.shelf.explain(layout::FILES);
        let leftovers = self.shelf.leftovers();
        for path in &leftovers {
            findings.add(path, "unexplained-file", "nothing in the store says what this file is");
        }
        listed::check(self, report, findings);
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
