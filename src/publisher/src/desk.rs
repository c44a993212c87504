//! The publisher's desk: the store, the log's key and what its keeper remembers, open together for one publication.

use std::path::PathBuf;
use std::time::SystemTime;

use record::screen::Shown;
use record::{Digest, Time};
use tlog::{Checkpoint, Policy, VerifierKey};
use verifier::layout::{self, Log, Series};
use verifier::log_policies;

use crate::append::{Finished, Pages, Publishing, Writer};
use crate::error::Error;
use crate::key_place::{KeyArguments, KeyPlace};
use crate::ledger::{FileLedger, Ledger as _};
use crate::publication::Publication;
use crate::store::{Given, Opened, read};
use crate::witness::http::Network;
use crate::{logs, pages, terminal};

/// Where the store is, and the log's key.
#[derive(clap::Args)]
pub struct Where {
    #[command(flatten)]
    store: Given,
    #[command(flatten)]
    key: KeyArguments,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's: in rehearsals only.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    now: Option<Time>,
    /// The scanner page, as `scanner-page` made it; without it, the store's
    /// own stays as it is.
    #[arg(long, value_name = "FILE")]
    scanner: Option<PathBuf>,
}

/// All that a publication needs, locked against a second publisher.
pub struct Desk {
    /// The store.
    pub store: Opened,
    /// The time.
    pub now: Time,
    ledger: FileLedger,
    which: Log,
    rehearsal: bool,
    log: VerifierKey,
    key: KeyPlace,
    scanner: Option<String>,
    finished: Option<Finished>,
}

impl Desk {
    /// Opens all of it but the log's key, and finishes what was cut off.
    ///
    /// # Errors
    /// Another publisher, a log key without its memory, a made-up time outside a rehearsal, or a store that fails.
    pub fn open(place: &Where) -> Result<Self, Error> {
        let key = place.key.place()?;
        let ledger = FileLedger::open(&key)?;
        let log = log(&key, &ledger)?;
        let (which, rehearsal) = which(&key, &log)?;
        if place.now.is_some() && !rehearsal {
            return Err(Error::NowInProduction);
        }
        let mut desk = Self {
            store: place.store.open()?,
            now: place.now.unwrap_or_else(clock),
            ledger,
            which,
            rehearsal,
            log,
            key,
            scanner: place.scanner.as_deref().map(pages::read_scanner).transpose()?,
            finished: None,
        };
        desk.resume()?;
        Ok(desk)
    }

    /// Whether the log is a rehearsal's.
    pub fn rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// The log policy must name this very key.
    ///
    /// # Errors
    /// Another key, one of a log that the policy has frozen, or outside a rehearsal a policy that asks for no witnesses.
    pub fn policy(&self, bytes: &[u8]) -> Result<Policy, Error> {
        let policy = Policy::parse(bytes)?;
        if !policy.logs().iter().any(|listed| listed.key == self.log) {
            let key = self.log.to_string();
            return Err(Error::KeyNotInPolicy { key });
        }
        if log_policies::last(&policy, self.which).is_some() {
            let log = self.which.to_string();
            return Err(Error::Frozen { log });
        }
        self.demand_final(&policy)?;
        match policy.has_witnesses() || self.rehearsal {
            true => Ok(policy),
            false => Err(Error::RehearsalOnly),
        }
    }

