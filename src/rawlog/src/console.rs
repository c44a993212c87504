//! The console's log: accesses from the journal's exports or from syslog's lines, as they come, line by line.
//!
//! One login makes several lines: sshd's word, PAM's, systemd-logind's. They are merged into one access; a line is only
//! ever merged into an access that it can belong to, so that no login is lost.

mod journal;
mod lines;
mod memory;
mod merged;
mod message;
mod syslog;

use record::Time;
use record::access::{ConsoleAccess, Gap};

use merged::Merged;
use message::Said;

pub use lines::Lines;
pub use memory::Memory;
pub use message::Unreadable;

/// What one line brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Somebody came, left, or tried to; the machine went on or off.
    Access(ConsoleAccess),
    /// Something is missing before it.
    Gap(Gap),
}

/// Reads one console's log, line by line, in any of its forms.
pub struct Console {
    form: Option<Form>,
    year_until: Time,
    merged: Merged,
    others: u64,
}

enum Form {
    Export(Box<journal::Export>),
    Json,
    Syslog,
}

/// One entry of a log, in whatever form it came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    time: Time,
    /// The program: `sshd`.
    ident: String,
    pid: Option<u32>,
    boot: Option<String>,
    message: String,
}

impl Console {
    /// Begins a log. Syslog's own lines say no year: theirs is the last that does not lead beyond `until`.
    #[must_use]
    pub fn new(until: Time) -> Self {
        Self {
            form: None,
            year_until: until,
            merged: Merged::default(),
            others: 0,
        }
    }

    /// Takes the next line, without its end.
    ///
    /// # Errors
    /// A line that looks like an access and cannot be read, or a log of no known form.
    pub fn line(&mut self, line: &[u8]) -> Result<Vec<Seen>, Unreadable> {
        if self.form.is_none() && !line.is_empty() {
            self.form = Some(Form::of(line)?);
        }
        let entry = match &mut self.form {
            None => None,
            Some(Form::Export(export)) => export.line(line)?,
            Some(Form::Json) => journal::json(line)?,
            Some(Form::Syslog) => syslog::entry(line, self.year_until)?,
        };
        entry.map_or_else(|| Ok(Vec::new()), |entry| self.entry(&entry))
    }

    /// What was open at the log's end.
    ///
    /// # Errors
    /// As [`Console::line`].
    pub fn end(&mut self) -> Result<Vec<Seen>, Unreadable> {
        let last = match &mut self.form {
            Some(Form::Export(export)) => export.end()?,
            _ => None,
        };
        // The next file may have another form.
        self.form = None;
        last.map_or_else(|| Ok(Vec::new()), |entry| self.entry(&entry))
    }

    /// Which entry of several lines is open, if one is.
    #[must_use]
    pub fn open(&self) -> Option<u64> {
        match &self.form {
            Some(Form::Export(export)) => export.open(),
            _ => None,
        }
    }

    /// How many entries were no access.
    #[must_use]
    pub fn others(&self) -> u64 {
        self.others
    }

    fn entry(&mut self, entry: &Entry) -> Result<Vec<Seen>, Unreadable> {
        let said = message::read(&entry.ident, &entry.message)?;
        self.others += u64::from(matches!(said, Said::Nothing));
        Ok(self.merged.take(entry, said))
    }
}

impl Form {
    /// By the first line, which decides for the file.
    fn of(line: &[u8]) -> Result<Self, Unreadable> {
        if line.starts_with(b"{") {
            return Ok(Self::Json);
        }
        if line.starts_with(b"__CURSOR=") || line.starts_with(b"__REALTIME_TIMESTAMP=") {
            return Ok(Self::Export(Box::default()));
        }
        match syslog::looks_like(line) {
            true => Ok(Self::Syslog),
            false => Err(Unreadable(
                "it is no export of the journal, and no line of a system's log",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
