//! What the pages tell: everything is read from the store, by what its log says is there.

mod people;

pub use people::Part;

use record::plan::Inbound;
use record::published::RecordEntry;
use record::record::Record;
use record::{Bundle, Digest, bundle, cbor};
use tlog::{Checkpoint, Entry, EntryType, TileReader, entry};
use verifier::layout::{self, OutputName};

use crate::append::InLog;
use crate::error::Error;
use crate::store::{Source, read};

/// All that is published, as of a checkpoint.
pub struct Site {
    /// Whether it is a rehearsal's.
    pub rehearsal: bool,
    /// The log.
    pub log: Checkpoint,
    /// The events, in the log's order.
    pub events: Vec<Event>,
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
        let mut events = Vec::new();
        for bytes in TileReader::open(InLog(store), checkpoint)?.entries() {
            let entry = Entry::parse(&bytes?)?;
            if entry.kind() == EntryType::Record {
                events.push(Event::read(store, &payload(store, &entry)?)?);
            }
        }
        let rehearsal = events.iter().any(|event| event.inbound.plan.rehearsal);
        Ok(Self {
            rehearsal,
            log: checkpoint.clone(),
            events,
        })
    }

    /// All certificates, each with the event that made it.
    pub fn certificates(&self) -> impl Iterator<Item = (&Event, &Certificate)> + Clone {
        self.events
            .iter()
            .flat_map(|event| event.certificates.iter().map(move |certificate| (event, certificate)))
    }

    /// All roots, each with the event that made it.
    pub fn roots(&self) -> impl Iterator<Item = (&Event, &Certificate)> + Clone {
        self.certificates().filter(|(_, certificate)| certificate.is_root())
    }

    /// What a root vouches for.
    pub fn delegates<'s>(&'s self, root: &'s Certificate) -> impl Iterator<Item = (&'s Event, &'s Certificate)> {
        let by_root = |(_, delegate): &(&Event, &Certificate)| {
            !delegate.is_root() && delegate.x509.tbs().issuer() == root.x509.tbs().subject()
        };
        self.certificates().filter(move |found| by_root(found))
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

    /// SHA-256 over the whole certificate.
    pub fn fingerprint(&self) -> Digest {
        Digest(self.x509.fingerprint())
    }
}

impl Event {
    fn read(store: &dyn Source, payload: &[u8]) -> Result<Self, Error> {
        let failed = |path: &str, what: &dyn ToString| Error::Page {
            path: path.into(),
            what: what.to_string(),
        };
        let logged: RecordEntry = cbor::decode(payload).map_err(|error| failed("the log's entry", &error))?;
        let path = layout::record(&logged.event);
        let bytes = file(store, &path)?;
        let (_, _, rehearsal) = bundle::peek(&bytes).map_err(|error| failed(&path, &error))?;
        let record = Bundle::<Record>::decode_marked(&bytes, rehearsal).map_err(|error| failed(&path, &error))?;
        let plan = layout::object(&record.plan);
        let inbound = Inbound::open(&file(store, &plan)?).map_err(|error| failed(&plan, &error))?;
        let (mut certificates, mut crls) = (Vec::new(), Vec::new());
        for output in &record.outputs {
            let der = file(store, &output.file)?;
            let failed = |what: &dyn ToString| failed(&output.file, what);
            match OutputName::parse(&output.file).ok_or_else(|| failed(&"no name of a certificate or list"))? {
                OutputName::Certificate { name, number } => {
                    let x509 = x509::Certificate::parse(&der).map_err(|error| failed(&error))?;
                    certificates.push(Certificate { name, number, x509 });
                }
                OutputName::Crl { .. } => {
                    let x509 = x509::Crl::parse(&der).map_err(|error| failed(&error))?;
                    crls.push(Crl {
                        path: output.file.clone(),
                        x509,
                    });
                }
            }
        }
        Ok(Self {
            digest: Digest::of(&bytes),
            record,
            inbound,
            logged,
            certificates,
            crls,
        })
    }
}

/// An entry's payload, wherever it is kept.
fn payload(store: &dyn Source, entry: &Entry) -> Result<Vec<u8>, Error> {
    match entry.body() {
        entry::Body::Payload(payload) => Ok(payload.clone()),
        entry::Body::Reference(reference) => {
            let object = file(store, reference.path().trim_start_matches('/'))?;
            reference.check(&object)?;
            Ok(object)
        }
    }
}

fn file(store: &dyn Source, path: &str) -> Result<Vec<u8>, Error> {
    read(store, path)?.ok_or_else(|| Error::Page {
        path: path.into(),
        what: "it is missing".into(),
    })
}
