//! The publisher's desk: the store, the log's key and what its keeper remembers, open together for one publication.

use std::path::PathBuf;
use std::time::SystemTime;

use record::Time;
use record::screen::Shown;
use tlog::{Checkpoint, Policy, VerifierKey};
use verifier::layout::{self, Log};

use crate::append::Writer;
use crate::error::Error;
use crate::key_place::{KeyArguments, KeyPlace};
use crate::ledger::{FileLedger, Ledger as _};
use crate::publication::Publication;
use crate::store::{Folder, Source, read};
use crate::witness::http::Network;
use crate::{pages, terminal};

/// Where the store is, and the log's key.
#[derive(clap::Args)]
pub struct Where {
    /// The store's folder.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
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
    pub store: Folder,
    /// The time.
    pub now: Time,
    ledger: FileLedger,
    which: Log,
    rehearsal: bool,
    log: VerifierKey,
    key: KeyPlace,
    scanner: Option<String>,
}

impl Desk {
    /// Opens all of it but the log's key.
    ///
    /// # Errors
    /// Another publisher, a log key without its memory, or a made-up time outside a rehearsal.
    pub fn open(place: &Where) -> Result<Self, Error> {
        let key = place.key.place()?;
        let ledger = FileLedger::open(&key)?;
        let log = log(&key, &ledger)?;
        let (which, rehearsal) = which(&key, &log)?;
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
            key,
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
    /// Another key, or outside a rehearsal a policy that asks for no witnesses.
    pub fn policy(&self, bytes: &[u8]) -> Result<Policy, Error> {
        let policy = Policy::parse(bytes)?;
        if !policy.logs().iter().any(|listed| listed.key == self.log) {
            let key = self.log.to_string();
            return Err(Error::KeyNotInPolicy { key });
        }
        match policy.has_witnesses() || self.rehearsal {
            true => Ok(policy),
            false => Err(Error::RehearsalOnly),
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

    /// Asks for what opens the key, and publishes.
    ///
    /// # Errors
    /// A log that would fork, or a store that fails. Run again, it goes on.
    pub fn publish(mut self, publication: &Publication, policy: &Policy) -> Result<(), Error> {
        let signer = self.key.open(&self.log)?;
        let mut writer = Writer {
            store: &mut self.store,
            ledger: &mut self.ledger,
            log: self.which,
            signer: &signer,
            policy,
            ask: &Network::new(),
            show: &mut terminal::show,
        };
        let scanner = self.scanner.as_deref();
        let pages = |store: &dyn Source, checkpoint: &Checkpoint| pages::render(store, checkpoint, scanner);
        let checkpoint = writer.append(publication, &pages)?;
        let (name, size, root) = (self.log.name(), checkpoint.size(), checkpoint.root());
        terminal::show(&Shown::Said {
            text: format!("The log {name} has {size} entries, root {root}"),
        });
        Ok(())
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
