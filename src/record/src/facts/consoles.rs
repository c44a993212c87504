//! Who came to the engine by a console of their own, and how that fits what members say of being present.

use std::collections::{BTreeMap, BTreeSet};

use crate::journal::{Entry, What};
use crate::messages::{Attendance, Phase, Place};
use crate::{Body as _, Bundle, Time, text};

/// Which members came by consoles of their own, and when.
pub const CONSOLES: &str = "consoles";

/// The fact; none of an event in which there were no such consoles.
pub(super) fn consoles(entries: &[Entry]) -> Option<String> {
    let visits = Visits::of(entries)?;
    let mut said: Vec<String> = visits.members.iter().map(|(member, stay)| stay.told(member)).collect();
    if said.is_empty() {
        said.push("no member came by a console of their own".into());
    }
    let refused = visits.refused.iter();
    said.extend(refused.map(|account| format!("refused: {account}")));
    said.extend(visits.at_odds(entries));
    Some(said.join("; "))
}

/// In what words and logins do not fit together, a sentence each: who says to be elsewhere and came by no console, and who
/// came and never said to be present. Nothing of an event without such consoles.
#[must_use]
pub fn at_odds(entries: &[Entry]) -> Vec<String> {
    Visits::of(entries).map_or_else(Vec::new, |visits| visits.at_odds(entries))
}

/// Who came, and whom the engine refused.
#[derive(Default)]
struct Visits {
    members: BTreeMap<String, Stay>,
    refused: BTreeSet<String>,
}

/// A member's time at consoles.
struct Stay {
    first: Time,
    /// When the last console was left.
    last: Time,
    logins: usize,
    /// Consoles not left yet.
    open: usize,
    /// The engine stopped meanwhile, and nobody knows when a console was left.
    stopped: bool,
}

impl Visits {
    fn of(entries: &[Entry]) -> Option<Self> {
        let mut visits = None;
        for entry in entries {
            match &entry.what {
                What::Consoles => drop(visits.get_or_insert_with(Self::default)),
                What::Resumed { .. } => visits.iter_mut().for_each(Self::stop),
                What::Console {
                    account,
                    member,
                    at,
                    came,
                } => visits
                    .get_or_insert_with(Self::default)
                    .take(account, member.as_deref(), *at, *came),
                _ => {}
            }
        }
        visits
    }

    fn take(&mut self, account: &str, member: Option<&str>, at: Time, came: bool) {
        // A journal is anybody's file until it was checked.
        let Some(member) = member.map(|member| text::plain(member, NAME)) else {
            self.refused.insert(text::plain(account, NAME));
            return;
        };
        let stay = self.members.entry(member).or_insert(Stay {
            first: at,
            last: at,
            logins: 0,
            open: 0,
            stopped: false,
        });
        match came {
            true => (stay.logins, stay.open) = (stay.logins + 1, stay.open + 1),
            false => (stay.last, stay.open) = (at, stay.open.saturating_sub(1)),
        }
    }

    fn stop(&mut self) {
        for stay in self.members.values_mut().filter(|stay| stay.open > 0) {
            (stay.open, stay.stopped) = (0, true);
        }
    }

    fn at_odds(&self, entries: &[Entry]) -> Vec<String> {
        let words: BTreeMap<String, Attendance> = entries.iter().filter_map(word).collect();
        let elsewhere = words.iter().filter(|(member, word)| {
            word.phase == Phase::Begin && word.place == Place::Remote && !self.members.contains_key(*member)
        });
        let silent = self.members.keys().filter(|member| !words.contains_key(*member));
        let elsewhere = elsewhere.map(|(member, _)| format!("{member} said to be remote and came by no console"));
        let silent = silent.map(|member| format!("{member} came by a console and did not say to be present"));
        elsewhere.chain(silent).collect()
    }
}

impl Stay {
    fn told(&self, member: &str) -> String {
        let until = match (self.open > 0, self.stopped) {
            (true, _) => "on".to_owned(),
            (false, true) => format!("to {} or until the engine was stopped", self.last),
            (false, false) => format!("to {}", self.last),
        };
        let logins = match self.logins {
            0 | 1 => String::new(),
            more => format!(", in {more} logins"),
        };
        format!("{member} from {} {until}{logins}", self.first)
    }
}