    /// The logs that a policy has frozen are in the store as they ended.
    fn demand_final(&self, policy: &Policy) -> Result<(), Error> {
        for series in Series::ALL {
            for (which, signed) in logs::checkpoints(&self.store, series)? {
                let last = log_policies::last(policy, which);
                if let Some(last) = last.filter(|last| *last != signed.checkpoint()) {
                    return Err(Error::NotFinal {
                        log: which.to_string(),
                        found: signed.checkpoint().size(),
                        last: last.size(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The key must be that of a log of this kind.
    ///
    /// # Errors
    /// It is another one's.
    pub fn demand_log(&self, wanted: Series) -> Result<(), Error> {
        match self.which.series == wanted {
            true => Ok(()),
            false => Err(Error::OtherLog {
                found: self.which.to_string(),
                wanted: format!("{}/<n>", wanted.name()),
            }),
        }
    }

    /// The publication that was cut off, and that opening the desk finished.
    pub fn finished(&self) -> Option<&Finished> {
        self.finished.as_ref()
    }

    /// Whether opening the desk finished this very publication, which was cut off.
    pub fn has_finished(&self, event: &str, results: Digest) -> bool {
        self.finished.as_ref().is_some_and(|done| done.is_of(event, results))
    }

    /// Refuses a certificate that is published.
    ///
    /// # Errors
    /// It is in the store, and nothing is left to do.
    pub fn demand_new(&self, stem: &str, name: &str) -> Result<(), Error> {
        match read(&self.store, &layout::proof(stem))?.is_some() {
            true => Err(Error::Published { event: name.to_owned() }),
            false => Ok(()),
        }
    }

    /// Whether the store has this very file.
    ///
    /// # Errors
    /// The store's own.
    pub fn has(&self, path: &str, bytes: &[u8]) -> Result<bool, Error> {
        Ok(read(&self.store, path)?.as_deref() == Some(bytes))
    }

    /// Asks for what opens the key, and publishes.
    ///
    /// # Errors
    /// A log that would fork, or a store that fails. Run again, it goes on.
    pub fn publish(mut self, publication: &Publication, policy: &Policy) -> Result<(), Error> {
        self.demand_log(Series::Main)?;
        self.append(publication, policy)
    }

    /// The same for whichever log it is.
    ///
    /// # Errors
    /// As [`Desk::publish`].
    pub fn append(&mut self, publication: &Publication, policy: &Policy) -> Result<(), Error> {
        let signer = self.key.open(&self.log)?;
        let scanner = self.scanner.take();
        let publishing = Publishing {
            publication,
            policy,
            scanner: scanner.as_deref(),
        };
        let checkpoint = self.write(|writer| writer.append(&publishing, &signer))?;
        self.say(&checkpoint);
        Ok(())
    }

    /// Finishes from its staging what was cut off: no key and none of its inputs are needed.
    fn resume(&mut self) -> Result<(), Error> {
        self.finished = self.write(|writer| writer.resume())?;
        if let Some(finished) = &self.finished {
            self.say(&finished.checkpoint);
        }
        Ok(())
    }

    fn write<T>(&mut self, act: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let pages: Pages<'_> = match self.which.series {
            Series::Main => &pages::render,
            Series::Signatures => &pages::render_beside,
        };
        act(&mut Writer {
            store: &mut self.store,
            ledger: &mut self.ledger,
            log: self.which,
            key: &self.log,
            pages,
            ask: &Network::new(),
            show: &mut terminal::show,
        })
    }

    fn say(&self, checkpoint: &Checkpoint) {
        let (name, size, root) = (self.log.name(), checkpoint.size(), checkpoint.root());
        terminal::show(&Shown::Said {
            text: format!("The log {name} has {size} entries, root {root}"),
        });
    }
}

/// The log that the key belongs to.
fn log(key: &KeyPlace, ledger: &FileLedger) -> Result<VerifierKey, Error> {
    VerifierKey::parse(&ledger.read()?.log).map_err(|error| Error::DamagedLedger {
        path: key.state(),
        what: error.to_string(),
    })
}

/// Which of a store's logs it is, and whether a rehearsal's.
fn which(key: &KeyPlace, log: &VerifierKey) -> Result<(Log, bool), Error> {
    Log::of_origin(log.name()).ok_or_else(|| Error::DamagedLedger {
        path: key.state(),
        what: format!("'{}' is no log of this project", record::text::plain(log.name(), 80)),
    })
}

/// This machine's clock.
pub fn clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(since.as_secs())
}
