//! One log's reader: lines in, alerts out.

use record::Time;

use super::alert::Alert;
use super::nesting::{Nested, Nesting};
use rawlog::console::{Console, Memory, Seen, Unreadable};
use rawlog::hsm::{Hsm, Live};

/// Reads one log.
pub enum Reader {
    /// Of a console.
    Console(Box<Console>),
    /// Of an HSM, or CloudTrail's.
    Hsm(Box<HsmReader>),
}

/// Reads an HSM's log.
pub struct HsmReader {
    hsm: Hsm,
    name: String,
    nesting: Nesting,
    values: u64,
}

/// What a line brought, and why it could not be read, if so: it looks like an access.
#[derive(Default)]
pub struct Read {
    /// What it brought.
    pub alerts: Vec<Alert>,
    /// Why it could not be read.
    pub unread: Option<Unreadable>,
}

/// What is open in a reader: which entry, or which value.
pub type Open = Option<(u64, u64)>;

impl Reader {
    /// Of a console's log, after what another reader remembers of it.
    pub fn console(memory: Option<Memory>, now: Time) -> Self {
        let console = match memory {
            Some(memory) => Console::recalled(memory, now.plus(AHEAD)),
            None => Console::new(now.plus(AHEAD)),
        };
        Self::Console(Box::new(console))
    }

    /// Of an HSM's; a file named `hsm-...` says whose, where its lines do not.
    pub fn hsm(name: &str, given: Option<String>) -> Self {
        let mut hsm = Hsm::new(given);
        hsm.file(name);
        Self::Hsm(Box::new(HsmReader {
            hsm,
            name: name.to_owned(),
            nesting: Nesting::default(),
            values: 0,
        }))
    }

    /// Takes a line.
    pub fn line(&mut self, line: &[u8], live: &mut Live, now: Time) -> Read {
        match self {
            Self::Console(console) => {
                console.set_until(now.plus(AHEAD));
                of_console(console.line(line))
            }
            Self::Hsm(reader) => {
                let read = reader.line(line);
                reader.told(read, live)
            }
        }
    }

    /// An entry that goes on with no further line is whole. A journal's entry says by itself where it ends.
    pub fn quiet(&mut self, live: &mut Live) -> Read {
        match self {
            Self::Console(_) => Read::default(),
            Self::Hsm(_) => self.end(live),
        }
    }

    /// The file has ended.
    pub fn end(&mut self, live: &mut Live) -> Read {
        match self {
            Self::Console(console) => of_console(console.end()),
            Self::Hsm(reader) => {
                let read = reader.end();
                reader.told(read, live)
            }
        }
    }

    /// What is open.
    pub fn open(&self) -> Open {
        match self {
            Self::Console(console) => console.open().map(|entry| (entry, 0)),
            Self::Hsm(reader) => {
                let value = reader.nesting.is_open().then_some((0, reader.values + 1));
                value.or_else(|| reader.hsm.open().map(|entry| (entry, 0)))
            }
        }
    }

    /// What a reader after this one has to know.
    pub fn memory(&self) -> Option<Memory> {
        match self {
            Self::Console(console) => Some(console.memory()),
            Self::Hsm(_) => None,
        }
    }
}

impl HsmReader {
    /// A value that lost its end swallows nothing: within one, lines are set in, and only its end is not.
    fn line(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        let begins = line.starts_with(b"{") || line.starts_with(b"Time:");
        if !(self.nesting.is_open() && begins) {
            return self.next(line);
        }
        drop(self.nesting.end());
        self.values += 1;
        self.next(line).and(Err(Unreadable(CUT)))
    }

    fn next(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        match self.nesting.line(line) {
            Nested::Not => self.hsm.line(line),
            Nested::Open => Ok(()),
            Nested::Whole(value) => {
                self.values += 1;
                self.hsm.line(&value)
            }
            Nested::TooLong => Err(Unreadable("a value of JSON is longer than any")),
        }
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        let cut = self.nesting.is_open();
        drop(self.nesting.end());
        let read = self.hsm.end();
        self.hsm.file(&self.name);
        match cut {
            true => Err(Unreadable(CUT)),
            false => read,
        }
    }

    /// Nothing that was read is lost for what was not.
    fn told(&mut self, read: Result<(), Unreadable>, live: &mut Live) -> Read {
        let joined = live.take(self.hsm.brought());
        let gaps = joined.gaps.into_iter().map(Alert::Gap);
        Read {
            alerts: gaps.chain(joined.accesses.into_iter().map(Alert::Hsm)).collect(),
            unread: read.err(),
        }
    }
}

fn of_console(seen: Result<Vec<Seen>, Unreadable>) -> Read {
    let alert = |seen| match seen {
        Seen::Access(access) => Alert::Console(access),
        Seen::Gap(gap) => Alert::Gap(gap),
    };
    match seen {
        Ok(seen) => Read {
            alerts: seen.into_iter().map(alert).filter(Alert::is_told).collect(),
            unread: None,
        },
        Err(unread) => Read {
            unread: Some(unread),
            ..Read::default()
        },
    }
}

const CUT: &str = "a value of JSON has no end";
/// Lines that say no year may be a day ahead of this clock.
const AHEAD: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_lost_its_end_swallows_no_line_after_it() {
        let mut reader = Reader::hsm("hsm-1", None);
        let mut live = Live::default();
        let mut line = |text: &str| reader.line(text.as_bytes(), &mut live, Time(0));
        assert!(line("{\"Records\": [").unread.is_none());
        let call = "{\"eventSource\": \"cloudhsm.amazonaws.com\", \"eventTime\": \"2026-11-24T10:00:00Z\", \
                    \"eventName\": \"DeleteHsm\"}";
        let read = line(call);
        assert_eq!(read.unread, Some(Unreadable(CUT)));
        assert_eq!(read.alerts.len(), 1);
    }
}
