//! The log's entry of one signature, in the one spelling that it has.

use std::fmt;

use tlog::{Entry, EntryType};
use x509::Time;

use crate::sshsig::MAX_SSHSIG;

/// What `sig/<n>` says of one signature: the payload of an entry of type `signatures`.
///
/// Deterministic CBOR, the array `[1, signer, hash, made, signature]`; see `docs/formats/log.cddl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureEntry {
    /// SHA-256 over the signer's certificate.
    pub signer: [u8; 32],
    /// What was signed: the digest of the file.
    pub hash: SignedHash,
    /// When, as the signer says: seconds since 1970.
    pub made: u64,
    /// The signature as OpenSSH's armour holds it.
    pub signature: Vec<u8>,
}

/// A digest by one of the two hashes of OpenSSH's signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedHash {
    /// SHA-256.
    Sha256([u8; 32]),
    /// SHA-512.
    Sha512([u8; 64]),
}

impl SignedHash {
    /// Its octets.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
        }
    }

    /// The hash whose digests have so many octets.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let sha256 = bytes.try_into().ok().map(Self::Sha256);
        sha256.or_else(|| bytes.try_into().ok().map(Self::Sha512))
    }
}

impl SignatureEntry {
    /// The payload.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![ARRAY | 5];
        head(&mut bytes, UNSIGNED, VERSION);
        string(&mut bytes, &self.signer);
        string(&mut bytes, self.hash.bytes());
        head(&mut bytes, UNSIGNED, self.made);
        string(&mut bytes, &self.signature);
        bytes
    }

    /// Reads a payload; [`SignatureEntry::encode`] gives the same back.
    ///
    /// # Errors
    /// Anything else than the array in its one spelling.
    pub fn parse(payload: &[u8]) -> Result<Self, EntryError> {
        let read = Reader(payload.strip_prefix(&[ARRAY | 5]).ok_or(EntryError)?).entry()?;
        (read.encode() == payload).then_some(read).ok_or(EntryError)
    }

    /// The log's entry.
    ///
    /// # Panics
    /// A signature of more than 64 KiB; [`crate::Sshsig`] has none.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry::new(EntryType::Signatures, &self.encode()).expect("a signature's entry is small")
    }

    /// What the extra line of its proof holds: the one thing that nobody can rebuild.
    #[must_use]
    pub fn extra(&self) -> [u8; 8] {
        self.made.to_be_bytes()
    }

    /// When it was made.
    #[must_use]
    pub fn time(&self) -> Time {
        Time(i64::try_from(self.made).unwrap_or(i64::MAX))
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn entry(&mut self) -> Result<SignatureEntry, EntryError> {
        if self.head(UNSIGNED)? != VERSION {
            return Err(EntryError);
        }
        let entry = SignatureEntry {
            signer: self.string()?.try_into().map_err(|_| EntryError)?,
            hash: SignedHash::of(self.string()?).ok_or(EntryError)?,
            made: self.head(UNSIGNED)?,
            signature: self.string()?.to_vec(),
        };
        let sized = (1..=MAX_SSHSIG).contains(&entry.signature.len());
        (sized && self.0.is_empty()).then_some(entry).ok_or(EntryError)
    }

    /// RFC 8949 section 3: major type and argument. Longer spellings than needed show when it is written again.
    fn head(&mut self, major: u8) -> Result<u64, EntryError> {
        let first = self.take(1)?[0];
        if first & 0xe0 != major {
            return Err(EntryError);
        }
        let octets = match first & 0x1f {
            small @ 0..24 => return Ok(u64::from(small)),
            long @ 24..28 => 1 << (long - 24),
            _ => return Err(EntryError),
        };
        let argument = self.take(octets)?;
        Ok(argument.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)))
    }

    fn string(&mut self) -> Result<&'b [u8], EntryError> {
        let length = self.head(STRING)?;
        self.take(usize::try_from(length).map_err(|_| EntryError)?)
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], EntryError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(EntryError)?;
        self.0 = rest;
        Ok(taken)
    }
}

fn string(bytes: &mut Vec<u8>, string: &[u8]) {
    head(bytes, STRING, string.len() as u64);
    bytes.extend(string);
}

/// RFC 8949 section 4.2.1: the shortest form.
fn head(bytes: &mut Vec<u8>, major: u8, argument: u64) {
    let all = argument.to_be_bytes();
    match argument {
        small @ 0..24 => bytes.push(major | small as u8),
        24..0x100 => bytes.extend([&[major | 24], &all[7..]].concat()),
        0x100..0x1_0000 => bytes.extend([&[major | 25], &all[6..]].concat()),
        0x1_0000..0x1_0000_0000 => bytes.extend([&[major | 26], &all[4..]].concat()),
        _ => bytes.extend([&[major | 27], &all[..]].concat()),
    }
}

/// Not the payload of a signature's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryError;

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not the entry of a signature in its one spelling")
    }
}

impl std::error::Error for EntryError {}

const VERSION: u64 = 1;
const UNSIGNED: u8 = 0;
const STRING: u8 = 0x40;
const ARRAY: u8 = 0x80;
