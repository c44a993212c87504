//! What an event left on the disk: journal, record and results.

use std::collections::BTreeMap;

use record::journal::{Entry, Journal, What, frame};
use record::record::Record;
use record::results::Results;
use record::{Bundle, Bytes};

use super::Event;

impl Event {
    /// The journal's entries.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        Journal::read(&self.read("bastion/journal"))
            .expect("the journal reads")
            .entries
    }

    /// How many whole entries like this the journal has by now, while the engine may be writing it.
    #[must_use]
    pub fn journal_count(&self, like: impl Fn(&What) -> bool) -> usize {
        let journal = Journal::read(&self.read("bastion/journal")).expect("the journal reads");
        journal.entries.iter().filter(|entry| like(&entry.what)).count()
    }

    /// Whether the journal has an entry like this.
    #[must_use]
    pub fn journalled(&self, like: impl Fn(&What) -> bool) -> bool {
        self.journal().iter().any(|entry| like(&entry.what))
    }

    /// Where each entry of the journal begins, and where the last one ends.
    #[must_use]
    pub fn entry_offsets(&self) -> Vec<usize> {
        let mut offsets = vec![0];
        for entry in self.journal() {
            let length = frame(&entry).expect("an entry encodes").len();
            offsets.push(offsets[offsets.len() - 1] + length);
        }
        offsets
    }

    /// The to-be-signed bytes by step, as the journal froze them: once, whatever happened later.
    #[must_use]
    pub fn frozen(&self) -> BTreeMap<String, Bytes> {
        let journal = self.journal();
        let mut frozen = journal.into_iter().filter_map(|entry| match entry.what {
            What::Frozen { bytes } => Some(bytes),
            _ => None,
        });
        let first = frozen.next().expect("the bytes are frozen");
        assert_eq!(frozen.next(), None, "the bytes are frozen once");
        first
    }

    /// How often the signing of each step was begun.
    #[must_use]
    pub fn signings(&self) -> BTreeMap<String, usize> {
        let mut signings = BTreeMap::new();
        for entry in self.journal() {
            if let What::Spending { action, .. } = entry.what {
                *signings.entry(action.step).or_default() += 1;
            }
        }
        signings
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> Record {
        Bundle::decode_marked(&self.read("outbound/record.cbor"), true).expect("the record reads")
    }

    /// The outbound bundle.
    #[must_use]
    pub fn results(&self) -> Results {
        Bundle::decode_marked(&self.read("outbound/results.cbor"), true).expect("the results read")
    }
}

/// The request that a key answer is for.
pub fn key_request(kind: &str, member: &str) -> String {
    format!("outbound/{}-{member}.cbor", kind.replace("key-answer", "key-request"))
}
