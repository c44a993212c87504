//! What the engine writes, compared with what was written: the ledger's medium.

use std::io;

use record::journal::{Entry, What};

use super::{Inner, Tape, Trouble};
use crate::ledger::Medium;

impl Medium for Tape {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let made = read(bytes).ok_or_else(|| io::Error::other("this is no entry"))?;
        self.0.borrow_mut().written(made)
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Inner {
    fn written(&mut self, made: Entry) -> io::Result<()> {
        if self.trouble.as_ref().is_some_and(|trouble| !trouble.forgivable) {
            return Err(io::Error::other("the replay has ended"));
        }
        let Some(recorded) = self.upcoming() else {
            return self.written_behind_the_end(&made);
        };
        if *recorded == made {
            self.trouble = None;
            self.next += 1;
            return Ok(());
        }
        if self.next > 0 && matches!(recorded.what, What::Resumed { .. }) && !matches!(made.what, What::Resumed { .. })
        {
            return Err(io::Error::other("the past event was stopped here"));
        }
        // What became of a signature is written even where no other entry could be.
        let kept = matches!(recorded.what, What::Signed { .. } | What::Lost { .. });
        let forgivable =
            kept && matches!(made.what, What::Answer { .. } | What::NoAnswer { .. }) && self.trouble.is_none();
        self.trouble = Some(Trouble {
            entry: recorded.number,
            made,
            forgivable,
        });
        Err(io::Error::other("the past event wrote something else here"))
    }

    /// The journal that leaves the console ends before the record.
    fn written_behind_the_end(&mut self, made: &Entry) -> io::Result<()> {
        match &made.what {
            What::Record { digest } if self.record.is_none() => {
                self.record = Some(*digest);
                Ok(())
            }
            _ => Err(io::Error::other("the past event's journal ends here")),
        }
    }
}

/// The entry in its frame. The journal's own reader wants the first entry first, and this may be any.
fn read(frame: &[u8]) -> Option<Entry> {
    let entry: record::Bytes = record::cbor::decode(frame).ok()?;
    record::cbor::decode(&entry).ok()
}
