//! The HSM's log: CloudHSM's audit log as CloudWatch hands it out, and CloudTrail's records for the IAM role.
//!
//! An HSM knows nothing of IAM, and CloudTrail nothing of what is done in an HSM. So the role of an access is that of the last
//! call to `cloudhsm.amazonaws.com` in the quarter of an hour before it; where there is none it has no role.

mod audit;
mod fields;
mod joined;
mod live;
mod trail;

use record::access::{Gap, HsmAccess, is_word};

use crate::console::{Lines, Unreadable};
use audit::{Audit, Entry};
use trail::Call;

pub use fields::pieces;
pub use live::{Brought, Live};

/// What the logs say together.
pub struct Joined {
    /// Every access.
    pub accesses: Vec<HsmAccess>,
    /// What is missing in sequence numbers.
    pub gaps: Vec<Gap>,
}

/// Reads HSMs' logs and CloudTrail's, piece by piece, in any of their forms.
pub struct Hsm {
    given: Option<String>,
    file: Option<String>,
    audit: Audit,
    entries: Vec<Entry>,
    calls: Vec<Call>,
}

impl Hsm {
    /// Begins; where neither a file's content nor its name says which HSM it is of, it is the one given.
    #[must_use]
    pub fn new(given: Option<String>) -> Self {
        Self {
            given,
            file: None,
            audit: Audit::default(),
            entries: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Begins a file of this name: `hsm-...` is the HSM's id.
    pub fn file(&mut self, name: &str) {
        self.file = Some(name.to_owned()).filter(|name| name.starts_with("hsm-") && is_word(name));
    }

    /// Takes the next line, without its end; of a file of JSON that is one value, the value.
    ///
    /// # Errors
    /// What looks like an access and cannot be read.
    pub fn line(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        let text = String::from_utf8_lossy(line);
        match text.trim_start().starts_with('{') || text.trim_start().starts_with('[') {
            true => self.value(&text),
            false => self.text(&text, None),
        }
    }

    /// What was open at a file's end.
    ///
    /// # Errors
    /// As [`Hsm::line`].
    pub fn end(&mut self) -> Result<(), Unreadable> {
        let last = self.audit.end(&self.hsm(None));
        self.file = None;
        self.entries.extend(last?);
        Ok(())
    }

    /// All of it, in order.
    #[must_use]
    pub fn joined(self) -> Joined {
        joined::join(self.entries, &self.calls)
    }

    /// What has come since this was last called.
    pub fn brought(&mut self) -> Brought {
        Brought {
            entries: std::mem::take(&mut self.entries),
            calls: std::mem::take(&mut self.calls),
        }
    }

    /// Which entry of several lines is open, if one is.
    #[must_use]
    pub fn open(&self) -> Option<u64> {
        self.audit.open()
    }

    fn value(&mut self, text: &str) -> Result<(), Unreadable> {
        let bad = |_| Unreadable("it is no JSON");
        let value: serde_json::Value = serde_json::from_str(text).map_err(bad)?;
        // One that cannot be read takes nothing from those after it.
        let read = fields::of_json(&value)?.into_iter().map(|found| self.found(found));
        read.fold(Ok(()), Result::and)
    }

    fn found(&mut self, found: fields::Found) -> Result<(), Unreadable> {
        let (text, stream) = match found {
            fields::Found::Message { text, stream } => (text, stream),
            fields::Found::Call(record) => {
                self.calls.extend(trail::call(&record)?);
                return Ok(());
            }
        };
        // Each message is an entry of its own.
        for (_, line) in Lines::of(text.as_bytes()) {
            self.text(&String::from_utf8_lossy(line?), stream.as_deref())?;
        }
        let last = self.audit.end(&self.hsm(stream.as_deref()))?;
        self.entries.extend(last);
        Ok(())
    }

    fn text(&mut self, text: &str, stream: Option<&str>) -> Result<(), Unreadable> {
        let hsm = self.hsm(stream);
        self.entries.extend(self.audit.line(text, &hsm)?);
        Ok(())
    }

    fn hsm(&self, stream: Option<&str>) -> String {
        let stream = stream.filter(|stream| is_word(stream)).map(str::to_owned);
        let known = stream.or_else(|| self.file.clone()).or_else(|| self.given.clone());
        known.filter(|hsm| is_word(hsm)).unwrap_or_else(|| "-".into())
    }
}

#[cfg(test)]
mod tests;
