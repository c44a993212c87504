//! Cross-examination: each access falls in an event or a maintenance window and names somebody who may come then, and each
//! event shows the accesses that it implies. Only stretches of time that batches cover say anything.

mod covered;
mod event;
mod sequences;

use std::collections::{BTreeMap, BTreeSet};

use record::Time;
use record::access::{ConsoleWhat, HsmAccess};
use record::policy::Maintenance;

use super::super::events::Held;
use super::super::outside::in_force_after;
use super::{Found, in_words};
use crate::Report;
use crate::access::Access;
use crate::finding::Findings;
use crate::layout::{self, AccessLog};
use covered::Covered;
use event::{Event, SLACK};

pub(super) use sequences::sequences;

/// Holds accesses against events, and events against accesses.
pub(super) fn check(events: &[Held], found: &[Found], now: Time, report: &mut Report, findings: &mut Findings) {
    let events: Vec<Event<'_>> = events.iter().map(Event::of).collect();
    let windows = windows(&events);
    let before = findings.0.len();
    for one in found {
        unexplained(one, &events, &windows, findings);
    }
    for log in AccessLog::ALL {
        let covered = Covered::by(found, log);
        missing(&events, found, log, &covered, report, findings);
        told_uncovered(&events, log, &covered, now, report);
    }
    if !found.is_empty() && findings.0.len() == before {
        report.checked.push(format!(
            "each access falls within an event, {} minutes before or after it counted in, or one of {} maintenance windows, \
             and names somebody who may come then",
            SLACK / 60,
            windows.len()
        ));
    }
}

fn windows<'e>(events: &[Event<'e>]) -> Vec<&'e Maintenance> {
    let mut all: Vec<&Maintenance> = Vec::new();
    for event in events {
        for window in &in_force_after(&event.held.event).maintenance {
            if !all.contains(&window) {
                all.push(window);
            }
        }
    }
    all
}

