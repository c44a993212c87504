//! Hashes of the tree: RFC 6962's leaf and node, and the text they have in checkpoints and proofs.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{error::Error, text};

/// A SHA-256 hash: of a leaf, of a node, or of a whole tree. It prints as base64, as checkpoints and proofs do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of an entry: SHA-256 of 0x00 and the entry's bytes (RFC 6962 §2.1).
    pub fn leaf(entry: &[u8]) -> Hash {
        let mut sha256 = Sha256::new_with_prefix([0x00]);
        sha256.update(entry);
        Hash(sha256.finalize().into())
    }

    /// The hash of two subtrees: SHA-256 of 0x01 and both hashes (RFC 6962 §2.1).
    pub fn node(left: &Hash, right: &Hash) -> Hash {
        let mut sha256 = Sha256::new_with_prefix([0x01]);
        sha256.update(left.0);
        sha256.update(right.0);
        Hash(sha256.finalize().into())
    }

    /// The root of the empty tree: SHA-256 of nothing.
    pub fn empty() -> Hash {
        Hash::sha256(b"")
    }

    /// Plain SHA-256, without a prefix: what addresses an object.
    pub fn sha256(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// Reads 44 characters of canonical base64.
    pub fn parse(base64: &str) -> Result<Hash, Error> {
        let bytes = text::base64(base64)?;
        let length = bytes.len();
        Ok(Hash(bytes.try_into().map_err(|_| Error::HashLength { length })?))
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn from_hex(hex: &str) -> Result<Hash, Error> {
        let bytes = text::hex(hex)?;
        let length = bytes.len();
        Ok(Hash(bytes.try_into().map_err(|_| Error::HashLength { length })?))
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        text::to_hex(&self.0)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::to_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}
