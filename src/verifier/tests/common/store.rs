//! The store, in memory, as the publisher would write it.

use std::collections::BTreeMap;
use std::io;

use record::Digest;
use record::plan::{LOG_POLICY, POLICY, ROSTER};
use tlog::{Checkpoint, Proof, TileReader};
use verifier::{CheckedEvent, Source, check_event, entries, layout, render};

use super::NOW;
use super::event::{Left, log_key};

/// Files by their paths.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Source for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error> {
        Ok(self.0.get(path).cloned())
    }

    fn list(&self) -> Result<Vec<String>, io::Error> {
        Ok(self.0.keys().cloned().collect())
    }
}

struct Nothing;

impl tlog::Source for Nothing {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        Ok(None)
    }
}

impl Memory {
    /// The store of one event.
    pub fn publish(left: &Left) -> Self {
        let files = left.files();
        let event = check_event(&files, true, NOW).unwrap_or_else(|found| panic!("{found:#?}"));
        let entries = entries::of_event(&files, &event).unwrap();
        let entries: Vec<_> = entries.iter().map(|expected| expected.entry.clone()).collect();
        let mut store = Self::default();
        store.files(left, &event);
        store.log(&entries, &event, left);
        store
    }

    pub fn put(&mut self, path: impl Into<String>, bytes: impl AsRef<[u8]>) {
        self.0.insert(path.into(), bytes.as_ref().to_vec());
    }

    fn files(&mut self, left: &Left, event: &CheckedEvent) {
        let name = &event.record.event;
        let inputs = &event.inbound.inputs;
        self.put(layout::INDEX, "a page");
        self.put(layout::event_page(name), "another page");
        self.put(layout::policy(1), &*inputs[POLICY]);
        self.put(layout::roster(1), &*inputs[ROSTER]);
        self.put(layout::log_policy(1), &*inputs[LOG_POLICY]);
        for (issued, certificate) in left.certificates.iter().zip(&event.certificates) {
            self.put(layout::certificate(&issued.stem()), &*issued.der);
            self.put(layout::certificate_pem(&issued.stem()), render::pem(certificate));
        }
        for crl in &left.crls {
            self.put(layout::crl(&crl.issuer, crl.number), &*crl.der);
            self.put(layout::newest_crl(&crl.issuer), &*crl.der);
        }
        for object in [&left.plan, &left.journal] {
            self.put(layout::object(&Digest::of(object)), object);
        }
        self.put(layout::record(name), &left.record);
        self.put(layout::results_signature(name), &left.results);
        self.put(
            layout::allowed_signers(name),
            render::allowed_signers(&event.inbound.roster).unwrap(),
        );
        for (member, signature) in &left.countersignatures {
            self.put(layout::countersignature(name, member), signature);
        }
    }

    /// A log of these entries, with staples for the certificates.
    pub fn log(&mut self, entries: &[tlog::Entry], event: &CheckedEvent, left: &Left) {
        let empty = Checkpoint::empty(tlog::REHEARSAL_ORIGIN).unwrap();
        let reader = TileReader::open(Nothing, &empty).unwrap();
        let grown = tlog::tile::append(&reader, entries).unwrap();
        for (path, bytes) in grown.files() {
            self.put(layout::in_log(path), bytes);
        }
        let checkpoint = Checkpoint::new(tlog::REHEARSAL_ORIGIN, grown.size(), *grown.root()).unwrap();
        let checkpoint = checkpoint.sign(&log_key()).unwrap();
        self.put(layout::CHECKPOINT, checkpoint.to_string());
        self.put(layout::checkpoint_of(grown.size()), checkpoint.to_string());
        for (issued, certificate) in left.certificates.iter().zip(&event.certificates) {
            let entry = tlog::Entry::new(tlog::EntryType::Certificate, certificate.der()).unwrap();
            let index = entries.iter().position(|found| *found == entry).unwrap() as u64;
            let proof = Proof::new(index, grown.prove_inclusion(index).unwrap(), checkpoint.clone()).unwrap();
            self.put(layout::proof(&issued.stem()), proof.to_string());
        }
    }
}
