//! A publisher who lies: holds the log's key and all of the store, and makes everything fit that they can make fit. The log
//! is written anew by hand (C2SP tlog-tiles, RFC 6962), and `openssl` signs it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use base64ct::{Base64, Encoding as _};
use record::published::RecordEntry;
use record::{Digest, cbor};
use support::rehearsal::{self, text};
use support::scratch::{Scratch, copy_folder, files_under};
use support::{Outcome, ours, run};

use super::events::END;

/// One lie: a copy of the journey's store that may be changed.
pub struct Liar {
    folder: Scratch,
    /// The log's entries as the lie has them.
    pub entries: Vec<Vec<u8>>,
    /// The checkpoint that somebody kept from before.
    pub kept: PathBuf,
}

impl Liar {
    pub fn new(test: &str) -> Self {
        let folder = Scratch::new(&format!("liar-{test}"));
        copy_folder(&rehearsal::journey().done().store(""), &folder.join("store"));
        let kept = folder.join("kept");
        fs::copy(folder.join("store/log/1/checkpoint"), &kept).expect("copied");
        let mut liar = Self {
            folder,
            entries: Vec::new(),
            kept,
        };
        liar.entries = liar.read_entries();
        liar
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.join("store").join(path)
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.file(path)).expect("a file of the store")
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let file = self.file(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, bytes).expect("written");
    }

    /// All files whose paths begin so.
    pub fn under(&self, prefix: &str) -> Vec<String> {
        let all = files_under(&self.file(""));
        let all = all.into_iter().map(|path| text(&path));
        all.filter(|path| path.starts_with(prefix)).collect()
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.file(path)).expect("it was there");
    }

    /// The place of an event's record in the log, and what the log says of it.
    pub fn record_entry(&self, event: &str) -> (usize, RecordEntry) {
        let mut all = (0..).zip(&self.entries);
        let found = all.find_map(|(index, entry)| {
            let payload = entry.strip_prefix(RECORD)?;
            let logged: RecordEntry = cbor::decode(payload).ok()?;
            (logged.event == event).then_some((index, logged))
        });
        found.expect("the event's record is in the log")
    }

    /// The event whose record the log has last.
    pub fn last_event(&self) -> String {
        let mut records = self.entries.iter().rev().filter_map(|entry| entry.strip_prefix(RECORD));
        let last: RecordEntry = cbor::decode(records.next().expect("a record")).expect("of an event");
        last.event
    }

    /// The place of the entry of a file, by its contents or by their digest.
    pub fn place_of(&self, file: &[u8]) -> Option<usize> {
        let hex = Digest::of(file).to_string();
        let is = |entry: &Vec<u8>| {
            let refers = entry.windows(hex.len()).any(|part| part == hex.as_bytes());
            refers || entry.ends_with(file)
        };
        self.entries.iter().position(is)
    }

    /// Writes the log anew with these entries, signs it, staples all that it has, and lists the files as they are.
    pub fn relog(&self) {
        let leaves: Vec<[u8; 32]> = self.entries.iter().map(|entry| leaf(entry)).collect();
        let width = leaves.len();
        let seen = self.under("log/1/checkpoints/");
        let sizes = seen.iter().filter_map(|path| path.rsplit('/').next()?.parse().ok());
        let sizes: BTreeSet<usize> = sizes.filter(|size| *size < width).chain([width]).collect();
        for path in self.under("log/1/") {
            self.remove(&path);
        }
        for size in sizes {
            self.write_tiles(&leaves[..size]);
            let root = Base64::encode_string(&root(&leaves[..size]));
            let checkpoint = self.sign(&format!("{ORIGIN}\n{size}\n{root}\n"));
            self.write(&format!("log/1/checkpoints/{size}"), &checkpoint);
            // The last one is the newest.
            self.write("log/1/checkpoint", checkpoint);
        }
        let checkpoint = String::from_utf8(self.read("log/1/checkpoint")).expect("text");
        self.staple(&leaves, &checkpoint);
        let mut listed: BTreeSet<String> = self.under("").into_iter().collect();
        listed.insert("files.txt".into());
        self.write(
            "files.txt",
            listed.iter().map(|path| format!("{path}\n")).collect::<String>(),
        );
    }

    /// The tiles of a log of this size: of entries, of their hashes, and above 255 entries of the hashes of full tiles.
    fn write_tiles(&self, leaves: &[[u8; 32]]) {
        assert!(leaves.len() < 256 * 256, "two levels are all that is made here");
        let length = |entry: &Vec<u8>| u16::try_from(entry.len()).expect("it was one").to_be_bytes();
        let bundled = |entry: &Vec<u8>| [&length(entry)[..], entry].concat();
        let full: Vec<[u8; 32]> = leaves.chunks_exact(256).map(root).collect();
        for (number, (hashes, entries)) in leaves
            .chunks(256)
            .zip(self.entries[..leaves.len()].chunks(256))
            .enumerate()
        {
            let bundle: Vec<u8> = entries.iter().flat_map(bundled).collect();
            self.write(&tile("entries", number, hashes.len()), bundle);
            self.write(&tile("0", number, hashes.len()), hashes.concat());
        }
        if !full.is_empty() {
            self.write(&tile("1", 0, full.len()), full.concat());
        }
    }

    fn staple(&self, leaves: &[[u8; 32]], checkpoint: &str) {
        for path in self.under("certs/").iter().filter(|path| path.ends_with(".der")) {
            let entry = [b"pki.rust-lang.org/entry/v1\ncertificate\n", &self.read(path)[..]].concat();
            let Some(index) = self.entries.iter().position(|one| *one == entry) else {
                continue;
            };
            let hashes = inclusion(index, leaves);
            let lines: String = hashes.iter().map(|hash| Base64::encode_string(hash) + "\n").collect();
            let proof = format!("c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n{checkpoint}");
            self.write(&path.replace(".der", ".tlog-proof"), proof);
        }
    }

    /// The note of a checkpoint, signed with the log's own key (C2SP signed-note: key hash and Ed25519 signature).
    fn sign(&self, note: &str) -> String {
        let private = &rehearsal::journey().private;
        let passwords: serde_json::Value =
            serde_json::from_slice(&fs::read(private.join("passwords.json")).expect("passwords")).expect("JSON");
        let (sealed, key, body, signature) = (
            text(&private.join("publisher/log.key")),
            text(&self.folder.join("log.pem")),
            text(&self.folder.join("note")),
            text(&self.folder.join("signature")),
        );
        let passphrase = format!("{}\n", passwords["log key"].as_str().expect("the log key's"));
        let open = ["pkcs8", "-in", &sealed, "-passin", "stdin", "-out", &key];
        let _ = run("openssl", open, &passphrase).expect(0);
        fs::write(&body, note).expect("written");
        let sign = [
            "pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", &body, "-out", &signature,
        ];
        let _ = run("openssl", sign, "").expect(0);
        let old = fs::read_to_string(&self.kept).expect("a checkpoint");
        let line = old
            .lines()
            .last()
            .and_then(|line| line.rsplit(' ').next())
            .expect("a signature");
        let id = &Base64::decode_vec(line).expect("base64")[..4];
        let blob = [id, &fs::read(&signature).expect("a signature")].concat();
        format!("{note}\n\u{2014} {ORIGIN} {}\n", Base64::encode_string(&blob))
    }

    fn read_entries(&self) -> Vec<Vec<u8>> {
        let text = String::from_utf8(self.read("log/1/checkpoint")).expect("text");
        let size = text.lines().nth(1).expect("a size").to_owned();
        let size: usize = size.parse().expect("a number");
        let tiles = (0..size.div_ceil(256)).map(|number| tile("entries", number, (size - number * 256).min(256)));
        let tiles: Vec<u8> = tiles.flat_map(|path| self.read(&path)).collect();
        let (mut rest, mut entries) = (&tiles[..], Vec::new());
        while let [high, low, after @ ..] = rest {
            let (entry, next) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            entries.push(entry.to_vec());
            rest = next;
        }
        entries
    }

    /// What anybody finds: each finding's file and rule.
    pub fn found(&self, more: &[&str]) -> Lie {
        let (store, root) = (text(&self.file("")), self.root());
        let words = ["store", &store, "--root", &root, "--rehearsal", "--json", "--now", END];
        let outcome = run(ours("ceremony-verify"), [&words, more].concat(), "");
        let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap_or_default();
        let text = |one: &serde_json::Value, field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let findings = findings.iter().map(|one| (text(one, "file"), text(one, "rule")));
        Lie {
            findings: findings.collect(),
            outcome,
        }
    }

    /// The newest root, from where the lie does not reach.
    fn root(&self) -> String {
        let newest = (1..9).rev().map(|number| format!("certs/root-{number}.pem"));
        let mut there = newest
            .map(|path| rehearsal::journey().store(&path))
            .filter(|path| path.exists());
        text(&there.next().expect("a root"))
    }
}

