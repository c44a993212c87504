//! What a reader of a console's log has to remember, so that another one can go on after it.

use record::Time;
use serde::{Deserialize, Serialize};

use super::merged::Merged;
use super::{Console, Form};

/// A reader's memory between two entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    form: Option<Kind>,
    merged: Merged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Export,
    Json,
    Syslog,
}

impl Console {
    /// What it remembers; of an entry that is open, nothing.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let kind = |form: &Form| match form {
            Form::Export(_) => Kind::Export,
            Form::Json => Kind::Json,
            Form::Syslog => Kind::Syslog,
        };
        Memory {
            form: self.form.as_ref().map(kind),
            merged: self.merged.clone(),
        }
    }

    /// Goes on where another reader was.
    #[must_use]
    pub fn recalled(memory: Memory, until: Time) -> Self {
        let form = memory.form.map(|kind| match kind {
            Kind::Export => Form::Export(Box::default()),
            Kind::Json => Form::Json,
            Kind::Syslog => Form::Syslog,
        });
        Self {
            form,
            merged: memory.merged,
            ..Self::new(until)
        }
    }

    /// Time goes on: the year of lines that say none is the last that does not lead beyond `until`.
    pub fn set_until(&mut self, until: Time) {
        self.year_until = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::Seen;

    /// Wherever it stops between two lines, another reader sees what the first one would have.
    #[test]
    fn another_reader_goes_on_in_the_middle_of_a_login() {
        let lines = [
            "2026-11-24T10:00:00Z host sshd[7]: Accepted publickey for member-1 from 192.0.2.7 port 1 ssh2",
            "2026-11-24T10:00:00Z host sshd[7]: pam_unix(sshd:session): session opened for user member-1(uid=1) by (uid=0)",
            "2026-11-24T10:00:01Z host systemd-logind[1]: New session 3 of user member-1.",
            "2026-11-24T10:05:00Z host sshd[7]: pam_unix(sshd:session): session closed for user member-1",
            "2026-11-24T10:05:00Z host systemd-logind[1]: Removed session 3.",
            "2026-11-24T10:06:00Z host systemd-logind[1]: System is powering down.",
            "2026-11-24T10:06:00Z host systemd[1]: Reached target poweroff.target - System Power Off.",
        ];
        let until = Time(u64::MAX / 2);
        let read = |console: &mut Console, lines: &[&str]| -> Vec<Seen> {
            let seen = lines
                .iter()
                .map(|line| console.line(line.as_bytes()).expect("it is read"));
            seen.flatten().collect()
        };
        let whole = read(&mut Console::new(until), &lines);
        assert_eq!(whole.len(), 3, "{whole:?}");
        for cut in 0..=lines.len() {
            let mut first = Console::new(until);
            let mut seen = read(&mut first, &lines[..cut]);
            let text = serde_json::to_string(&first.memory()).expect("JSON");
            let memory = serde_json::from_str(&text).expect("a memory");
            seen.extend(read(&mut Console::recalled(memory, until), &lines[cut..]));
            assert_eq!(seen, whole, "cut after {cut} lines");
        }
    }
}
