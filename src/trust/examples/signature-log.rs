//! What a log of signatures costs: built in batches on a disk, then walked and judged, beside the hashes alone.
//!
//! `benches/signatures` runs it. One Ed25519 key signs 256 artifacts; entries differ in their time, so every one is a leaf
//! of its own and every signature is verified as if it were new.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use tlog::tile::{SourceError, append};
use tlog::{Checkpoint, Entry, Hash, Source, TileReader, Tree};
use trust::{Artifact, NAMESPACE, SignatureEntry, Sshsig};
use x509::PublicKey;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let usage = "signature-log ENTRIES BATCH FOLDER";
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok()).expect(usage);
    let (entries, batch) = (number(arguments.next()), number(arguments.next()));
    let folder = PathBuf::from(arguments.next().expect(usage));
    fs::create_dir(&folder).expect("a new folder");
    let service = Service::new();
    println!(
        "entries {entries}, in batches of {batch}, of {} octets each",
        service.entry(0).bytes().len()
    );

    let begun = Instant::now();
    let root = hashes(&service, entries);
    let bound = begun.elapsed();
    told("hashes alone (bound)", entries, bound, bound);

    let begun = Instant::now();
    let checkpoint = build(&service, entries, batch, &folder);
    told("built", entries, begun.elapsed(), bound);
    assert_eq!(*checkpoint.root(), root, "the tree of the bound");

    let begun = Instant::now();
    walk(&folder, &checkpoint, |_| ());
    told(
        "walked, each entry under the checkpoint",
        entries,
        begun.elapsed(),
        bound,
    );

    let begun = Instant::now();
    walk(&folder, &checkpoint, |payload| service.judge(payload));
    told("walked, each signature verified", entries, begun.elapsed(), bound);

    println!("files {}", files(&folder));
    println!("peak memory {}", peak());
}

fn told(what: &str, entries: u64, took: Duration, bound: Duration) {
    let seconds = took.as_secs_f64();
    let (rate, ratio) = (entries as f64 / seconds, seconds / bound.as_secs_f64());
    println!("{what}: {seconds:.2} s, {rate:.0} entries/s, {ratio:.2} times the bound");
}

/// A signing service.
struct Service {
    public: PublicKey,
    signatures: Vec<(Artifact, Vec<u8>)>,
}

impl Service {
    fn new() -> Self {
        let key = SigningKey::from_bytes(&[9; 32]);
        let point = key.verifying_key().to_bytes();
        let spki = [
            &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00],
            &point[..],
        ]
        .concat();
        let artifact = |n: u32| Artifact::of(&n.to_be_bytes());
        Self {
            public: PublicKey::from_spki_der(&spki).expect("a key"),
            signatures: (0..256).map(artifact).map(|one| (one, sign(&key, &one))).collect(),
        }
    }

    fn entry(&self, index: u64) -> Entry {
        let (artifact, signature) = &self.signatures[(index % 256) as usize];
        let entry = SignatureEntry {
            signer: [9; 32],
            hash: trust::SignedHash::Sha512(artifact.sha512),
            made: 1_795_000_000 + index,
            signature: signature.clone(),
        };
        entry.entry()
    }

    fn judge(&self, payload: &[u8]) {
        let entry = SignatureEntry::parse(payload).expect("an entry");
        let signature = Sshsig::parse(&entry.signature).expect("a signature");
        signature.verify(&entry.hash, &self.public).expect("a good one");
    }
}

/// PROTOCOL.sshsig.
fn sign(key: &SigningKey, artifact: &Artifact) -> Vec<u8> {
    let string = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let middle = [string(NAMESPACE.as_bytes()), string(b""), string(b"sha512")].concat();
    let signed = [b"SSHSIG", &middle[..], &string(&artifact.sha512)].concat();
    let public = [string(b"ssh-ed25519"), string(&key.verifying_key().to_bytes())].concat();
    let signature = [string(b"ssh-ed25519"), string(&key.sign(&signed).to_bytes())].concat();
    [
        b"SSHSIG\x00\x00\x00\x01",
        &string(&public)[..],
        &middle,
        &string(&signature),
    ]
    .concat()
}

/// The tree in memory, of the same entries: no disk, no proof, no signature.
fn hashes(service: &Service, entries: u64) -> Hash {
    let mut tree = Tree::new();
    for index in 0..entries {
        tree.push(Hash::leaf(service.entry(index).bytes())).expect("room");
    }
    tree.root().expect("a root")
}

/// Appends batch after batch; each file is written once, and none is synced.
fn build(service: &Service, entries: u64, batch: u64, folder: &Path) -> Checkpoint {
    let mut checkpoint = Checkpoint::empty(ORIGIN).expect("an origin");
    while checkpoint.size() < entries {
        let end = entries.min(checkpoint.size() + batch);
        let reader = TileReader::open(InFolder(folder), &checkpoint).expect("tiles");
        let new: Vec<Entry> = (checkpoint.size()..end).map(|index| service.entry(index)).collect();
        let grown = append(&reader, &new).expect("it grows");
        for (path, bytes) in grown.files() {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, bytes).expect("a file");
        }
        checkpoint = Checkpoint::new(ORIGIN, grown.size(), *grown.root()).expect("a checkpoint");
    }
    checkpoint
}

fn walk(folder: &Path, checkpoint: &Checkpoint, judge: impl Fn(&[u8])) {
    let reader = TileReader::open(InFolder(folder), checkpoint).expect("tiles");
    for bytes in reader.entries() {
        let entry = Entry::parse(&bytes.expect("an entry")).expect("an entry");
        match entry.body() {
            tlog::entry::Body::Payload(payload) => judge(payload),
            tlog::entry::Body::Reference(_) => panic!("signatures are small"),
        }
    }
}

struct InFolder<'f>(&'f Path);

impl Source for InFolder<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn files(folder: &Path) -> usize {
    let count = |entry: fs::DirEntry| match entry.path().is_dir() {
        true => files(&entry.path()),
        false => 1,
    };
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| count(entry.expect("an entry")))
        .sum()
}

/// The most memory that this process ever had, as Linux says.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".into(), |line| line.trim().to_owned())
}

const ORIGIN: &str = "pki.rust-lang.org/rehearsal/sig/1";
