//! Reads an event from the store, from what the log says of it.

use record::plan::Inbound;
use record::published::RecordEntry;
use record::record::Record;
use record::{Bundle, Digest, bundle, cbor};
use tlog::{Entry, entry};
use verifier::brought;
use verifier::layout::{self, OutputName};

use super::{Certificate, Crl, Event};
use crate::error::Error;
use crate::store::{Source, read};

impl Event {
    /// Reads the event of a log entry's payload.
    pub(super) fn read(store: &dyn Source, payload: &[u8]) -> Result<Self, Error> {
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
        let rules = brought::rules_of(&inbound, &record);
        let documents = brought::documents_of(&inbound, &record);
        Ok(Self {
            digest: Digest::of(&bytes),
            rules: rules.into_iter().map(|(rules, _)| rules).collect(),
            documents: documents.into_iter().map(|(name, _)| name.to_owned()).collect(),
            record,
            inbound,
            logged,
            certificates,
            crls,
        })
    }
}

/// An entry's payload, wherever it is kept.
pub(super) fn payload(store: &dyn Source, entry: &Entry) -> Result<Vec<u8>, Error> {
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
