//! What the pages tell: everything is read from the store, by what its log says is there.

mod access;
mod gather;
mod lineage;
mod logged;
mod people;
mod read;
mod standing;
mod states;

pub use access::{Batch, By, Calendar, Day, Row, Times};
pub use people::Part;
pub use standing::Standing;

use std::collections::{BTreeMap, BTreeSet};

use record::Digest;
use record::messages::Refusal;
use record::plan::Inbound;
use record::published::RecordEntry;
use record::record::Record;
use tlog::{Checkpoint, EntryType, SignedCheckpoint};
use verifier::layout::{self, Log, Rules};

use crate::error::Error;
use crate::logs;
use crate::store::Source;
use gather::Gathered;

/// All that is published, as of a checkpoint.
pub struct Site {
    /// Whether it is a rehearsal's.
    pub rehearsal: bool,
    /// The log that grows.
    pub log: Checkpoint,
    /// The logs before it, which are frozen, in order.
    pub frozen: Vec<Checkpoint>,
    /// The events, in the log's order.
    pub events: Vec<Event>,
    /// Refusals that members published by themselves, in the log's order.
    pub refusals: Vec<Refused>,
    /// Subkeys that keepers outside issued, in the log's order.
    pub outside: Vec<Outside>,
    /// The entries of all logs of this kind, in order.
    pub entries: Vec<Logged>,
    /// The newest checkpoint of each log that the store has.
    pub logs: Vec<(Log, SignedCheckpoint)>,
    /// Of how many entries the checkpoint is to which a certificate's proof leads, by the stem of its files.
    pub proofs: BTreeMap<String, u64>,
    /// The batches of the access logs, in the log's order.
    pub batches: Vec<Batch>,
    /// Whether it has the scanner page.
    pub scanner: bool,
}

/// A certificate that no event made.
pub struct Outside {
    /// The last event before it, by whose rules it was issued.
    pub event: usize,
    /// The certificate.
    pub certificate: Certificate,
}

/// An entry of the log, and what it is about.
pub struct Logged {
    /// Which log has it, and as which entry of that log.
    pub place: (Log, u64),
    /// Its type.
    pub kind: EntryType,
    /// SHA-256 of its payload.
    pub digest: Digest,
    /// What it is, in words.
    pub what: String,
    /// The page or file that has it.
    pub path: Option<String>,
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
    /// Reads a store whose newest log has this checkpoint.
    ///
    /// # Errors
    /// A file that is missing or cannot be read.
    pub fn read(store: &dyn Source, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let mut gathered = Gathered::default();
        let mut logs = logs::up_to(store, checkpoint)?;
        for (which, checkpoint) in &logs {
            gathered.log(store, *which, checkpoint)?;
        }
        logs.pop();
        let Gathered {
            mut events,
            refusals,
            batches,
            found,
            ..
        } = gathered;
        if !batches.is_empty() {
            read::logins(store, &mut events)?;
        }
        let rehearsal = events.iter().any(|event: &Event| event.inbound.plan.rehearsal);
        let mut site = Self {
            rehearsal,
            log: checkpoint.clone(),
            frozen: logs.into_iter().map(|(_, checkpoint)| checkpoint).collect(),
            outside: logged::outside(store, &found, &events)?,
            events,
            refusals,
            entries: Vec::new(),
            proofs: BTreeMap::new(),
            logs: states::newest(store)?,
            batches,
            scanner: crate::store::read(store, layout::SCANNER)?.is_some(),
        };
        site.entries = logged::logged(&site, found);
        site.proofs = logged::proofs(store, &site)?;
        Ok(site)
    }

    /// All certificates, each with the event that made it; those that no event made, with the last event before them.
    pub fn certificates(&self) -> impl Iterator<Item = (&Event, &Certificate)> + Clone {
        let made = self
            .events
            .iter()
            .flat_map(|event| event.certificates.iter().map(move |certificate| (event, certificate)));
        let outside = self.outside.iter();
        made.chain(outside.map(|one| (&self.events[one.event], &one.certificate)))
    }

    /// Whether an event published something to be read.
    pub fn has_documents(&self) -> bool {
        self.events.iter().any(|event| !event.documents.is_empty())
    }

    /// Whether a keeper outside issued it, and no event made it.
    pub fn is_outside(&self, certificate: &Certificate) -> bool {
        self.outside.iter().any(|one| one.certificate.x509 == certificate.x509)
    }
}

impl Refused {
    /// What the log's page says of it.
    fn about(&self) -> (String, String) {
        (format!("the refusal of {}", self.refusal.member), self.path.clone())
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
