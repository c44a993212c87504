//! The log of single signatures: one entry after the other, a bundle of them in memory at a time.

use record::{Standing, Time};
use tlog::entry::Body;
use tlog::{Entry, EntryType};
use trust::SignatureEntry;
use x509::Certificate;

use super::log::{Log, file_of};
use super::policies::Policies;
use super::{Walk, log, log_tiles};
use crate::Report;
use crate::finding::Findings;
use crate::layout;
use crate::signatures::{Signers, Wrong, is_past};

/// Checks `sig/1`, if the store has it.
pub(super) fn check(
    walk: &Walk<'_>,
    policies: Option<&Policies>,
    standing: Option<&Standing>,
    outside: &[(String, Certificate)],
    report: &mut Report,
    findings: &mut Findings,
) {
    let which = layout::Log::SIGNATURES;
    // Where any of its files is, its checkpoint must be.
    if walk.shelf.under(&which.folder()).next().is_none() {
        return;
    }
    let (Some(policies), Some(standing)) = (policies, standing) else {
        let what = "the log of signatures: what its signers were allowed, only a root and events that hold say";
        report.not_checked.push(what.into());
        walk.shelf.explain_under(&which.folder());
        return;
    };
    let Some(log) = log::check(walk, which, policies, report, findings) else {
        walk.shelf.explain_under(&which.folder());
        return;
    };
    let signers = Signers::of(standing, outside);
    let count = entries(&log, &signers, walk.options.now, findings);
    report.checked.push(format!(
        "signatures logged: {count}, each by a published certificate that could sign then"
    ));
    log_tiles::check(walk, &log, report, findings);
}

/// Judges each entry; how many are good.
fn entries(log: &Log<'_>, signers: &Signers, now: Time, findings: &mut Findings) -> u64 {
    let (mut good, mut wrong) = (0, 0u64);
    for (index, bytes) in (0u64..).zip(log.reader.entries()) {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                findings.add(file_of(log.which, &error), "log-tiles", error);
                break;
            }
        };
        match judge(&bytes, signers, now) {
            Ok(()) => good += 1,
            Err((rule, what)) => {
                wrong += 1;
                // A log of millions that is wrong throughout is one finding more, not millions.
                if wrong <= MOST_TOLD {
                    findings.add(format!("{}, entry {index}", log.which), rule, what);
                }
            }
        }
    }
    if wrong > MOST_TOLD {
        let what = format!("{wrong} entries are wrong; the first {MOST_TOLD} are named");
        findings.add(log.which.folder(), "signatures-wrong", what);
    }
    good
}

fn judge(bytes: &[u8], signers: &Signers, now: Time) -> Result<(), Wrong> {
    let bad = |what: String| ("signature-entry", what);
    let entry = Entry::parse(bytes).map_err(|error| bad(error.to_string()))?;
    let (EntryType::Signatures, Body::Payload(payload)) = (entry.kind(), entry.body()) else {
        return Err(bad(format!(
            "it is of type {}, which does not belong in this log",
            entry.kind()
        )));
    };
    let entry = SignatureEntry::parse(payload).map_err(|error| bad(error.to_string()))?;
    if !is_past(entry.time(), now) {
        return Err((
            "signature-time",
            format!("it says it was made at {}, after now", entry.time()),
        ));
    }
    signers.judge(&entry).map(drop)
}

/// Findings about single entries, at most.
const MOST_TOLD: u64 = 100;
