//! OpenSSH's file signatures (PROTOCOL.sshsig), as far as certificates' keys make them: P-384 and Ed25519.

use std::fmt;

use x509::{Algorithm, PublicKey, ecdsa_der_from_raw, ecdsa_raw_from_der};

use crate::artifact::Artifact;
use crate::entry::SignedHash;
use crate::pem::{self, Label};

/// What signatures of artifacts are for; one made in another namespace says nothing here.
pub const NAMESPACE: &str = "artifact@pki.rust-lang.org";

/// A signature as it lies in the armour, read but not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sshsig {
    bytes: Vec<u8>,
    key: Vec<u8>,
    sha512: bool,
    signature: Signature,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Signature {
    /// DER, as X.509 has it.
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Sshsig {
    /// Reads the bytes in the armour; [`Sshsig::bytes`] gives the same back.
    ///
    /// # Errors
    /// Another version, namespace, hash or algorithm, or any other spelling than OpenSSH's.
    pub fn parse(bytes: &[u8]) -> Result<Self, SshsigError> {
        if bytes.len() > MAX_SSHSIG {
            return Err(SshsigError::Malformed);
        }
        let mut fields = Fields(bytes.strip_prefix(MAGIC).ok_or(SshsigError::Malformed)?);
        let key = fields.string()?;
        let namespace = fields.string()?;
        if namespace != NAMESPACE.as_bytes() {
            return Err(SshsigError::Namespace);
        }
        if !fields.string()?.is_empty() {
            return Err(SshsigError::Malformed);
        }
        let sha512 = match fields.string()? {
            b"sha512" => true,
            b"sha256" => false,
            _ => return Err(SshsigError::Hash),
        };
        let signature = Signature::parse(fields.string()?)?;
        let read = Self {
            bytes: bytes.to_vec(),
            key: key.to_vec(),
            sha512,
            signature,
        };
        // Padded integers and what follows the end show when it is written again.
        match read.encode() == bytes {
            true => Ok(read),
            false => Err(SshsigError::Malformed),
        }
    }

    /// Reads the armour that `ssh-keygen -Y sign` writes, which must be the whole text.
    ///
    /// # Errors
    /// As [`Sshsig::parse`], and any other spelling of the armour.
    pub fn parse_armour(text: &[u8]) -> Result<Self, SshsigError> {
        let blocks = pem::parse(text).map_err(|_| SshsigError::Malformed)?;
        match &blocks[..] {
            [(Label::Signature, bytes)] => Self::parse(bytes),
            _ => Err(SshsigError::Malformed),
        }
    }

    /// The signature as OpenSSH's armour holds it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest that is signed, of those that a file has.
    #[must_use]
    pub fn hash_of(&self, artifact: &Artifact) -> SignedHash {
        match self.sha512 {
            true => SignedHash::Sha512(artifact.sha512),
            false => SignedHash::Sha256(artifact.sha256),
        }
    }

    /// Whether it is a signature of this digest by this key.
    ///
    /// # Errors
    /// Another key, another hash, or a signature that does not fit.
    pub fn verify(&self, hash: &SignedHash, key: &PublicKey) -> Result<(), SshsigError> {
        if self.key != ssh_key(key) {
            return Err(SshsigError::OtherKey);
        }
        if matches!(hash, SignedHash::Sha512(_)) != self.sha512 {
            return Err(SshsigError::Hash);
        }
        let (algorithm, signature) = match &self.signature {
            Signature::P384(der) => (Algorithm::P384, der),
            Signature::Ed25519(bytes) => (Algorithm::Ed25519, bytes),
        };
        if key.algorithm() != algorithm {
            return Err(SshsigError::Algorithm);
        }
        let signed = key.verify(&self.signed(hash.bytes()), signature);
        signed.map_err(|_| SshsigError::Bad)
    }

    /// PROTOCOL.sshsig section 3: what is signed.
    fn signed(&self, hash: &[u8]) -> Vec<u8> {
        let mut bytes = b"SSHSIG".to_vec();
        for string in [NAMESPACE.as_bytes(), b"", self.hash_name(), hash] {
            put(&mut bytes, string);
        }
        bytes
    }

    fn hash_name(&self) -> &'static [u8] {
        if self.sha512 { b"sha512" } else { b"sha256" }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let signature = self.signature.encode();
        for string in [&self.key, NAMESPACE.as_bytes(), b"", self.hash_name(), &signature] {
            put(&mut bytes, string);
        }
        bytes
    }
}

