//! Facts that follow from the journal: whoever has it derives them again, word for word.

use std::collections::{BTreeMap, BTreeSet};

use super::consoles::{CONSOLES, consoles};
use crate::journal::{Entry, What};
use crate::messages::{Attendance, Phase};
use crate::{Body as _, Bundle, Time};

/// Who confirmed the console's clock, and how far apart the clocks were.
pub const CLOCK: &str = "clock";
/// Who logged in at the console during the event.
pub const LOGINS: &str = "logins";
/// Boots of the console, and starts of the engine.
pub const POWER: &str = "power";
/// How far the event had come when it was ended before its plan was carried out, and why.
pub const ABORTED: &str = "aborted";

/// The HSM's users before the first command of the plan, and after the last.
pub const USERS: [&str; 2] = ["users-before", "users-after"];

/// The names of all of them.
pub const JOURNALLED: [&str; 7] = [CLOCK, LOGINS, POWER, CONSOLES, ABORTED, USERS[0], USERS[1]];

/// The facts of a journal, by name; those that it says nothing of are not there.
#[must_use]
pub fn journalled(entries: &[Entry]) -> BTreeMap<String, String> {
    let facts = [
        (CLOCK, clock(entries)),
        (LOGINS, logins(entries)),
        (POWER, power(entries)),
        (CONSOLES, consoles(entries)),
        (ABORTED, aborted(entries)),
        (USERS[0], users(entries).map(|users| users.0)),
        (USERS[1], users(entries).map(|users| users.1)),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name.to_owned(), fact?)));
    known.collect()
}

/// The HSM's users before and after the commands of the plan, where these changed them.
fn users(entries: &[Entry]) -> Option<(String, String)> {
    let before = entries.iter().find_map(|entry| match &entry.what {
        What::Hsm { users, .. } => Some(users.join("; ")),
        _ => None,
    })?;
    let after = entries.iter().rev().find_map(|entry| match &entry.what {
        What::Users { users } => Some(users.join("; ")),
        _ => None,
    })?;
    Some((before, after))
}

fn clock(entries: &[Entry]) -> Option<String> {
    let confirmed = entries.iter().find(|entry| entry.what == What::Clock)?.at;
    let words: BTreeMap<String, u64> = entries.iter().filter_map(beginning).collect();
    let Some(most) = words.values().max() else {
        return Some(format!(
            "found right by the operator at {confirmed}; no member said when they came"
        ));
    };
    let members: Vec<&str> = words.keys().map(String::as_str).collect();
    Some(format!(
        "found right by the operator at {confirmed}; the clocks of {} were at most {most} s from it when their word to be \
         present came in",
        members.join(", ")
    ))
}

/// A member's word to be present at the beginning, and how far its time is from the console's.
fn beginning(entry: &Entry) -> Option<(String, u64)> {
    let What::Received { kind, signed } = &entry.what else {
        return None;
    };
    let word = (kind == Attendance::TYPE).then(|| Bundle::<Attendance>::decode(&signed.bundle).ok())??;
    let apart = word.body.at.0.abs_diff(entry.at.0);
    (word.body.phase == Phase::Begin).then(|| (signed.member.clone(), apart))
}

fn logins(entries: &[Entry]) -> Option<String> {
    let (problem, logins, _) = written(entries)?;
    Some(match (problem, logins) {
        (Some(problem), _) => format!("not known: {problem}"),
        (None, []) => "nobody logged in during the event".to_owned(),
        (None, logins) => logins.join("; "),
    })
}

/// What the system wrote down, as it was read last.
fn written(entries: &[Entry]) -> Option<(Option<&str>, &[String], &[String])> {
    let read = |entry: &'_ Entry| matches!(entry.what, What::Logins { .. });
    match &entries.iter().rev().find(|entry| read(entry))?.what {
        What::Logins { problem, logins, power } => Some((problem.as_deref(), logins, power)),
        _ => None,
    }
}

