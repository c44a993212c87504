//! The journal: what happened, in order, each entry bound to the last. Read back as hostile input.
//!
//! The file is a sequence (RFC 8742) of byte strings, each holding one entry in deterministic CBOR.

#[cfg(test)]
mod tests;
mod what;

use serde::{Deserialize, Serialize};

use crate::{Bytes, Digest, Error, Time, cbor};

pub use what::What;

/// No entry is larger: an approval bundle of a full window is about 4 KB.
pub const ENTRY_LIMIT: usize = 1024 * 1024;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// From 0, without gaps.
    pub number: u64,
    /// SHA-256 of the entry before it; of the empty string for the first.
    pub previous: Digest,
    /// By the console's clock.
    pub at: Time,
    /// What happened, or is about to.
    pub what: What,
}

/// A journal that was read: its entries, and how many octets they take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// The entries, each bound to the last.
    pub entries: Vec<Entry>,
    /// The octets of whole entries.
    pub whole: usize,
    /// The octets after them.
    pub torn: usize,
}

impl Journal {
    /// Reads a journal. An incomplete entry at the very end is what a power cut leaves, and is reported, not refused.
    ///
    /// # Errors
    /// Anything else that is not the one encoding, or an entry that does not follow from the one before it.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut journal = Self {
            entries: Vec::new(),
            whole: 0,
            torn: 0,
        };
        let mut previous = Digest::of(b"");
        while let Some((entry, length)) = next(&bytes[journal.whole..], journal.entries.len() as u64)? {
            let parsed: Entry = cbor::decode(entry).map_err(|e| damaged(&journal, e.to_string()))?;
            if parsed.number != journal.entries.len() as u64 || parsed.previous != previous {
                return Err(damaged(&journal, "it does not follow from the entry before it".into()));
            }
            previous = Digest::of(entry);
            journal.entries.push(parsed);
            journal.whole += length;
        }
        journal.torn = bytes.len() - journal.whole;
        match hides_an_entry(&bytes[journal.whole..], journal.entries.len() as u64) {
            // A power cut leaves a part of one entry. A part that holds a later entry was made otherwise.
            true => Err(damaged(&journal, "it is incomplete, and entries follow it".into())),
            false => Ok(journal),
        }
    }

    /// The digest that the next entry names as its predecessor's.
    ///
    /// # Errors
    /// See [`cbor::encode`].
    pub fn head(&self) -> Result<Digest, Error> {
        match self.entries.last() {
            Some(entry) => Ok(Digest::of(&cbor::encode(entry)?)),
            None => Ok(Digest::of(b"")),
        }
    }
}

/// An entry as it stands in the file.
///
/// # Errors
/// See [`cbor::encode`].
pub fn frame(entry: &Entry) -> Result<Vec<u8>, Error> {
    cbor::encode(&Bytes(cbor::encode(entry)?))
}

/// Whether a whole entry with this number or a later one begins somewhere in a torn tail. A torn entry that held such octets itself,
/// in an HSM's answer say, is taken for it as well: it is refused, and people look at it.
fn hides_an_entry(tail: &[u8], number: u64) -> bool {
    (1..tail.len()).any(|at| {
        let framed = next(&tail[at..], number).ok().flatten();
        let entry = framed.and_then(|(entry, _)| cbor::decode::<Entry>(entry).ok());
        entry.is_some_and(|entry| entry.number >= number)
    })
}

/// The next entry's bytes and the octets it takes, or none if the rest is empty or incomplete.
fn next(rest: &[u8], number: u64) -> Result<Option<(&[u8], usize)>, Error> {
    let Some(first) = rest.first() else { return Ok(None) };
    // RFC 8949 §3: major type 2, its length in the initial byte or in the 1, 2 or 4 octets after it.
    let extra = match first {
        0x40..=0x57 => 0,
        0x58 => 1,
        0x59 => 2,
        0x5a => 4,
        _ => {
            return Err(Error::Journal {
                entry: number,
                what: format!("octet {first:02x} begins no entry"),
            });
        }
    };
    let Some(length) = rest.get(1..=extra) else {
        return Ok(None);
    };
    let length = match extra {
        0 => usize::from(first - 0x40),
        _ => length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    if length > ENTRY_LIMIT {
        return Err(Error::Journal {
            entry: number,
            what: format!("{length} octets are too many for an entry"),
        });
    }
    let Some(entry) = rest.get(1 + extra..1 + extra + length) else {
        return Ok(None);
    };
    let shortest = match extra {
        0 => true,
        1 => length >= 24,
        2 => length > 0xff,
        _ => length > 0xffff,
    };
    match shortest {
        true => Ok(Some((entry, 1 + extra + length))),
        false => Err(Error::Journal {
            entry: number,
            what: "its length is not in the shortest form".into(),
        }),
    }
}

fn damaged(journal: &Journal, what: String) -> Error {
    Error::Journal {
        entry: journal.entries.len() as u64,
        what,
    }
}
