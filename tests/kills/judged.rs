//! Files that may differ, two by two: everything in them that no signature and no stop can change is compared.

use ::record::journal::{Journal, What};
use base64ct::{Base64, Encoding as _};
use support::event::to_be_signed;

use crate::store::Store;
use crate::{log, record_file};

/// A certificate or list: the to-be-signed bytes and the algorithm are the same.
pub fn signed(whole: &Store, cut: &Store, path: &str) {
    let [one, other] = [whole, cut].map(|store| {
        let der = store.named.over(store.file(path));
        let signed = to_be_signed(&der).to_vec();
        let at = der.windows(signed.len()).position(|window| window == signed);
        let algorithm = &der[at.expect("it is there") + signed.len()..];
        (signed, algorithm[..ECDSA_WITH_SHA384.len()].to_vec())
    });
    assert_eq!(
        one.0.escape_ascii().to_string(),
        other.0.escape_ascii().to_string(),
        "{path}"
    );
    assert_eq!(
        (one.1.as_slice(), other.1.as_slice()),
        (&ECDSA_WITH_SHA384[..], &ECDSA_WITH_SHA384[..]),
        "{path}"
    );
}

/// A PEM file: the DER file beside it, in each store.
pub fn pem(whole: &Store, cut: &Store, path: &str) {
    for store in [whole, cut] {
        let text = store.text(path);
        let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = Base64::decode_vec(&body).expect("base64");
        assert_eq!(der, store.file(&path.replace(".pem", ".der")), "{path}");
    }
}

/// A proof: its entry and the size of its tree.
pub fn proof(whole: &Store, cut: &Store, path: &str) {
    assert_eq!(log::proof(&whole.text(path)), log::proof(&cut.text(path)), "{path}");
}

/// The record: see there.
pub fn record(whole: &Store, cut: &Store, _: &str) {
    record_file::compare(whole, cut);
}

/// An SSHSIG: all but its last field, the signature; and that is of one algorithm.
pub fn sshsig(whole: &Store, cut: &Store, path: &str) {
    let read = |store: &Store| {
        let text = store.text(path);
        let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let mut fields = fields(&Base64::decode_vec(&body).expect("base64"));
        let signature = fields.pop().expect("a signature");
        let algorithm = signature.get(4..4 + ALGORITHM).expect("its algorithm").to_vec();
        fields.push(algorithm);
        fields
            .iter()
            .map(|field| store.named.over(field).escape_ascii().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(whole), read(cut), "{path}");
}

/// OpenSSH PROTOCOL.sshsig: magic and version, then strings: key, namespace, nothing, hash, signature.
fn fields(sshsig: &[u8]) -> Vec<Vec<u8>> {
    let (head, mut rest) = sshsig.split_at(b"SSHSIG".len() + 4);
    let mut fields = vec![head.to_vec()];
    while let Some((length, after)) = rest.split_first_chunk() {
        let (field, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        fields.push(field.to_vec());
        rest = after;
    }
    fields
}

/// A page: what it is about, in its headings. What it says is made of the other files.
pub fn page(whole: &Store, cut: &Store, path: &str) {
    let headings = |store: &Store| {
        let text = store.text(path);
        let parts = text
            .split("<h")
            .skip(1)
            .filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        let headings = parts.map(|part| part.split("</h").next().unwrap_or_default().to_owned());
        headings.collect::<Vec<_>>()
    };
    assert!(!headings(whole).is_empty(), "{path}");
    assert_eq!(headings(whole), headings(cut), "{path}");
}

/// The list of files: the same but for what is named by its digest, of which there is as much.
pub fn files(whole: &Store, cut: &Store, path: &str) {
    let named = |store: &Store| {
        let text = store.text(path);
        let name = |line: &str| match line.rsplit_once('/') {
            Some((OBJECTS, _)) => OBJECTS.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(name).collect::<Vec<_>>()
    };
    assert_eq!(named(whole), named(cut), "{path}");
}

/// The folder of what is named by its digest.
const OBJECTS: &str = "objects/sha256";

/// A checkpoint: its log, its size, its signers.
pub fn checkpoint(whole: &Store, cut: &Store, path: &str) {
    assert_eq!(
        log::checkpoint(&whole.text(path)),
        log::checkpoint(&cut.text(path)),
        "{path}"
    );
}

/// The log's entries: each tells the same file.
pub fn entries(whole: &Store, cut: &Store, path: &str) {
    assert_eq!(
        log::told(whole, whole.file(path)),
        log::told(cut, cut.file(path)),
        "{path}"
    );
}

/// A tile of the lowest level: the hashes of this store's own entries. Higher ones come with the 257th entry.
pub fn tile(whole: &Store, cut: &Store, path: &str) {
    let entries = path.replace("log/1/tile/0/", "log/1/tile/entries/");
    assert_ne!(entries, path, "a tile of a higher level");
    for store in [whole, cut] {
        assert_eq!(log::leaves(store.file(&entries)), store.file(path), "{path}");
    }
}

/// The journal: the bytes to be signed were settled, once, and are the same; the same files were written.
pub fn journal(whole: &Store, cut: &Store, path: &str) {
    let read = |store: &Store| {
        let journal = Journal::read(store.file(path)).expect("the journal reads");
        let (mut frozen, mut outputs) = (Vec::new(), Vec::new());
        for entry in journal.entries {
            match entry.what {
                What::Frozen { bytes } => frozen.push(bytes),
                What::Output { file, .. } => outputs.push(file),
                _ => {}
            }
        }
        let named = frozen
            .into_iter()
            .flatten()
            .map(|(step, bytes)| (step, store.named.over(&bytes)));
        outputs.sort();
        outputs.dedup();
        (named.collect::<Vec<_>>(), outputs)
    };
    assert_eq!(read(whole), read(cut), "{path}");
}

/// RFC 5758 section 3.2.
const ECDSA_WITH_SHA384: [u8; 12] = [0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];

/// As many octets of an algorithm's name are compared: `ssh-ed25519`, `ecdsa-sha2-nistp384`.
const ALGORITHM: usize = 11;
