//! A past event replayed, and its journal written anew with something changed.

use record::journal::{Entry, frame};
use record::record::Record;
use record::results::Results;
use record::{Body, Bundle, Digest, cbor};

use super::{Ended, Event};

impl Event {
    /// Replays the results that left the console.
    #[must_use]
    pub fn replayed(&self) -> Ended {
        self.ceremony(&["replay", "--results", "outbound/results.cbor"])
    }

    /// Replays what lies on the event's disk, with the entries that came after the record.
    #[must_use]
    pub fn replayed_from_disk(&self) -> Ended {
        self.ceremony(&[&["replay"][..], &Self::ON_DISK].concat())
    }

    /// Demands that both come to the same bytes.
    pub fn replays(&self) {
        for replayed in [self.replayed(), self.replayed_from_disk()] {
            let said = replayed.good().on_one_line();
            assert!(said.contains("Everything is the same"), "{said}");
        }
    }

    /// Changes the entries of the journal on the disk, and binds each to the last again.
    pub fn alter_journal(&self, change: impl FnOnce(&mut Vec<Entry>)) {
        let mut entries = self.journal();
        change(&mut entries);
        self.write("bastion/journal", bound(entries));
    }

    /// Changes the results that left the console; nobody signs them again.
    pub fn alter_results(&self, change: impl FnOnce(&mut Results)) {
        let mut results = self.results();
        change(&mut results);
        self.write("outbound/results.cbor", encoded(results));
    }

    /// Changes the record; nobody countersigns it again.
    pub fn alter_record(&self, change: impl FnOnce(&mut Record)) {
        let mut record = self.record();
        change(&mut record);
        self.write("outbound/record.cbor", encoded(record));
    }

    /// Where a past event lies on its disk.
    pub const ON_DISK: [&str; 6] = [
        "--plan",
        "inbound/plan.cbor",
        "--journal",
        "bastion/journal",
        "--record",
        "outbound/record.cbor",
    ];
}

impl Ended {
    /// What it said, on one line.
    #[must_use]
    pub fn on_one_line(&self) -> String {
        self.out.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Entries as a journal: numbered, and each bound to the last.
///
/// # Panics
/// If one cannot be encoded.
#[must_use]
pub fn bound(entries: Vec<Entry>) -> Vec<u8> {
    let (mut file, mut previous) = (Vec::new(), Digest::of(b""));
    for (number, mut entry) in (0..).zip(entries) {
        (entry.number, entry.previous) = (number, previous);
        previous = Digest::of(&cbor::encode(&entry).expect("an entry encodes"));
        file.extend(frame(&entry).expect("an entry encodes"));
    }
    file
}

fn encoded<B: Body>(body: B) -> Vec<u8> {
    Bundle::new(true, body).encode().expect("the bundle encodes")
}
