//! Several lines of one login, made one access; boots and shutdowns likewise.

use std::collections::{BTreeMap, VecDeque};

use record::Time;
use record::access::{ConsoleAccess, ConsoleWhat, Gap, GapWhat};
use serde::{Deserialize, Serialize};

use super::message::{By, Said};
use super::{Entry, Seen};

/// What is remembered of the lines before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Merged {
    /// Logins that a further line may still belong to.
    logins: VecDeque<Login>,
    /// Of whom each session of systemd-logind's is, and whether another line says when they leave.
    sessions: BTreeMap<String, (String, bool)>,
    /// Logouts that a further line may still belong to.
    logouts: VecDeque<(Time, String, bool)>,
    boot: Option<String>,
    power: Power,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    time: Time,
    user: String,
    pid: Option<u32>,
    pam: bool,
    logind: bool,
    /// Only systemd-logind has spoken of it.
    first: bool,
}

/// How the machine was by the lines before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Power {
    /// No line has said anything yet.
    #[default]
    Unknown,
    /// It runs; the moment of its start, if a line said it.
    On(Option<Time>),
    /// It is stopping, or has stopped.
    Off,
}

impl Merged {
    /// What an entry brings.
    pub(super) fn take(&mut self, entry: &Entry, said: Said) -> Vec<Seen> {
        let mut seen = self.booted(entry, &said);
        let time = entry.time;
        match said {
            Said::Nothing | Said::PowerOn => {}
            Said::PowerOff => seen.extend(self.off(time)),
            Said::Login { user, by } => seen.extend(self.login(entry, user, by)),
            Said::Logout { user, pam } => seen.extend(self.logout(time, user, pam)),
            Said::SessionRemoved { session } => {
                if let Some((user, false)) = self.sessions.remove(&session) {
                    seen.push(access(time, Some(user), ConsoleWhat::Logout));
                }
            }
            Said::Failed { user } => seen.push(access(time, user, ConsoleWhat::Failed)),
            Said::Suppressed { count } => seen.push(gap(time, GapWhat::Suppressed, count)),
        }
        seen
    }

    /// Another boot's id, or the kernel's first line: whichever comes first is the start.
    fn booted(&mut self, entry: &Entry, said: &Said) -> Vec<Seen> {
        let other = match (&self.boot, &entry.boot) {
            (before, Some(now)) => before.as_ref() != Some(now),
            (_, None) => false,
        };
        let first = self.boot.is_none();
        if other {
            self.boot.clone_from(&entry.boot);
        }
        let kernel = *said == Said::PowerOn;
        // The first entry of a log that begins within a boot is no start; the boot's id is the same for its kernel's line.
        let starts = match entry.boot {
            Some(_) => (other && !first) || (kernel && !matches!(self.power, Power::On(Some(_)))),
            None => kernel,
        };
        if !starts {
            if self.power == Power::Unknown {
                self.power = Power::On(None);
            }
            return Vec::new();
        }
        let unsaid = matches!(self.power, Power::On(_));
        self.power = Power::On(Some(entry.time));
        self.sessions.clear();
        let gap = unsaid.then(|| gap(entry.time, GapWhat::PowerOff, 1));
        gap.into_iter()
            .chain([access(entry.time, None, ConsoleWhat::PowerOn)])
            .collect()
    }

    /// The first of many lines of one shutdown.
    fn off(&mut self, time: Time) -> Option<Seen> {
        let before = std::mem::replace(&mut self.power, Power::Off);
        (before != Power::Off).then(|| access(time, None, ConsoleWhat::PowerOff))
    }

    fn login(&mut self, entry: &Entry, user: String, by: By) -> Option<Seen> {
        let time = entry.time;
        self.logins.retain(|login| login.time.plus(SAME_LOGIN) >= time);
        let fits = |login: &&mut Login| {
            login.user == user
                && match by {
                    By::Sshd => false,
                    // The same process; or systemd-logind, whom PAM had asked before, spoke first.
                    By::Pam => !login.pam && (login.pid == entry.pid && login.pid.is_some() || login.first),
                    By::Logind { .. } => !login.logind,
                }
        };
        let found = self.logins.iter_mut().find(fits);
        let known = found.is_some();
        if let Some(login) = found {
            login.pam |= by == By::Pam;
            login.first = false;
            login.logind |= matches!(by, By::Logind { .. });
        } else {
            self.remember(entry, &user, &by);
        }
        match by {
            By::Logind { session } => self.session(session, &user, known),
            // It says by itself when they leave.
            By::Pam if known => {
                let mut own = self
                    .sessions
                    .values_mut()
                    .filter(|(whose, said)| *whose == user && !said);
                own.next().into_iter().for_each(|(_, said)| *said = true);
            }
            _ => {}
        }
        (!known).then(|| access(time, Some(user), ConsoleWhat::Login))
    }

    fn remember(&mut self, entry: &Entry, user: &str, by: &By) {
        if self.logins.len() == MOST {
            self.logins.pop_front();
        }
        self.logins.push_back(Login {
            time: entry.time,
            user: user.to_owned(),
            pid: entry.pid,
            pam: *by == By::Pam,
            logind: matches!(by, By::Logind { .. }),
            first: matches!(by, By::Logind { .. }),
        });
    }

    /// PAM says of its own sessions when they end.
    fn session(&mut self, session: String, user: &str, known: bool) {
        if self.sessions.len() < MOST {
            self.sessions.insert(session, (user.to_owned(), known));
        }
    }

    /// sshd and PAM both say that somebody left.
    fn logout(&mut self, time: Time, user: String, pam: bool) -> Option<Seen> {
        self.logouts.retain(|(at, ..)| at.plus(SAME_LOGOUT) >= time);
        let place = self
            .logouts
            .iter()
            .position(|(_, left, by)| *left == user && *by != pam);
        if let Some(place) = place {
            self.logouts.remove(place);
            return None;
        }
        if self.logouts.len() == MOST {
            self.logouts.pop_front();
        }
        self.logouts.push_back((time, user.clone(), pam));
        Some(access(time, Some(user), ConsoleWhat::Logout))
    }
}

fn access(time: Time, user: Option<String>, what: ConsoleWhat) -> Seen {
    Seen::Access(ConsoleAccess { time, user, what })
}

fn gap(time: Time, what: GapWhat, count: u64) -> Seen {
    let (first, hsm) = (None, None);
    Seen::Gap(Gap {
        time,
        what,
        count,
        first,
        hsm,
    })
}

/// Seconds between the lines of one login: a touch and a slow PAM lie between none of them.
const SAME_LOGIN: u64 = 20;
/// Seconds between the lines of one logout.
const SAME_LOGOUT: u64 = 5;
/// So many are remembered: a hostile log makes it no longer.
const MOST: usize = 1024;
