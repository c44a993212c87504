//! Entries: what a leaf of the log says, in one spelling each.

use std::fmt;

use crate::{Error, Hash, text};

/// The most bytes that an entry can have: its length is two bytes in a bundle.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// The first line of an entry that holds its payload.
const ENTRY: &str = "pki.rust-lang.org/entry/v1\n";

/// The first line of an entry that refers to its payload.
const ENTRY_REF: &str = "pki.rust-lang.org/entry-ref/v1\n";

/// One entry of the log, in one of two forms. Which one follows from type and payload alone, so that whoever holds a
/// certificate or a document can rebuild its leaf.
///
/// *Payload form*, whenever that has at most [`MAX_ENTRY`] bytes: two lines, and all further bytes are the payload.
///
/// ```text
/// pki.rust-lang.org/entry/v1
/// <type>
/// <payload>
/// ```
///
/// *Reference form*, for a payload that would not fit, and for no other: exactly five lines, each ended by a newline. The
/// digest is the payload's SHA-256 in 64 lower-case hexadecimal digits, the length its bytes in decimal without leading
/// zeros, the path where the store keeps it, with the same digest. A certificate always fits and has no such form.
///
/// ```text
/// pki.rust-lang.org/entry-ref/v1
/// <type>
/// <digest>
/// <length>
/// /objects/sha256/<digest>
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: EntryType,
    body: Body,
    bytes: Vec<u8>,
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The payload itself.
    Payload(Vec<u8>),
    /// Where a larger payload is.
    Reference(Reference),
}

/// A payload that is kept outside the log, addressed by its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    digest: Hash,
    length: u64,
}

impl Entry {
    /// The entry of a payload, in the form that its size demands.
    pub fn new(kind: EntryType, payload: &[u8]) -> Result<Entry, Error> {
        let length = payload.len() as u64;
        if length <= fitting(kind) {
            let bytes = [ENTRY.as_bytes(), kind.name().as_bytes(), b"\n", payload].concat();
            return Ok(Entry {
                kind,
                body: Body::Payload(payload.to_vec()),
                bytes,
            });
        }
        if kind == EntryType::Certificate {
            return Err(Error::TooLarge {
                what: "a certificate",
                length,
                limit: fitting(kind),
            });
        }
        let reference = Reference {
            digest: Hash::sha256(payload),
            length,
        };
        Ok(Entry {
            kind,
            body: Body::Reference(reference),
            bytes: reference.entry(kind).into_bytes(),
        })
    }

    /// Reads an entry's bytes; [`Entry::bytes`] gives the same back.
    pub fn parse(bytes: &[u8]) -> Result<Entry, Error> {
        if bytes.len() > MAX_ENTRY {
            return Err(Error::TooLarge {
                what: "an entry",
                length: bytes.len() as u64,
                limit: MAX_ENTRY as u64,
            });
        }
        if let Some(rest) = bytes.strip_prefix(ENTRY.as_bytes()) {
            let (kind, payload) = typed(rest)?;
            return Ok(Entry {
                kind,
                body: Body::Payload(payload.to_vec()),
                bytes: bytes.to_vec(),
            });
        }
        let rest = bytes.strip_prefix(ENTRY_REF.as_bytes()).ok_or(Error::EntryHeader)?;
        let (kind, lines) = typed(rest)?;
        let reference = Reference::parse(kind, lines)?;
        Ok(Entry {
            kind,
            body: Body::Reference(reference),
            bytes: bytes.to_vec(),
        })
    }

    /// What kind of thing is logged.
    pub fn kind(&self) -> EntryType {
        self.kind
    }

    /// The payload, or where it is.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The entry as the log keeps it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The entry's leaf in the tree.
    pub fn leaf(&self) -> Hash {
        Hash::leaf(&self.bytes)
    }
}

impl AsRef<[u8]> for Entry {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Reference {
    /// The payload's SHA-256.
    pub fn digest(&self) -> &Hash {
        &self.digest
    }

