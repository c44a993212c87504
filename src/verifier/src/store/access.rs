//! Batches of the access logs: each signed by the delegate for transparency and logged after its certificate, in one sequence
//! without overlap; what is missing in them is a finding.

mod examined;

use std::collections::BTreeSet;

use record::access::Misfit;
use record::{Standing, Time};
use tlog::Entry;

use super::Walk;
use super::events::{Events, Held};
use super::log_entries::Places;
use crate::access::{self, Access};
use crate::entries::Expected;
use crate::event::CLOCKS;
use crate::finding::Findings;
use crate::layout::AccessLog;
use crate::{Report, count};

/// A batch of the store, signed by whom it must be.
pub(super) struct Found {
    /// Which file it is.
    pub path: String,
    /// What it says.
    pub batch: Access,
    entry: Entry,
    stem: String,
    certificate: x509::Certificate,
}

/// Reads the batches of both logs, and holds each against the one before it and its signature.
pub(super) fn find(walk: &Walk<'_>, standing: &Standing, findings: &mut Findings) -> Vec<Found> {
    let logs = AccessLog::ALL.into_iter();
    logs.flat_map(|log| of_log(walk, log, standing, findings)).collect()
}

fn of_log(walk: &Walk<'_>, log: AccessLog, standing: &Standing, findings: &mut Findings) -> Vec<Found> {
    let folder = log.folder();
    // A signature whose batch is gone names it.
    let number = |path: &str| log.number(path.strip_suffix(".sig").unwrap_or(path));
    let numbers: BTreeSet<u64> = walk.shelf.under(&folder).filter_map(number).collect();
    let (mut found, mut before) = (Vec::new(), None);
    for number in numbers {
        let path = log.batch(number);
        let signature = walk.shelf.read_text(&log.signature(number), findings);
        let Some(bytes) = walk.shelf.read(&path, findings) else {
            continue;
        };
        let batch = Access::read(&bytes, walk.options.rehearsal);
        let Some(batch) = findings.take(batch, &path, "access-unreadable") else {
            continue;
        };
        findings.demand(
            batch.log() == log && batch.number() == number,
            &path,
            "access-sequence",
            || {
                format!(
                    "it is number {} of the log of the {}",
                    batch.number(),
                    batch.log().name()
                )
            },
        );
        if let Err(misfit) = batch.follows(before) {
            let rule = match misfit {
                Misfit::Sequence(_) => "access-sequence",
                Misfit::Overlap(_) => "access-overlap",
            };
            findings.add(&path, rule, misfit);
        }
        let left_out = before.and_then(|before| before.leaves_out(batch.stretch().0));
        if let Some(what) = left_out {
            findings.add(&path, "access-gap", what);
        }
        before = Some(batch.before(&bytes));
        found
            .extend(signature.and_then(|signature| signed(log, path, batch, (&bytes, &signature), standing, findings)));
    }
    found
}

fn signed(
    log: AccessLog,
    path: String,
    batch: Access,
    (bytes, signature): (&[u8], &str),
    standing: &Standing,
    findings: &mut Findings,
) -> Option<Found> {
    let signer = access::signer(&batch, bytes, signature, standing.certificates.iter());
    let (one, certificate) = findings.take(signer, &path, "access-signature")?;
    let entry = access::entry(log, bytes, signature, &certificate);
    Some(Found {
        entry: findings.take(entry, &path, "not-logged")?,
        stem: one.stem(),
        certificate,
        path,
        batch,
    })
}

/// What the log must have.
pub(super) fn entries(found: &[Found]) -> impl Iterator<Item = Expected> + '_ {
    found.iter().map(|one| Expected {
        file: one.path.clone(),
        entry: one.entry.clone(),
    })
}

/// Judges each by its place in the log, which has their entries at these indices; tells what is missing.
pub(super) fn check(
    (events, now): (&Events, Time),
    found: &[Found],
    places: Option<(&Places, &[Option<u64>])>,
    report: &mut Report,
    findings: &mut Findings,
) {
    for one in found {
        for gap in one.batch.gaps() {
            findings.add(&one.path, "access-gap", gap);
        }
        // It would say that nobody came before anybody could, and leave no room for a batch that says who did.
        let until = one.batch.stretch().1;
        findings.demand(until <= now.plus(CLOCKS), &one.path, "access-in-future", || {
            format!("it ends at {until}, and it is {now} now")
        });
    }
    examined::sequences(found, findings);
    if events.standing.is_none() {
        report.not_checked.push(NO_PLACE.into());
        return;
    }
    tell(found, report);
    match events.whole {
        true => examined::check(&events.held, found, now, report, findings),
        false if found.is_empty() => {}
        // Somebody may have come for just that event.
        false => report
            .not_checked
            .push("accesses against events: an event did not pass".into()),
    }
    let Some((places, own)) = places.filter(|_| !found.is_empty()) else {
        if !found.is_empty() {
            report.not_checked.push(format!(
                "whether the key that signed {} batches of access logs could sign where they are logged",
                found.len()
            ));
        }
        return;
    };
    for log in AccessLog::ALL {
        let mut last = None;
        for (one, place) in found.iter().zip(own).filter(|(one, _)| one.batch.log() == log) {
            let Some(index) = *place else { continue };
            findings.demand(last < Some(index), &one.path, "access-order", || {
                format!("entry {index} is logged before that of the batch before it")
            });
            last = last.max(Some(index));
            findings.take(judge(&events.held, one, (index, places)), &one.path, "access-signer");
        }
    }
}

fn judge(events: &[Held], one: &Found, (index, places): (u64, &Places)) -> Result<(), String> {
    let mut logged = places.events.iter().zip(events).rev();
    let last = logged.find(|(place, _)| place.is_some_and(|(_, last)| last < index));
    let standing = last.and_then(|(_, held)| held.after.as_ref());
    let standing = standing.ok_or_else(|| "it is logged before any event".to_owned())?;
    access::may_sign(&one.stem, &one.certificate, standing)
}

fn tell(found: &[Found], report: &mut Report) {
    for log in AccessLog::ALL {
        let own = || found.iter().filter(|one| one.batch.log() == log).map(|one| &one.batch);
        let batches = own().count();
        let (Some(first), Some(last)) = (own().next(), own().next_back()) else {
            report.not_checked.push(format!(
                "who came to the {}: the store has no batch of its access log",
                log.in_words()
            ));
            continue;
        };
        let accesses: usize = own().map(Access::count).sum();
        let (from, until) = (first.stretch().0, last.stretch().1);
        report.checked.push(format!(
            "access log of the {}: {} with {}, from {from} until {until}, signed by the delegate '{}'",
            log.in_words(),
            count(batches, "batch", "batches"),
            count(accesses, "access", "accesses"),
            access::DELEGATE
        ));
    }
}

const NO_PLACE: &str = "the access logs: whose signature they must have, only events that hold say";
