//! Cross-examination: each access falls in an event or a maintenance window and names somebody who may come then, and each
//! event shows the accesses that it implies. Only stretches of time that batches cover say anything.

use std::collections::BTreeMap;

use record::Time;

use super::super::events::Held;
use super::Found;
use crate::Report;
use crate::access::Access;
use crate::explained::{self, Covered, Explained, Explainer, Happened, SLACK};
use crate::finding::Findings;
use crate::layout::{self, AccessLog};

/// Holds accesses against events, and events against accesses.
pub(super) fn check(events: &[Held], found: &[Found], now: Time, report: &mut Report, findings: &mut Findings) {
    let explainer = Explainer::of(events.iter().map(happened));
    let before = findings.0.len();
    let mut excused = Excused::new();
    for one in found {
        unexplained(one, &explainer, &mut excused, findings);
    }
    told_excused(&excused, report);
    let batches: Vec<&Access> = found.iter().map(|one| &one.batch).collect();
    for log in AccessLog::ALL {
        let covered = Covered::by(batches.iter().copied(), log);
        if !covered.0.is_empty() {
            missing(&explainer, log, &batches, report, findings);
            told_uncovered(&explainer, log, &covered, now, report);
        }
    }
    if !found.is_empty() && findings.0.len() == before {
        report.checked.push(format!(
            "each access falls within an event, {} minutes before or after it counted in, or one of {} maintenance windows, \
             and names somebody who may come then",
            SLACK / 60,
            explainer.windows().len()
        ));
    }
}

fn happened(held: &Held) -> Happened<'_> {
    Happened {
        name: &held.name,
        record: &held.event.record,
        inbound: &held.event.inbound,
        logins: explained::logins(held.files.journal()),
    }
}

/// Sequence numbers that no batch has and none says to be missing.
pub(super) fn sequences(found: &[Found], findings: &mut Findings) {
    let batches: Vec<&Access> = found.iter().map(|one| &one.batch).collect();
    for (place, what) in explained::sequences(&batches) {
        findings.add(&found[place].path, "access-gap", what);
    }
}

/// Windows that members signed only after somebody had come: by time and reason, with how often that was.
type Excused = BTreeMap<(Time, Time, String), usize>;

fn unexplained(one: &Found, explainer: &Explainer<'_>, excused: &mut Excused, findings: &mut Findings) {
    let explained: Vec<(Time, Explained<'_>)> = match &one.batch {
        Access::Console(batch) => {
            let all = batch.accesses.iter();
            all.map(|access| (access.time, explainer.console(access))).collect()
        }
        Access::Hsm(batch) => {
            let all = batch.accesses.iter();
            all.map(|access| (access.time, explainer.hsm(access))).collect()
        }
    };
    // What a program tries a thousand times is one finding.
    let mut told: BTreeMap<String, (u64, Time)> = BTreeMap::new();
    for (time, explained) in explained {
        match explained {
            Explained::Not(what) => told.entry(what).or_insert((0, time)).0 += 1,
            Explained::Afterwards(window) => {
                let window = (window.from, window.until, window.why.clone());
                *excused.entry(window).or_default() += 1;
            }
            Explained::Nobody | Explained::Event(_) | Explained::Window(_) => {}
        }
    }
    for (what, (count, first)) in told {
        let times = match count {
            1 => String::new(),
            _ => format!(", {count} times"),
        };
        findings.add(&one.path, "access-unexplained", format!("{what}, at {first}{times}"));
    }
}

/// Says what members excused afterwards: it is signed, and yet nobody had planned it.
fn told_excused(excused: &Excused, report: &mut Report) {
    for ((from, until, why), count) in excused {
        let accesses = crate::count(*count, "access", "accesses");
        report.checked.push(format!(
            "EXCUSED AFTERWARDS: {accesses} in the maintenance window from {from} until {until} (\"{why}\"), which is in a \
             policy that came into force only later"
        ));
    }
}

/// Each event that batches cover shows what it implies.
fn missing(
    explainer: &Explainer<'_>,
    log: AccessLog,
    batches: &[&Access],
    report: &mut Report,
    findings: &mut Findings,
) {
    for missing in explainer.missing(log, batches) {
        let Some(what) = missing.what else {
            report.not_checked.push(format!(
                "the accesses to the {} that '{}' implies: no batch covers all of it",
                log.in_words(),
                missing.event
            ));
            continue;
        };
        for what in what {
            findings.add(layout::record(missing.event), "access-missing", what);
        }
    }
}

/// Says of which time nothing is known. Of a log that has no batch at all that was said.
fn told_uncovered(explainer: &Explainer<'_>, log: AccessLog, covered: &Covered, now: Time, report: &mut Report) {
    let Some(first) = explainer.began() else {
        return;
    };
    let holes = covered.holes(first, now);
    let told: Vec<String> = holes
        .iter()
        .take(MOST)
        .map(|(from, until)| format!("from {from} until {until}"))
        .collect();
    let more = match holes.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(", and {more} more stretches"),
    };
    if !told.is_empty() {
        let told = told.join(", ");
        report.not_checked.push(format!(
            "who came to the {}, where no batch covers it: {told}{more}",
            log.in_words()
        ));
    }
}

/// So many stretches are told.
const MOST: usize = 5;
