//! A past event's journal as it is gone through: how far the engine has come, and where it first does something else.

mod bundles;
mod moments;
mod people;
mod writing;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use record::journal::{Entry, What};
use record::{Digest, Time};

/// A shared hold on it: clock, people, inbox and ledger of one run look at the same place.
#[derive(Clone, Debug)]
pub struct Tape(Rc<RefCell<Inner>>);

#[derive(Debug)]
struct Inner {
    entries: Vec<Entry>,
    /// The entry that the engine writes next.
    next: usize,
    /// What the record says of its own end, which no entry does.
    ended: Time,
    /// The record's digest, as it was made now, where the journal ends before it.
    record: Option<Digest>,
    trouble: Option<Trouble>,
}

/// Where the engine did something else than the journal has.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The entry's number.
    pub entry: u64,
    /// What it wrote.
    pub made: Entry,
    /// It may have been the disk then: what the journal has instead of an answer is what came of it.
    forgivable: bool,
}

impl Tape {
    /// A journal that begins with its first entry, and when its record says that the event ended.
    pub fn new(entries: Vec<Entry>, ended: Time) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            entries,
            next: 0,
            ended,
            record: None,
            trouble: None,
        })))
    }

    /// The entries of the run that begins next.
    pub fn run(&self) -> Range<usize> {
        let inner = self.0.borrow();
        let rest = inner.entries.get(inner.next + 1..).unwrap_or_default();
        let length = rest.iter().position(|entry| matches!(entry.what, What::Resumed { .. }));
        inner.next..length.map_or(inner.entries.len(), |length| inner.next + 1 + length)
    }

    /// How many entries were written again.
    pub fn done(&self) -> usize {
        self.0.borrow().next
    }

    /// The entry that comes next.
    pub fn next(&self) -> Option<Entry> {
        self.0.borrow().upcoming().cloned()
    }

    /// The digest of the record that was made where the journal ends.
    pub fn record(&self) -> Option<Digest> {
        self.0.borrow().record
    }

    /// The first difference, if there is one.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.borrow().trouble.clone()
    }
}

impl Inner {
    fn upcoming(&self) -> Option<&Entry> {
        self.entries.get(self.next)
    }

    fn last(&self) -> Option<&Entry> {
        self.entries.get(self.next.checked_sub(1)?)
    }

    /// Whether the run ends here: by a stop, or because the journal does.
    fn run_is_over(&self) -> bool {
        matches!(
            self.upcoming().map(|entry| &entry.what),
            None | Some(What::Resumed { .. })
        )
    }
}

#[cfg(test)]
mod tests;
