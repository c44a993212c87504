//! What the log's entries bring, one after the other.

use tlog::{Checkpoint, Entry, EntryType, TileReader};
use verifier::layout::{AccessLog, Log};

use super::access::Batch;
use super::logged::{self, Found};
use super::{Event, Refused, read};
use crate::append::InLog;
use crate::error::Error;
use crate::store::Source;

/// What so many entries brought.
#[derive(Default)]
pub(super) struct Gathered {
    /// The events, in the log's order.
    pub events: Vec<Event>,
    /// Refusals that members published by themselves.
    pub refusals: Vec<Refused>,
    /// The batches of the access logs.
    pub batches: Vec<Batch>,
    /// Each entry.
    pub found: Vec<Found>,
    counts: [u64; AccessLog::ALL.len()],
}

impl Gathered {
    /// Reads all entries of a log.
    pub fn log(&mut self, store: &dyn Source, which: Log, checkpoint: &Checkpoint) -> Result<(), Error> {
        for (index, bytes) in (0..).zip(TileReader::open(InLog(store, which), checkpoint)?.entries()) {
            let entry = Entry::parse(&bytes?)?;
            let events = self.events.len();
            let about = self.take(store, &entry)?;
            self.found.push(Found::of(&entry, (which, index), about, events));
        }
        Ok(())
    }

    /// Takes one; what the log's page says of it.
    fn take(&mut self, store: &dyn Source, entry: &Entry) -> Result<Option<(String, String)>, Error> {
        match entry.kind() {
            EntryType::Record => read::take_record(store, entry, &mut self.events).map(Some),
            EntryType::Refusal => {
                let refusal = read::refusal(store, entry, self.refusals.len())?;
                self.refusals.push(refusal);
                Ok(self.refusals.last().map(Refused::about))
            }
            kind => match AccessLog::ALL.into_iter().position(|log| log.entry() == kind) {
                Some(log) => {
                    self.batches.push(read::batch(store, entry)?);
                    self.counts[log] += 1;
                    Ok(Some(logged::batch(AccessLog::ALL[log], self.counts[log])))
                }
                None => Ok(None),
            },
        }
    }
}
