//! Who came to the engine by a console of their own, and how that fits what members say of being present.

use std::collections::{BTreeMap, BTreeSet};

use crate::journal::{Entry, What};
use crate::messages::{Attendance, Phase, Place};
use crate::{Body as _, Bundle, Time, text};

/// Which members came by consoles of their own, and when.
pub const CONSOLES: &str = "consoles";
/// So many logins of one member are written in one run of the engine: nobody fills the journal. Who comes more often is let
/// in all the same, and the fact says that there may have been more.
pub const CONSOLE_LOGINS: usize = 100;

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
    /// Those of them that came since the engine was started last.
    of_run: usize,
    /// Consoles not left yet.
    open: usize,
    /// The engine stopped while they had one open: between these times, and nobody wrote when it was left.
    stopped: Option<(Time, Time)>,
    /// No more logins were written in their last run, and there may have been some.
    perhaps_later: bool,
    /// That was so in any run.
    perhaps_more: bool,
}

impl Visits {
    fn of(entries: &[Entry]) -> Option<Self> {
        let (mut visits, mut before) = (None, None);
        for entry in entries {
            match &entry.what {
                What::Consoles => drop(visits.get_or_insert_with(Self::default)),
                What::Resumed { .. } => {
                    let stop = (before.unwrap_or(entry.at), entry.at);
                    visits.iter_mut().for_each(|visits| visits.stop(stop));
                }
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
            before = Some(entry.at);
        }
        visits
    }

    fn take(&mut self, account: &str, member: Option<&str>, at: Time, came: bool) {
        // A journal is anybody's file until it was checked.
        let Some(member) = member.map(|member| text::plain(member, NAME)) else {
            self.refused.insert(text::plain(account, NAME));
            return;
        };
        match came {
            true => self.members.entry(member).or_insert_with(|| Stay::new(at)).came(),
            false => self.members.get_mut(&member).into_iter().for_each(|stay| stay.left(at)),
        }
    }

    /// A stop ends every console: whoever is still there has to come again.
    fn stop(&mut self, between: (Time, Time)) {
        for stay in self.members.values_mut() {
            if std::mem::take(&mut stay.open) > 0 {
                stay.stopped = Some(between);
            }
            stay.of_run = 0;
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
    fn new(first: Time) -> Self {
        Self {
            first,
            last: first,
            logins: 0,
            of_run: 0,
            open: 0,
            stopped: None,
            perhaps_later: false,
            perhaps_more: false,
        }
    }

    /// Whoever comes again is there again, whatever became of their consoles before.
    fn came(&mut self) {
        (self.logins, self.of_run, self.open) = (self.logins + 1, self.of_run + 1, self.open + 1);
        self.stopped = None;
        self.perhaps_later = self.of_run >= CONSOLE_LOGINS;
        self.perhaps_more |= self.perhaps_later;
    }

    /// Whoever has no console open leaves none: the verifier says so.
    fn left(&mut self, at: Time) {
        if let Some(open) = self.open.checked_sub(1) {
            (self.open, self.last) = (open, at);
        }
    }

    fn told(&self, member: &str) -> String {
        let until = match (self.open > 0, self.stopped, self.perhaps_later) {
            (true, _, _) => "on".to_owned(),
            (false, Some((running, resumed)), _) => {
                format!("until the engine stopped, between {running} and {resumed}")
            }
            (false, None, true) => format!("to {} or later", self.last),
            (false, None, false) => format!("to {}", self.last),
        };
        let logins = match (self.logins, self.perhaps_more) {
            (0 | 1, false) => String::new(),
            (all, false) => format!(", in {all} logins"),
            (all, true) => format!(", in {all} logins or more"),
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
mod tests;