/// A member's first word in the event.
fn word(entry: &Entry) -> Option<(String, Attendance)> {
    let What::Received { kind, signed } = &entry.what else {
        return None;
    };
    let word = (kind == Attendance::TYPE).then(|| Bundle::<Attendance>::decode(&signed.bundle).ok())??;
    (word.body.phase == Phase::Begin).then(|| (signed.member.clone(), word.body))
}

/// No name of an account or a member is longer.
const NAME: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Image, ImageKind};
    use crate::{Bytes, Digest, Signed};

    fn entries(all: Vec<What>) -> Vec<Entry> {
        let entry = |(number, what)| Entry {
            number,
            previous: Digest::of(b""),
            at: Time(100),
            what,
        };
        (0..).zip(all).map(entry).collect()
    }

    fn visit(member: &str, at: u64, came: bool) -> What {
        What::Console {
            account: member.into(),
            member: Some(member.into()),
            at: Time(at),
            came,
        }
    }

    fn present(member: &str, place: Place) -> What {
        let digest = Digest::of(b"");
        let kind = ImageKind::Binary;
        let body = Attendance {
            event: "e".into(),
            plan: digest,
            image: Image { kind, digest },
            session: Bytes(vec![1; 16]),
            member: member.into(),
            nonce: Bytes(vec![2; 16]),
            phase: Phase::Begin,
            place,
            at: Time(1),
        };
        What::Received {
            kind: "attendance".into(),
            signed: Signed {
                bundle: Bytes(Bundle::new(true, body).encode().expect("encodes")),
                signature: String::new(),
                member: member.into(),
            },
        }
    }

    fn resumed() -> What {
        let (kind, digest) = (ImageKind::Binary, Digest::of(b""));
        What::Resumed {
            image: Image { kind, digest },
            torn: 0,
        }
    }

    #[test]
    fn an_event_without_such_consoles_states_nothing() {
        let all = entries(vec![present("member-1", Place::Remote)]);
        assert_eq!(consoles(&all), None);
        assert!(at_odds(&all).is_empty());
    }

    #[test]
    fn who_came_is_told_with_the_first_login_and_the_last_end() {
        let all = entries(vec![
            What::Consoles,
            visit("member-1", 1, true),
            visit("member-2", 2, true),
            visit("member-1", 3, true),
            visit("member-1", 4, false),
            visit("member-1", 60, false),
            present("member-1", Place::Remote),
            present("member-2", Place::Remote),
        ]);
        assert_eq!(
            consoles(&all).as_deref(),
            Some(
                "member-1 from 1970-01-01T00:00:01Z to 1970-01-01T00:01:00Z, in 2 logins; member-2 from \
                 1970-01-01T00:00:02Z on"
            )
        );
    }

    #[test]
    fn a_stop_leaves_open_when_a_console_was_left() {
        let all = entries(vec![
            What::Consoles,
            visit("member-1", 1, true),
            resumed(),
            What::Consoles,
        ]);
        let told = consoles(&all).expect("a fact");
        assert!(
            told.starts_with(
                "member-1 from 1970-01-01T00:00:01Z to 1970-01-01T00:00:01Z or until the engine was stopped"
            ),
            "{told}"
        );
    }

    #[test]
    fn words_and_logins_that_do_not_fit_are_told() {
        let all = entries(vec![
            What::Consoles,
            visit("member-1", 1, true),
            present("member-2", Place::Remote),
            present("member-3", Place::Local),
        ]);
        assert_eq!(
            at_odds(&all),
            [
                "member-2 said to be remote and came by no console",
                "member-1 came by a console and did not say to be present"
            ]
        );
        assert!(consoles(&all).expect("a fact").ends_with(&at_odds(&all).join("; ")));
    }

    #[test]
    fn whom_the_engine_refused_is_told_once_and_in_plain_characters() {
        let refused = || What::Console {
            account: "mallory\u{1b}[2J".into(),
            member: None,
            at: Time(1),
            came: true,
        };
        let all = entries(vec![What::Consoles, refused(), refused()]);
        assert_eq!(
            consoles(&all).as_deref(),
            Some("no member came by a console of their own; refused: mallory\\u{1b}[2J")
        );
    }
}
