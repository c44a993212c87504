//! Two published stores of one plan: the same paths, and the same bytes but for what is named here, each with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ::record::Bundle;
use ::record::record::Record;
use support::scratch::files_under;

use crate::judged::{checkpoint, entries, files, journal, page, pem, proof, record, signed, sshsig, tile};
use crate::named::Named;

/// A store, and the record of the event that was published last.
pub struct Store {
    files: BTreeMap<String, Vec<u8>>,
    pub record: Record,
    pub named: Named,
}

/// How a file that may differ is judged, and why it may.
struct Exemption(&'static str, fn(&Store, &Store, &str), &'static str);

/// Demands that they are the same.
pub fn compare(whole: &Store, cut: &Store) {
    let paths = |store: &Store| store.files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(paths(whole), paths(cut), "the stores' files");
    for path in paths(whole) {
        if whole.files[&path] == cut.files[&path] {
            continue;
        }
        let exempt = EXEMPT.iter().find(|exempt| fits(exempt.0, &path));
        let Exemption(_, judge, reason) = exempt.unwrap_or_else(|| panic!("{path} differs, and nothing may change it"));
        println!("{path} differs: {reason}");
        judge(whole, cut, &path);
    }
}

/// Everything else is the same to the byte. Where several fit, the first counts.
const EXEMPT: [Exemption; 19] = [
    Exemption(
        "certs/*.der",
        signed,
        "its signature is random; so is the key, if the event made it",
    ),
    Exemption("certs/*.pem", pem, "it is the DER file beside it"),
    Exemption("certs/*.tlog-proof", proof, "its hashes are those of signatures"),
    Exemption(
        "crl/*.crl",
        signed,
        "its signature is random; so is the issuer's key, if the event made it",
    ),
    Exemption(
        "events/*/record.cbor",
        record,
        "it tells session, times, tokens, and each stop",
    ),
    Exemption("events/*/results.sig", sshsig, "it signs record and journal"),
    Exemption("events/*/countersignatures/*.sig", sshsig, "it signs the record"),
    Exemption("events/*/index.html", page, "it is made from the record"),
    Exemption(
        "certs/*.html",
        page,
        "it shows serial number, digests and place in the log",
    ),
    Exemption("roster/*.html", page, "it shows when the event ended"),
    Exemption("log/index.html", page, "it shows the root hash"),
    Exemption("docs/*.md.html", page, "it shows when the event ended"),
    Exemption("documents.html", page, "it shows when the event ended"),
    Exemption("files.txt", files, "it names the plan and the journal by their digests"),
    Exemption("index.html", page, "it shows times, and digests of keys and signatures"),
    Exemption(
        "log/1/checkpoint*",
        checkpoint,
        "its root hash and its signature are of entries that hold signatures",
    ),
    Exemption(
        "log/1/tile/entries/*",
        entries,
        "entries hold certificates, lists, record and journal",
    ),
    Exemption("log/1/tile/*", tile, "its hashes are those of the entries"),
    Exemption(
        JOURNAL,
        journal,
        "it tells session, times, tokens, answers of the HSM, and each stop",
    ),
];

/// Whether a path fits a pattern, in which a star stands for any text.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return rest.is_empty();
    };
    let found = between.iter().all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    });
    found && rest.ends_with(last)
}

impl Store {
    /// The store in a folder, with the event that was published last; `change` has each file before it is looked at.
    pub fn read(folder: &Path, event: &str, change: impl Fn(&str, &mut Vec<u8>)) -> Self {
        let mut files = BTreeMap::new();
        for path in files_under(folder) {
            let mut bytes = fs::read(folder.join(&path)).expect("a file of the store");
            let path = path.to_str().expect("a path").to_owned();
            change(&path, &mut bytes);
            files.insert(path, bytes);
        }
        let record = &files[&format!("events/{event}/record.cbor")];
        let record = Bundle::<Record>::decode(record).expect("the record").body;
        let journal = files.remove(&format!("objects/sha256/{}", record.journal.hex()));
        files.insert(JOURNAL.to_owned(), journal.expect("the journal"));
        let certificates = files.iter().filter(|(path, _)| fits("certs/*.der", path));
        let named = Named::of(&record, certificates.map(|(_, der)| der));
        Self { files, record, named }
    }

    /// A file, by its path in the store.
    pub fn file(&self, path: &str) -> &[u8] {
        let journal = format!("objects/sha256/{}", self.record.journal.hex());
        let path = if path == journal { JOURNAL } else { path };
        self.files
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not in the store"))
    }

    /// The name of the first file with these bytes.
    pub fn name_of(&self, bytes: &[u8]) -> String {
        let found = self.files.iter().find(|(_, file)| *file == bytes);
        found.expect("the log tells what the store has").0.clone()
    }

    /// A file that is text.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.file(path).to_vec()).unwrap_or_else(|_| panic!("{path} is text"))
    }
}

/// The event's journal: an object, named by its digest.
const JOURNAL: &str = "objects/the journal";
