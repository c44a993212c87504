//! The store, in memory, as the publisher would write it.

use std::collections::BTreeMap;
use std::io;

use record::{Digest, Time};
use tlog::{Checkpoint, Proof, SignedCheckpoint, TileReader};
use verifier::layout::Log;
use verifier::{CheckedEvent, Source, brought, check_event, entries, layout, log_policies, render};

use super::NOW;
use super::event::{Left, key_of};

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

/// The files of one log.
pub struct InLog<'m>(pub &'m Memory, pub Log);

impl tlog::Source for InLog<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        Ok(self.0.0.get(&self.1.file(path)).cloned())
    }
}

impl Memory {
    /// The store of one event.
    pub fn publish(left: &Left) -> Self {
        let mut store = Self::default();
        store.append(left, NOW);
        store
    }

    /// Publishes an event after those that are there.
    pub fn append(&mut self, left: &Left, now: Time) {
        let files = left.files();
        let event = check_event(&files, true, now).unwrap_or_else(|found| panic!("{found:#?}"));
        let entries = entries::of_event(&files, &event).unwrap();
        let entries: Vec<_> = entries.iter().map(|expected| expected.entry.clone()).collect();
        self.files(left, &event);
        self.log(&entries, &event, left);
    }

    /// Publishes an event, and an outside keeper's subkey after the first of its entries.
    pub fn append_around(&mut self, left: &Left, now: Time, stem: &str, certificate: &x509::Certificate) {
        let event = check_event(&left.files(), true, now).unwrap_or_else(|found| panic!("{found:#?}"));
        let entries = entries::of_event(&left.files(), &event).unwrap();
        let mut entries: Vec<_> = entries.into_iter().map(|expected| expected.entry).collect();
        entries.insert(1, self.put_issued(stem, certificate));
        self.files(left, &event);
        let made = left.certificates.iter().map(|issued| issued.stem());
        let mut certificates: Vec<_> = made.zip(&event.certificates).collect();
        certificates.push((stem.to_owned(), certificate));
        let which = self.newest();
        self.log_with(which, &entries, &certificates);
    }

    /// Publishes an outside keeper's subkey after what is there.
    pub fn issued(&mut self, stem: &str, certificate: &x509::Certificate) {
        let entry = self.put_issued(stem, certificate);
        let which = self.newest();
        self.log_with(which, &[entry], &[(stem.to_owned(), certificate)]);
    }

    fn put_issued(&mut self, stem: &str, certificate: &x509::Certificate) -> tlog::Entry {
        self.put(layout::certificate(stem), certificate.der());
        self.put(layout::certificate_pem(stem), render::pem(certificate));
        self.put(layout::certificate_page(stem), "a page");
        tlog::Entry::new(tlog::EntryType::Certificate, certificate.der()).unwrap()
    }

    pub fn put(&mut self, path: impl Into<String>, bytes: impl AsRef<[u8]>) {
        self.0.insert(path.into(), bytes.as_ref().to_vec());
    }

    fn files(&mut self, left: &Left, event: &CheckedEvent) {
        let name = &event.record.event;
        for page in [layout::INDEX, layout::LOGS, &layout::event_page(name)] {
            self.put(page, "a page");
        }
        for (rules, bytes) in brought::rules(event) {
            self.put(rules.path(), &**bytes);
            if let layout::Rules::Roster(number) = rules {
                self.put(layout::roster_page(number), "a page");
            }
        }
        for (document, bytes) in brought::documents(event) {
            self.put(layout::document(document), &**bytes);
            for page in layout::document_page(document)
                .into_iter()
                .chain([layout::DOCUMENTS.into()])
            {
                self.put(page, "a page");
            }
        }
        for (issued, certificate) in left.certificates.iter().zip(&event.certificates) {
            self.put(layout::certificate_page(&issued.stem()), "a page");
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
        if let Some(results) = &left.results {
            self.put(layout::results_signature(name), results);
        }
        self.put(
            layout::allowed_signers(name),
            render::allowed_signers(&event.inbound.roster).unwrap(),
        );
        for (member, signature) in &left.countersignatures {
            self.put(layout::countersignature(name, member), signature);
        }
    }

    /// The log that grows.
    pub fn newest(&self) -> Log {
        let next = |log: &Log| Some(log.next()).filter(|log| self.0.contains_key(&log.checkpoint()));
        std::iter::successors(Some(Log::MAIN), next).last().unwrap()
    }

    /// These entries after those of the log, or as the first of the one that the event opens, with staples for the certificates.
    pub fn log(&mut self, entries: &[tlog::Entry], event: &CheckedEvent, left: &Left) {
        let stems = left.certificates.iter().map(|issued| issued.stem());
        let certificates: Vec<_> = stems.zip(&event.certificates).collect();
        let opened = log_policies::opened(&event.inbound, &event.record);
        self.log_with(opened.unwrap_or(self.newest()), entries, &certificates);
    }

    /// These entries after those of the log: none is a certificate's.
    pub fn log_entries(&mut self, entries: &[tlog::Entry]) {
        self.log_with(self.newest(), entries, &[]);
    }

    pub fn log_with(&mut self, which: Log, entries: &[tlog::Entry], certificates: &[(String, &x509::Certificate)]) {
        let proofs = self.grow(which, entries);
        for (stem, certificate) in certificates {
            let entry = tlog::Entry::new(tlog::EntryType::Certificate, certificate.der()).unwrap();
            let place = entries.iter().position(|found| *found == entry).unwrap();
            self.put(layout::proof(stem), proofs[place].to_string());
        }
        self.list_files();
    }

    /// A log with further entries; the proof of each, byte for byte the same checkpoint.
    pub fn grow(&mut self, which: Log, entries: &[impl AsRef<[u8]>]) -> Vec<Proof> {
        let origin = which.origin(true);
        let before = match self.0.get(&which.checkpoint()) {
            Some(bytes) => SignedCheckpoint::parse(bytes).unwrap().checkpoint().clone(),
            None => Checkpoint::empty(&origin).unwrap(),
        };
        let old = self.clone();
        let reader = TileReader::open(InLog(&old, which), &before).unwrap();
        let grown = tlog::tile::append(&reader, entries).unwrap();
        for (path, bytes) in grown.files() {
            self.put(which.file(path), bytes);
        }
        let checkpoint = Checkpoint::new(&origin, grown.size(), *grown.root()).unwrap();
        let checkpoint = checkpoint.sign(&key_of(which)).unwrap();
        self.put(which.checkpoint(), checkpoint.to_string());
        self.put(which.checkpoint_of(grown.size()), checkpoint.to_string());
        let proof = |index| Proof::new(index, grown.prove_inclusion(index).unwrap(), checkpoint.clone()).unwrap();
        (before.size()..grown.size()).map(proof).collect()
    }

    /// Lists what is there now.
    pub fn list_files(&mut self) {
        self.put(layout::FILES, render::files(self.0.keys().map(String::as_str)));
    }

    /// What the newest checkpoint of a log says.
    pub fn checkpoint_of(&self, log: Log) -> Checkpoint {
        let signed = SignedCheckpoint::parse(&self.0[&log.checkpoint()]).unwrap();
        signed.checkpoint().clone()
    }

    /// The newest checkpoint, as text.
    pub fn checkpoint(&self) -> String {
        String::from_utf8(self.0[&self.newest().checkpoint()].clone()).unwrap()
    }
}
