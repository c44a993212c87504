//! What the pages tell: everything is read from the store, by what its log says is there.

mod access;
mod lineage;
mod people;
mod read;
mod standing;

pub use access::{Batch, By, Calendar, Day, Row, Times};
pub use people::Part;
pub use standing::Standing;

use std::collections::BTreeSet;

use record::Digest;
use record::messages::Refusal;
use record::plan::Inbound;
use record::published::RecordEntry;
use record::record::Record;
use tlog::{Checkpoint, Entry, EntryType, TileReader};
use verifier::layout::{self, Log, Rules};

use crate::append::InLog;
use crate::error::Error;
use crate::store::Source;

/// All that is published, as of a checkpoint.
pub struct Site {
    /// Whether it is a rehearsal's.
    pub rehearsal: bool,
    /// The log.
    pub log: Checkpoint,
    /// The events, in the log's order.
    pub events: Vec<Event>,
    /// Refusals that members published by themselves, in the log's order.
    pub refusals: Vec<Refused>,
    /// The batches of the access logs, in the log's order.
    pub batches: Vec<Batch>,
    /// Whether it has the scanner page.
    pub scanner: bool,
}

/// A refusal that a member published by itself.
pub struct Refused {
    /// Where it lies.
    pub path: String,
    /// What the member said.
    pub refusal: Refusal,
}

/// One event and what it made.
pub struct Event {
    /// The record.
    pub record: Record,
    /// The digest of the record's file.
    pub digest: Digest,
    /// What was planned.
    pub inbound: Inbound,
    /// What the log says of it.
    pub logged: RecordEntry,
    /// The certificates, in the record's order.
    pub certificates: Vec<Certificate>,
    /// The CRLs, in the record's order.
    pub crls: Vec<Crl>,
    /// The rules that came into force with it.
    pub rules: Vec<Rules>,
    /// The names of the documents that it published.
    pub documents: Vec<String>,
    /// The HSM's users whom its journal logged in; read only where there are access logs to be explained.
    pub logins: BTreeSet<String>,
}

/// A certificate and its name.
pub struct Certificate {
    /// `root`, or the delegate's name in the policy.
    pub name: String,
    /// Its number among those of its name.
    pub number: u32,
    /// The certificate.
    pub x509: x509::Certificate,
}

/// A CRL and where it lies.
pub struct Crl {
    /// `crl/root-1/1.crl`
    pub path: String,
    /// The CRL.
    pub x509: x509::Crl,
}

impl Site {
    /// Reads a store whose log has this checkpoint.
    ///
    /// # Errors
    /// A file that is missing or cannot be read.
    pub fn read(store: &dyn Source, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let (mut events, mut refusals, mut batches) = (Vec::new(), Vec::new(), Vec::new());
        for bytes in TileReader::open(InLog(store, Log::MAIN), checkpoint)?.entries() {
            let entry = Entry::parse(&bytes?)?;
            match entry.kind() {
                EntryType::Record => read::take_record(store, &entry, &mut events)?,
                EntryType::Refusal => refusals.push(read::refusal(store, &entry, refusals.len())?),
                EntryType::AccessConsole | EntryType::AccessHsm => batches.push(read::batch(store, &entry)?),
                _ => {}
            }
        }
        if !batches.is_empty() {
            read::logins(store, &mut events)?;
        }
        let rehearsal = events.iter().any(|event| event.inbound.plan.rehearsal);
        Ok(Self {
            rehearsal,
            log: checkpoint.clone(),
            events,
            refusals,
            batches,
            scanner: crate::store::read(store, layout::SCANNER)?.is_some(),
        })
    }

    /// All certificates, each with the event that made it.
    pub fn certificates(&self) -> impl Iterator<Item = (&Event, &Certificate)> + Clone {
        self.events
            .iter()
            .flat_map(|event| event.certificates.iter().map(move |certificate| (event, certificate)))
    }
}

impl Certificate {
    /// Whether it vouches for itself.
    pub fn is_root(&self) -> bool {
        self.x509.tbs().issuer() == self.x509.tbs().subject()
    }

    /// The stem of its files: `root-1`.
    pub fn stem(&self) -> String {
        format!("{}-{}", self.name, self.number)
    }

    /// Whether it is one root's word for another.
    pub fn is_cross(&self) -> bool {
        !self.is_root() && self.name.starts_with("root-")
    }

    /// SHA-256 over the whole certificate.
    pub fn fingerprint(&self) -> Digest {
        Digest(self.x509.fingerprint())
    }
}