impl Signature {
    fn parse(bytes: &[u8]) -> Result<Self, SshsigError> {
        let mut fields = Fields(bytes);
        let (algorithm, body) = (fields.string()?, fields.string()?);
        match algorithm {
            P384 => {
                let mut scalars = Fields(body);
                let raw = [scalars.scalar()?, scalars.scalar()?].concat();
                let der = ecdsa_der_from_raw(&raw).map_err(|_| SshsigError::Malformed)?;
                Ok(Self::P384(der))
            }
            ED25519 => Ok(Self::Ed25519(body.to_vec())),
            _ => Err(SshsigError::Algorithm),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let (algorithm, body) = match self {
            Self::Ed25519(bytes) => (ED25519, bytes.clone()),
            Self::P384(der) => {
                let raw = ecdsa_raw_from_der(der).expect("made from r and s");
                let mut body = Vec::new();
                raw.chunks(48).for_each(|scalar| put(&mut body, &mpint(scalar)));
                (P384, body)
            }
        };
        let mut bytes = Vec::new();
        put(&mut bytes, algorithm);
        put(&mut bytes, &body);
        bytes
    }
}

/// RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4: a certificate's key as OpenSSH writes it.
fn ssh_key(key: &PublicKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    match key.algorithm() {
        Algorithm::P384 => [P384, b"nistp384"].iter().for_each(|field| put(&mut bytes, field)),
        Algorithm::Ed25519 => put(&mut bytes, ED25519),
    }
    put(&mut bytes, key.point());
    bytes
}

/// RFC 4251 section 5: a positive integer without leading zeros, but for one that keeps it positive.
fn mpint(scalar: &[u8]) -> Vec<u8> {
    let start = scalar.iter().position(|byte| *byte != 0).unwrap_or(scalar.len());
    let digits = &scalar[start..];
    match digits.first() {
        Some(first) if *first >= 0x80 => [&[0], digits].concat(),
        _ => digits.to_vec(),
    }
}

/// RFC 4251 section 5: a length of four octets; ours are far below 2^32.
fn put(bytes: &mut Vec<u8>, string: &[u8]) {
    bytes.extend((string.len() as u32).to_be_bytes());
    bytes.extend(string);
}

/// Strings that are still to be read.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn string(&mut self) -> Result<&'b [u8], SshsigError> {
        let (length, rest) = self.0.split_first_chunk().ok_or(SshsigError::Malformed)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (string, rest) = rest.split_at_checked(length).ok_or(SshsigError::Malformed)?;
        self.0 = rest;
        Ok(string)
    }

    /// An integer of at most 48 bytes, with as many.
    fn scalar(&mut self) -> Result<[u8; 48], SshsigError> {
        let digits = self.string()?;
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        let mut scalar = [0; 48];
        let start = scalar.len().checked_sub(digits.len()).ok_or(SshsigError::Malformed)?;
        scalar[start..].copy_from_slice(digits);
        Ok(scalar)
    }
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SshsigError {
    /// Not a signature of OpenSSH, version 1, in its one spelling.
    Malformed,
    /// Made for something else than artifacts.
    Namespace,
    /// Over another hash than SHA-512 or SHA-256, or another one than was given.
    Hash,
    /// By another algorithm than ECDSA on P-384 or Ed25519, or another one than its key's.
    Algorithm,
    /// By another key than the signer's.
    OtherKey,
    /// It fits neither.
    Bad,
}

impl fmt::Display for SshsigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "it is not an SSH signature in OpenSSH's own spelling",
            Self::Namespace => "the signature was made for something else than 'artifact@pki.rust-lang.org'",
            Self::Hash => "the signature is over another hash than SHA-512 or SHA-256, or not over the one given",
            Self::Algorithm => "the signature is not by P-384 or Ed25519, as its key is",
            Self::OtherKey => "the signature is by another key than that of the signer's certificate",
            Self::Bad => "the signature does not fit the file and the signer's key",
        })
    }
}

impl std::error::Error for SshsigError {}

/// PROTOCOL.sshsig: the magic, then version 1.
const MAGIC: &[u8] = b"SSHSIG\x00\x00\x00\x01";
const P384: &[u8] = b"ecdsa-sha2-nistp384";
const ED25519: &[u8] = b"ssh-ed25519";
/// One by P-384 has about 330 bytes.
pub(crate) const MAX_SSHSIG: usize = 1024;
