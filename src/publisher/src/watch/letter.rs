//! The message: a subject that says the loudest thing first, and a text of 72 columns. Everything in both is ASCII.

use record::{Digest, Time};
use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::budget::Allowed;
use super::calendar::Calendar;

/// One message, the same for each member but for who gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Its number in this watch.
    pub number: u64,
    /// When it was written.
    pub written: Time,
    /// One line.
    pub subject: String,
    /// Lines, each with its end.
    pub text: String,
}

impl Letter {
    /// Writes it.
    pub fn write(allowed: &Allowed, calendar: &Calendar, (number, written): (u64, Time), rehearsal: bool) -> Self {
        let mut lines = vec![];
        if rehearsal {
            lines.extend(["THIS IS A REHEARSAL. Nothing of it is real.".to_owned(), String::new()]);
        }
        lines.extend(fold("", INTRODUCTION));
        for (place, alert) in allowed.alerts.iter().enumerate() {
            lines.push(String::new());
            lines.extend(told(place + 1, alert, calendar));
        }
        lines.extend(counted(allowed));
        lines.push(String::new());
        lines.extend(ADVICE.iter().flat_map(|one| fold("", one)));
        let text: String = lines.iter().map(|line| ascii(line) + "\n").collect();
        Self {
            number,
            written,
            subject: subject(allowed, rehearsal),
            text,
        }
    }

    /// What is logged of it.
    pub fn digest(&self) -> Digest {
        Digest::of(format!("{}\n{}", self.subject, self.text).as_bytes())
    }

    /// The part of its identifier before the `@`: a message that is sent again has the same.
    pub fn id(&self, member: &str) -> String {
        let whole = format!("{member}\n{}\n{}", self.number, self.digest().hex());
        format!("{}.{}", &Digest::of(whole.as_bytes()).hex()[..32], self.number)
    }
}

fn subject(allowed: &Allowed, rehearsal: bool) -> String {
    let mark = if rehearsal { "[pki REHEARSAL] " } else { "[pki] " };
    let count = allowed.counts.sum();
    let first = match allowed.alerts.first() {
        Some(alert) => alert.headline(),
        None => return format!("{mark}{count} more alerts, counted"),
    };
    let others = allowed.alerts.len() as u64 - 1 + count;
    let first: String = ascii(&first).chars().take(SUBJECT).collect();
    match others {
        0 => format!("{mark}{first}"),
        _ => format!("{mark}{first} (and {others} more)"),
    }
}

fn told(number: usize, alert: &Alert, calendar: &Calendar) -> Vec<String> {
    let mut lines = fold("   ", &format!("{number}. {}", alert.headline()));
    // The first line begins at the left.
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start().to_owned();
    }
    let planned = calendar.says(alert).map(|planned| ("planned", planned));
    for (name, fact) in alert.facts().into_iter().chain(planned) {
        let folded = fold(BESIDE, &fact);
        let named = folded.iter().enumerate().map(|(place, line)| match place {
            0 => format!("   {:<15}{}", format!("{name}:"), line.trim_start()),
            _ => line.clone(),
        });
        lines.extend(named);
    }
    lines
}

fn counted(allowed: &Allowed) -> Vec<String> {
    let (all, others) = allowed.counts.all();
    let mut lines = Vec::new();
    for (headline, count) in all {
        let text = format!(
            "{} times {headline}; first {}, last {}",
            count.count, count.first, count.last
        );
        lines.extend(fold("   ", &text));
    }
    if others > 0 {
        lines.extend(fold("   ", &format!("{others} times others of these kinds")));
    }
    match lines.is_empty() {
        true => lines,
        false => {
            let title = "Too many for a message each, so these are counted:";
            [vec![String::new(), title.to_owned()], lines].concat()
        }
    }
}

/// Lines of at most 72 columns, each behind `before`. A word that is longer is cut.
fn fold(before: &str, text: &str) -> Vec<String> {
    let room = COLUMNS - before.len();
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let line = lines.last_mut().expect("there is one");
            let space = usize::from(!line.is_empty());
            if line.chars().count() + space + word.len() <= room {
                line.push_str(&" ".repeat(space));
                line.extend(&word);
                break;
            }
            if line.is_empty() {
                line.extend(word.drain(..room));
            }
            lines.push(String::new());
        }
    }
    lines.iter().map(|line| format!("{before}{line}")).collect()
}

/// No line end, and nothing that a mail program would act on, gets into a header or a line.
fn ascii(text: &str) -> String {
    let plain = |c: char| if (' '..='~').contains(&c) { c } else { '?' };
    text.chars().map(plain).collect()
}

const COLUMNS: usize = 72;
const SUBJECT: usize = 90;
const BESIDE: &str = "                  ";

const INTRODUCTION: &str = "This is an alert about the PKI of the Rust Project: about its signing console or its HSM. \
    Each member of the quorum gets one. Times are those of the logs.";

const ADVICE: [&str; 7] = [
    "If you expected this",
    "   Nothing is to be done.",
    "If you did not expect this",
    "   Ask the other members and infra at once, by another way than mail. Do not answer this message.",
    "   Nobody needs console or HSM outside of a planned event or a maintenance window. If nobody explains it: revoke the \
     role's sessions, stop the console, keep its disks and logs, and hold no event before the quorum knows what happened.",
    "",
    "All accesses are published later, signed: pki.rust-lang.org, access. Compare them with what you were told.",
];

#[cfg(test)]
mod tests;
