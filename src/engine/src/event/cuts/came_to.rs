//! What an event came to: its journal, its record, its outputs, and what is in the HSM.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hsm::DryCluster;
use record::journal::{Entry, What};
use record::plan::Inbound;
use record::record::{KeyChange, Record};
use record::results::Results;
use record::sshsig::{self, SshKey};
use record::{Body as _, Bundle, Bytes, Digest, Time};

use super::cluster::Told;

/// What an event came to.
pub struct CameTo {
    pub entries: Vec<Entry>,
    pub record: Record,
    /// The record's file.
    pub digest: Digest,
    /// The file for the publisher, and the console's signature beside it.
    pub results: Vec<u8>,
    pub results_signature: Option<Vec<u8>>,
    /// Certificates and revocation lists, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What is in the HSM.
    pub cluster: DryCluster,
    /// What the HSM was told.
    pub told: Told,
    /// What people decided.
    pub decided: Vec<String>,
}

impl CameTo {
    pub fn frozen(&self) -> Option<&BTreeMap<String, Bytes>> {
        let mut frozen = self.entries.iter().filter_map(|entry| match &entry.what {
            What::Frozen { bytes } => Some(bytes),
            _ => None,
        });
        let first = frozen.next();
        assert!(frozen.next().is_none(), "the bytes are frozen once");
        first
    }

    pub fn count(&self, like: impl Fn(&What) -> bool) -> usize {
        self.entries.iter().filter(|entry| like(&entry.what)).count()
    }

    /// What is for the publisher, where the console's key, if there is one, vouches for it.
    pub fn published(&self, inbound: &Inbound) -> Results {
        let console = inbound.console_key();
        let key = self.record.keys.iter().find(|key| Some(&key.key) == console.as_ref());
        assert_eq!(
            key.is_some(),
            self.results_signature.is_some(),
            "the console's signature"
        );
        if let (Some(key), Some(signature)) = (key, &self.results_signature) {
            let key = SshKey::from_p384_spki(&key.public_key).expect("a key");
            let good = sshsig::verify(&key, Results::NAMESPACE, &self.results, signature);
            good.expect("the console's signature is good");
        }
        let results = Bundle::<Results>::decode(&self.results).expect("the results read").body;
        assert_eq!(Digest::of(&results.record), self.digest, "the record in the results");
        results
    }

    /// The record without what a stop changes: times, tokens, what went otherwise, and the journal.
    pub fn settled(&self) -> Record {
        let mut record = self.record.clone();
        for key in &mut record.keys {
            // Made or adopted, it is the same key.
            if key.change == KeyChange::Adopted {
                key.change = KeyChange::Made;
            }
        }
        (record.began, record.ended) = (Time(0), Time(0));
        (record.journal, record.journal_entries) = (Digest::of(b""), 0);
        (record.requests, record.approvals, record.tokens) = (Vec::new(), Vec::new(), Vec::new());
        (record.exceptions, record.statements) = (Vec::new(), Vec::new());
        (record.reviews, record.attendance) = (Vec::new(), Vec::new());
        record.facts.retain(|name, _| !OF_THE_MACHINE.contains(&name.as_str()));
        record
    }
}

/// Every file of a folder, by path.
pub fn read_all(folder: &Path, under: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{under}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => read_all(&entry.path(), &name, files),
            false => drop(files.insert(name, fs::read(entry.path()).expect("a file"))),
        }
    }
}

/// Facts that a stop changes: when the clock was compared, and how often the machine was booted.
const OF_THE_MACHINE: [&str; 3] = ["clock", "power", "logins"];
