//! The publisher's desk: the store, the log's key and what its keeper remembers, open together for one publication.

use std::path::PathBuf;
use std::time::SystemTime;

use record::Time;
use record::screen::Shown;
use tlog::{Checkpoint, Policy, VerifierKey};
use verifier::layout::{self, Log, Series};

use crate::append::Writer;
use crate::error::Error;
use crate::ledger::{self, FileLedger, Ledger as _};
use crate::publication::Publication;
use crate::store::{Folder, Source, read};
use crate::{log_key, pages, terminal};

/// Where the store is, and the log's key.
#[derive(clap::Args)]
pub struct Where {
    /// The store's folder.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The log's key; what it signed is remembered beside it.
    #[arg(long, value_name = "FILE")]
    log_key: PathBuf,
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
    pub store: Folder,
    /// The time.
    pub now: Time,
    ledger: FileLedger,
    which: Log,
    rehearsal: bool,
    log: VerifierKey,
    log_key: PathBuf,
    scanner: Option<String>,
}

impl Desk {
    /// Opens all of it but the log's key.
    ///
    /// # Errors
    /// Another publisher, a log key without its memory, or a made-up time outside a rehearsal.
    pub fn open(place: &Where) -> Result<Self, Error> {
        let ledger = FileLedger::open(&place.log_key)?;
        let log = log(&place.log_key, &ledger)?;
        let (which, rehearsal) = which(&place.log_key, &log)?;
        if place.now.is_some() && !rehearsal {
            return Err(Error::NowInProduction);
        }
        Ok(Self {
            store: Folder::open(&place.store)?,
            now: place.now.unwrap_or_else(clock),
            ledger,
            which,
            rehearsal,
            log,
            log_key: place.log_key.clone(),
            scanner: place.scanner.as_deref().map(pages::read_scanner).transpose()?,
        })
    }

    /// Whether the log is a rehearsal's.
    pub fn rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// The log policy must name this very key.
    ///
    /// # Errors
    /// Another key, or witnesses, whom nobody asks yet.
    pub fn policy(&self, bytes: &[u8]) -> Result<Policy, Error> {
        let policy = Policy::parse(bytes)?;
        if !policy.logs().iter().any(|listed| listed.key == self.log) {
            let key = self.log.to_string();
            return Err(Error::KeyNotInPolicy { key });
        }
        match policy.has_witnesses() {
            true => Err(Error::WitnessesWanted),
            false => Ok(policy),
        }
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

    /// Whether a publication was cut off and is to be gone on with.
    ///
    /// # Errors
    /// What is remembered beside the key cannot be read.
    pub fn is_cut_off(&self) -> Result<bool, Error> {
        Ok(self.ledger.read()?.append.is_some())
    }

    /// Refuses a certificate that is published, unless its own publication was cut off.
    ///
    /// # Errors
    /// It is in the store, and nothing is left to do.
    pub fn demand_new(&self, stem: &str, name: &str) -> Result<(), Error> {
        let cut_off = self.ledger.read()?.append.is_some_and(|append| append.event == name);
        match read(&self.store, &layout::proof(stem))?.is_some() && !cut_off {
            true => Err(Error::Published { event: name.to_owned() }),
            false => Ok(()),
        }
    }

    /// Asks for the key's passphrase, and publishes.
    ///
    /// # Errors
    /// A log that would fork, or a store that fails. Run again, it goes on.
    pub fn publish(mut self, publication: &Publication, policy: &Policy) -> Result<(), Error> {
        self.demand_log(Series::Main)?;
        self.write(publication, policy)
    }

    /// The same for whichever log it is. Pages tell of the main one, and are left alone by the others.
    ///
    /// # Errors
    /// As [`Desk::publish`].
    pub fn write(&mut self, publication: &Publication, policy: &Policy) -> Result<(), Error> {
        let signer = log_key::open(&self.log_key, &terminal::passphrase()?, &self.log)?;
        let mut writer = Writer {
            store: &mut self.store,
            ledger: &mut self.ledger,
            log: self.which,
            signer: &signer,
            policy,
            show: &mut terminal::show,
        };
        let scanner = self.scanner.as_deref();
        let main = self.which.series == Series::Main;
        let pages = |store: &dyn Source, checkpoint: &Checkpoint| match main {
            true => pages::render(store, checkpoint, scanner),
            false => Ok(Vec::new()),
        };
        let checkpoint = writer.append(publication, &pages)?;
        let (name, size, root) = (self.log.name(), checkpoint.size(), checkpoint.root());
        terminal::show(&Shown::Said {
            text: format!("The log {name} has {size} entries, root {root}"),
        });
        Ok(())
    }
}

/// The log that the key belongs to.
fn log(key: &std::path::Path, ledger: &FileLedger) -> Result<VerifierKey, Error> {
    VerifierKey::parse(&ledger.read()?.log).map_err(|error| Error::DamagedLedger {
        path: ledger::path(key),
        what: error.to_string(),
    })
}

/// Which of a store's logs it is, and whether a rehearsal's.
fn which(key: &std::path::Path, log: &VerifierKey) -> Result<(Log, bool), Error> {
    Log::of_origin(log.name()).ok_or_else(|| Error::DamagedLedger {
        path: ledger::path(key),
        what: format!("'{}' is no log of this project", record::text::plain(log.name(), 80)),
    })
}

/// This machine's clock.
fn clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(since.as_secs())
}
