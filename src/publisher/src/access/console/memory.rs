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