/// What was found of a lie.
pub struct Lie {
    outcome: Outcome,
    pub findings: BTreeSet<(String, String)>,
}

impl Lie {
    /// Whether some file breaks this rule.
    pub fn has(&self, rule: &str) -> bool {
        self.findings.iter().any(|(_, found)| found == rule)
    }

    /// Demands exit code 1 and this finding.
    #[track_caller]
    pub fn names(&self, file: &str, rule: &str) {
        assert_eq!(self.outcome.code, 1, "{}", self.outcome);
        let found = self.findings.contains(&(file.to_owned(), rule.to_owned()));
        assert!(found, "no {rule} of {file} among {:#?}", self.findings);
    }
}

/// A tile's file (C2SP tlog-tiles): a full one has 256, a partial one its width in its name.
fn tile(level: &str, number: usize, width: usize) -> String {
    match width {
        256 => format!("log/1/tile/{level}/{number:03}"),
        _ => format!("log/1/tile/{level}/{number:03}.p/{width}"),
    }
}

/// RFC 6962 section 2.1.
fn leaf(entry: &[u8]) -> [u8; 32] {
    Digest::of(&[&[0], entry].concat()).0
}

fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Digest::of(b"").0,
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(half(leaves.len()));
            Digest::of(&[&[1][..], &root(left), &root(right)].concat()).0
        }
    }
}

/// RFC 6962 section 2.1.1, from the leaf upwards.
fn inclusion(index: usize, leaves: &[[u8; 32]]) -> Vec<[u8; 32]> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut path, other) = match index.checked_sub(left.len()) {
        None => (inclusion(index, left), root(right)),
        Some(index) => (inclusion(index, right), root(left)),
    };
    path.push(other);
    path
}

/// The largest power of two below it.
fn half(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// What the entry of a record begins with.
pub const RECORD: &[u8] = b"pki.rust-lang.org/entry/v1\nrecord\n";
const ORIGIN: &str = "pki.rust-lang.org/rehearsal/log/1";