fn power(entries: &[Entry]) -> Option<String> {
    let (mut starts, mut boots, mut seen) = (0, Vec::new(), BTreeSet::new());
    for entry in entries {
        if let What::Machine { boot, since } = &entry.what {
            starts += 1;
            let name = boot.as_deref().unwrap_or("without a name");
            if seen.insert(name) {
                let since = since.map_or("at an unknown time".to_owned(), |since: Time| format!("at {since}"));
                boots.push(format!("boot {name} {since}"));
            }
        }
    }
    let times = match starts {
        0 => return None,
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    let mut said = vec![format!("the engine was started {times}, in {}", boots.join(", "))];
    said.extend(
        written(entries)
            .into_iter()
            .flat_map(|(_, _, power)| power.iter().cloned()),
    );
    Some(said.join("; "))
}

fn aborted(entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| match &entry.what {
        What::Aborted { stage, reason } => Some(format!("{stage}: {reason}")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Image, ImageKind, Place};
    use crate::{Bytes, Digest, Signed};

    fn entries(all: Vec<(u64, What)>) -> Vec<Entry> {
        let entry = |(number, (at, what))| Entry {
            number,
            previous: Digest::of(b""),
            at: Time(at),
            what,
        };
        (0..).zip(all).map(entry).collect()
    }

    fn word(member: &str, phase: Phase, at: u64) -> What {
        let digest = Digest::of(b"");
        let body = Attendance {
            event: "e".into(),
            plan: digest,
            image: Image {
                kind: ImageKind::Binary,
                digest,
            },
            session: Bytes(vec![1; 16]),
            member: member.into(),
            nonce: Bytes(vec![2; 16]),
            phase,
            place: Place::Local,
            at: Time(at),
        };
        let signed = Signed {
            bundle: Bytes(Bundle::new(true, body).encode().expect("encodes")),
            signature: String::new(),
            member: member.into(),
        };
        What::Received {
            kind: "attendance".into(),
            signed,
        }
    }

    fn machine(boot: &str, since: u64) -> What {
        What::Machine {
            boot: Some(boot.into()),
            since: Some(Time(since)),
        }
    }

    #[test]
    fn a_journal_without_these_entries_states_nothing() {
        assert!(journalled(&entries(vec![(5, What::Closed)])).is_empty());
    }

    #[test]
    fn the_clock_is_stated_with_the_greatest_difference_at_the_beginning() {
        let all = entries(vec![
            (0, What::Clock),
            (60, word("member-1", Phase::Begin, 58)),
            (60, word("member-2", Phase::Begin, 101)),
            (90, word("member-1", Phase::End, 900)),
        ]);
        let wanted = "found right by the operator at 1970-01-01T00:00:00Z; the clocks of member-1, member-2 were at most \
                      41 s from it when their word to be present came in";
        assert_eq!(journalled(&all)[CLOCK], wanted);
        assert_eq!(
            journalled(&all[..1])[CLOCK],
            "found right by the operator at 1970-01-01T00:00:00Z; no member said when they came"
        );
    }

    #[test]
    fn boots_are_told_once_each_and_starts_are_counted() {
        let power = vec!["1970-01-01T00:00:09Z the system was shut down".to_owned()];
        let all = entries(vec![
            (0, machine("a", 0)),
            (5, machine("a", 1)),
            (9, machine("b", 8)),
            (
                9,
                What::Logins {
                    problem: None,
                    logins: Vec::new(),
                    power,
                },
            ),
        ]);
        let facts = journalled(&all);
        assert_eq!(
            facts[POWER],
            "the engine was started 3 times, in boot a at 1970-01-01T00:00:00Z, boot b at 1970-01-01T00:00:08Z; \
             1970-01-01T00:00:09Z the system was shut down"
        );
        assert_eq!(facts[LOGINS], "nobody logged in during the event");
    }

    #[test]
    fn logins_that_cannot_be_known_are_said_to_be_so_by_the_last_look() {
        let look = |problem: Option<&str>, logins: &[&str]| What::Logins {
            problem: problem.map(str::to_owned),
            logins: logins.iter().map(|line| (*line).to_owned()).collect(),
            power: Vec::new(),
        };
        let all = entries(vec![
            (0, look(Some("/var/log/wtmp is not there"), &[])),
            (1, look(None, &["a", "b"])),
        ]);
        assert_eq!(journalled(&all)[LOGINS], "a; b");
        assert_eq!(journalled(&all[..1])[LOGINS], "not known: /var/log/wtmp is not there");
    }

    #[test]
    fn an_aborted_event_states_how_far_it_came_and_why() {
        let what = What::Aborted {
            stage: "before the first key was made".into(),
            reason: "the HSM is gone".into(),
        };
        let facts = journalled(&entries(vec![(0, what)]));
        assert_eq!(facts[ABORTED], "before the first key was made: the HSM is gone");
    }
}