fn unexplained(one: &Found, events: &[Event<'_>], windows: &[&Maintenance], findings: &mut Findings) {
    // What a program tries a thousand times is one finding.
    let mut told: BTreeMap<String, (u64, Time)> = BTreeMap::new();
    let mut add = |what: Option<String>, time: Time| {
        if let Some(what) = what {
            told.entry(what).or_insert((0, time)).0 += 1;
        }
    };
    match &one.batch {
        Access::Console(batch) => {
            for access in &batch.accesses {
                let (name, what) = match access.what {
                    // Nobody came.
                    ConsoleWhat::Failed => continue,
                    ConsoleWhat::Login => (access.user.as_deref(), "a login"),
                    ConsoleWhat::Logout => (access.user.as_deref(), "a logout"),
                    ConsoleWhat::PowerOn => (None, "a start of the console"),
                    ConsoleWhat::PowerOff => (None, "a stop of the console"),
                };
                add(
                    judge(access.time, name, what, events, windows, |event| &event.accounts),
                    access.time,
                );
            }
        }
        Access::Hsm(batch) => {
            for access in batch.accesses.iter().filter(|access| is_somebodys(access)) {
                let (name, what) = (
                    access.user.as_deref(),
                    format!("{} of {}", access.operation, access.hsm),
                );
                add(
                    judge(access.time, name, &what, events, windows, |event| &event.users),
                    access.time,
                );
            }
        }
    }
    for (what, (count, first)) in told {
        let times = if count == 1 {
            String::new()
        } else {
            format!(", {count} times")
        };
        findings.add(&one.path, "access-unexplained", format!("{what}, at {first}{times}"));
    }
}

/// The cloud copies its HSMs every day by itself, and asking what there is changes nothing.
fn is_somebodys(access: &HsmAccess) -> bool {
    let backup = matches!(access.operation.as_str(), "CN_BACKUP_BEGIN" | "CN_BACKUP_END") && access.user.is_none();
    let asked = ["cloudhsm:Describe", "cloudhsm:List"]
        .iter()
        .any(|asked| access.operation.starts_with(asked));
    !backup && !asked
}

/// What is not explained of an access, if anything.
fn judge(
    time: Time,
    name: Option<&str>,
    what: &str,
    events: &[Event<'_>],
    windows: &[&Maintenance],
    known: impl for<'a> Fn(&'a Event<'_>) -> &'a BTreeSet<String>,
) -> Option<String> {
    let at: Vec<&Event<'_>> = events.iter().filter(|event| event.has(time)).collect();
    let open: Vec<&&Maintenance> = windows
        .iter()
        .filter(|one| one.from <= time && time < one.until)
        .collect();
    let by = name.map_or(String::new(), |name| format!(" by {name}"));
    if at.is_empty() && open.is_empty() {
        return Some(format!("{what}{by} in no event and no maintenance window"));
    }
    let name = name?;
    let present = at.iter().any(|event| known(event).contains(name));
    let expected = open.iter().any(|one| one.who.iter().any(|who| who == name));
    match present || expected {
        true => None,
        false => Some(format!("{what} by {name}, who was not present then")),
    }
}

/// Each event that batches cover shows what it implies.
fn missing(
    events: &[Event<'_>],
    found: &[Found],
    log: AccessLog,
    covered: &Covered,
    report: &mut Report,
    findings: &mut Findings,
) {
    for event in events {
        let record = &event.held.event.record;
        if !covered.has(record.began, record.ended) {
            if !covered.0.is_empty() {
                report.not_checked.push(format!(
                    "the accesses to the {} that '{}' implies: no batch covers all of it",
                    in_words(log),
                    event.held.name
                ));
            }
            continue;
        }
        let file = layout::record(&event.held.name);
        let batches = || found.iter().map(|one| &one.batch);
        if log == AccessLog::Console {
            let came = batches().any(|batch| match batch {
                Access::Console(batch) => batch.accesses.iter().any(|access| {
                    matches!(access.what, ConsoleWhat::Login | ConsoleWhat::PowerOn) && event.has(access.time)
                }),
                Access::Hsm(_) => false,
            });
            findings.demand(came, &file, "access-missing", || {
                "the console's log has no login and no start around the event".into()
            });
            continue;
        }
        for user in &event.logins {
            let came = batches().any(|batch| match batch {
                Access::Hsm(batch) => batch.accesses.iter().any(|access| {
                    let login = access.operation == "CN_LOGIN" && access.done && event.has(access.time);
                    login && access.user.as_ref() == Some(user)
                }),
                Access::Console(_) => false,
            });
            findings.demand(came, &file, "access-missing", || {
                format!("the journal has a login of {user} at the HSM, and the HSM's log has none around the event")
            });
        }
    }
}

/// Says of which time nothing is known. Of a log that has no batch at all that was said.
fn told_uncovered(events: &[Event<'_>], log: AccessLog, covered: &Covered, now: Time, report: &mut Report) {
    let Some(first) = events.iter().map(|event| event.held.event.record.began).min() else {
        return;
    };
    if covered.0.is_empty() {
        return;
    }
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
            in_words(log)
        ));
    }
}

/// So many stretches are told.
const MOST: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: u64, until: u64) -> Maintenance {
        Maintenance {
            from: Time(from),
            until: Time(until),
            who: vec!["infra".into()],
            why: "a disk is replaced".into(),
        }
    }

    fn judged(time: u64, name: Option<&str>) -> Option<String> {
        let window = window(100, 200);
        judge(Time(time), name, "a login", &[], &[&window], |event| &event.accounts)
    }

    #[test]
    fn maintenance_explains_its_people_in_its_time_alone() {
        assert_eq!(judged(100, Some("infra")), None);
        assert_eq!(judged(199, None), None, "a start of the machine names nobody");
        let other = judged(150, Some("mallory")).expect("a finding");
        assert_eq!(other, "a login by mallory, who was not present then");
        for time in [99, 200] {
            let outside = judged(time, Some("infra")).expect("a finding");
            assert_eq!(outside, "a login by infra in no event and no maintenance window");
        }
    }
}