    /// The payload's length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the store keeps the payload: `/objects/sha256/<digest>`.
    pub fn path(&self) -> String {
        format!("/objects/sha256/{}", self.digest.to_hex())
    }

    /// Checks that an object is the payload.
    pub fn check(&self, object: &[u8]) -> Result<(), Error> {
        let same = object.len() as u64 == self.length && Hash::sha256(object) == self.digest;
        same.then_some(())
            .ok_or_else(|| Error::ObjectMismatch { path: self.path() })
    }

    fn parse(kind: EntryType, lines: &[u8]) -> Result<Reference, Error> {
        let refused = |why| Error::EntryReference { why };
        let lines = std::str::from_utf8(lines).map_err(|_| refused("it is not text"))?;
        let [digest, length, path, ""] = lines.split('\n').collect::<Vec<_>>()[..] else {
            return Err(refused("it has not exactly the lines digest, length and path"));
        };
        let reference = Reference {
            digest: Hash::from_hex(digest)?,
            length: text::decimal(length)?,
        };
        if path != reference.path() {
            return Err(refused("its path is not the one of its digest"));
        }
        match reference.length > fitting(kind) && kind != EntryType::Certificate {
            true => Ok(reference),
            false => Err(refused("its payload belongs in the entry")),
        }
    }

    fn entry(&self, kind: EntryType) -> String {
        format!(
            "{ENTRY_REF}{kind}\n{}\n{}\n{}\n",
            self.digest.to_hex(),
            self.length,
            self.path()
        )
    }
}

/// The most bytes of payload that fit in an entry.
fn fitting(kind: EntryType) -> u64 {
    (MAX_ENTRY - ENTRY.len() - kind.name().len() - 1) as u64
}

/// Splits off the line with the type.
fn typed(rest: &[u8]) -> Result<(EntryType, &[u8]), Error> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(Error::EntryHeader)?;
    let name = String::from_utf8_lossy(&rest[..end]);
    Ok((EntryType::parse(&name)?, &rest[end + 1..]))
}

/// What kind of thing an entry logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryType {
    /// A certificate, full DER.
    Certificate,
    /// A certificate revocation list, full DER.
    Crl,
    /// The record of an event.
    Record,
    /// A member's refusal.
    Refusal,
    /// A roster of members.
    Roster,
    /// A policy.
    Policy,
    /// The manifest of an image.
    Manifest,
    /// A batch of the console's access log.
    AccessConsole,
    /// A batch of the HSM's access log.
    AccessHsm,
    /// A batch of signatures that a delegate made.
    Signatures,
    /// An operational document.
    Document,
}

impl EntryType {
    /// All of them, in the order of the design.
    pub const ALL: [EntryType; 11] = [
        EntryType::Certificate,
        EntryType::Crl,
        EntryType::Record,
        EntryType::Refusal,
        EntryType::Roster,
        EntryType::Policy,
        EntryType::Manifest,
        EntryType::AccessConsole,
        EntryType::AccessHsm,
        EntryType::Signatures,
        EntryType::Document,
    ];

    /// The word in the entry's second line.
    pub fn name(self) -> &'static str {
        match self {
            EntryType::Certificate => "certificate",
            EntryType::Crl => "crl",
            EntryType::Record => "record",
            EntryType::Refusal => "refusal",
            EntryType::Roster => "roster",
            EntryType::Policy => "policy",
            EntryType::Manifest => "manifest",
            EntryType::AccessConsole => "access-console",
            EntryType::AccessHsm => "access-hsm",
            EntryType::Signatures => "signatures",
            EntryType::Document => "document",
        }
    }

    /// Reads the word.
    pub fn parse(name: &str) -> Result<EntryType, Error> {
        let found = EntryType::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| Error::EntryType {
            found: text::excerpt(name),
        })
    }
}

impl fmt::Display for EntryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
