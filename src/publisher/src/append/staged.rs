//! A publication as it is staged: all of it in one bundle, so that going on needs nothing else.
//!
//! It is written before anything is signed. The lock names it together with the checkpoint, by its digest too: a store
//! that holds another one under its name is found.

use record::Digest;
use record::cbor::{self, Bytes};
use serde::{Deserialize, Serialize};
use tlog::{Checkpoint, Hash, Policy, SignedCheckpoint, VerifierKey};
use verifier::layout::{self, Log};

use super::begin::Beginning;
use super::grow::Grown;
use crate::error::Error;
use crate::publication::{Crl, Publication};
use crate::store::File;

/// A publication, settled to the last byte but for signatures. Deterministic CBOR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Staged {
    /// The event's name.
    pub event: String,
    /// SHA-256 of the results bundle: which event it is, whatever its name.
    pub results: Digest,
    /// The signed checkpoint that it continues; none if the log is empty.
    pub before: Option<String>,
    /// The three lines of the checkpoint that it leads to.
    pub after: String,
    /// The log policy, whose witnesses are asked and by which staples are verified.
    pub policy: String,
    /// Files that never change, but for the log's and the certificates.
    pub files: Vec<Path>,
    /// The log's new files.
    pub tiles: Vec<Path>,
    /// The certificates, which wait for their proofs.
    pub certificates: Vec<Certificate>,
    /// The CRLs, each a candidate for the newest of its issuer.
    pub crls: Vec<List>,
    /// The scanner page, where one was given.
    pub scanner: Option<String>,
}

/// A file, with its path in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Path {
    /// Where it lies.
    pub path: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// A certificate, with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Certificate {
    /// The stem of its files: `root-1`.
    pub stem: String,
    /// DER.
    pub der: Bytes,
    /// The same as PEM.
    pub pem: String,
    /// The log's entry.
    pub entry: Bytes,
    /// Its number.
    pub index: u64,
    /// The hashes that lead from it to the root: 32 octets each.
    pub hashes: Vec<Bytes>,
}

/// A CRL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct List {
    /// The stem of its issuer: `root-1`.
    pub issuer: String,
    /// Its number.
    pub number: u64,
    /// DER.
    pub der: Bytes,
}

impl Staged {
    /// Of a publication, and what the log becomes by it.
    ///
    /// # Errors
    /// A certificate without an entry in the log.
    pub fn of(
        publication: &Publication,
        beginning: &Beginning,
        grown: Grown,
        policy: &Policy,
        scanner: Option<&str>,
    ) -> Result<Self, Error> {
        Ok(Self {
            event: publication.event.clone(),
            results: publication.results,
            before: beginning.before.clone(),
            after: grown.checkpoint.to_string(),
            policy: policy.to_string(),
            files: publication.files.iter().cloned().map(Path::from).collect(),
            certificates: certificates(publication, &grown)?,
            tiles: grown.files.into_iter().map(Path::from).collect(),
            crls: publication.crls.iter().map(List::from).collect(),
            scanner: scanner.map(str::to_owned),
        })
    }

    /// Its bytes.
    ///
    /// # Errors
    /// More than can be staged at once.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let bytes = cbor::encode(self).map_err(|error| Error::Page {
            path: self.event.clone(),
            what: error.to_string(),
        })?;
        match bytes.len() > LIMIT {
            true => Err(Error::TooMuch {
                octets: bytes.len(),
                limit: LIMIT,
            }),
            false => Ok(bytes),
        }
    }

    /// Reads what is staged under a name, which says what bytes it must be.
    ///
    /// # Errors
    /// It is not there, or something else is.
    pub fn decode(name: &str, bytes: Option<&[u8]>) -> Result<Self, Error> {
        let lost = |what: &str| Error::StagingLost {
            path: name.into(),
            what: what.into(),
        };
        let bytes = bytes.ok_or_else(|| lost("is not there"))?;
        if !name.ends_with(&Digest::of(bytes).hex()) {
            return Err(lost("is another there"));
        }
        cbor::decode_within(bytes, LIMIT).map_err(|error| lost(&format!("cannot be read: {error}")))
    }

    /// The name under which its bytes are staged: the log, the new root, and the digest of the bytes.
    pub fn name(log: Log, after: &Checkpoint, bytes: &[u8]) -> String {
        let (root, digest) = (after.root().to_hex(), Digest::of(bytes).hex());
        format!("{}-{root}-{digest}", dashed(log))
    }

    /// The name under which it claims to be the one that follows its checkpoint: there is one claim for each.
    ///
    /// # Errors
    /// What it continues is no checkpoint of this log.
    pub fn claim(&self, log: Log, key: &VerifierKey) -> Result<String, Error> {
        let root = *self.base(key)?.root();
        Ok(format!("{}-after-{}", dashed(log), root.to_hex()))
    }

    /// The checkpoint that it continues.
    ///
    /// # Errors
    /// It is no checkpoint of this log.
    pub fn base(&self, key: &VerifierKey) -> Result<Checkpoint, Error> {
        match &self.before {
            None => Ok(Checkpoint::empty(key.name())?),
            Some(signed) => Ok(SignedCheckpoint::parse(signed.as_bytes())?.open(key)?.clone()),
        }
    }

    /// The files that never change, but for the log's and the certificates.
    pub fn files(&self) -> Vec<File> {
        self.files.iter().map(File::from).collect()
    }

    /// The log's new files.
    pub fn tiles(&self) -> Vec<File> {
        self.tiles.iter().map(File::from).collect()
    }
}

impl Certificate {
    /// The hashes that lead to the root.
    ///
    /// # Errors
    /// Hashes that are none.
    pub fn hashes(&self) -> Result<Vec<Hash>, Error> {
        hashes(&self.hashes)
    }
}

impl From<File> for Path {
    fn from((path, bytes): File) -> Self {
        Self {
            path,
            bytes: bytes.into(),
        }
    }
}

impl From<&Path> for File {
    fn from(file: &Path) -> Self {
        (file.path.clone(), file.bytes.to_vec())
    }
}

impl From<&Crl> for List {
    fn from(crl: &Crl) -> Self {
        Self {
            issuer: crl.issuer.clone(),
            number: crl.number,
            der: crl.der.clone().into(),
        }
    }
}

fn certificates(publication: &Publication, grown: &Grown) -> Result<Vec<Certificate>, Error> {
    let all = publication.certificates.iter().map(|certificate| {
        let path = layout::certificate(&certificate.stem);
        let place = publication.entries.iter().position(|expected| expected.file == path);
        let place = place.ok_or_else(|| Error::Page {
            path,
            what: "the log has no entry".into(),
        })?;
        let (index, hashes) = &grown.proofs[place];
        Ok(Certificate {
            stem: certificate.stem.clone(),
            der: certificate.der.clone().into(),
            pem: certificate.pem.clone(),
            entry: publication.entries[place].entry.bytes().into(),
            index: *index,
            hashes: octets(hashes),
        })
    });
    all.collect()
}

fn octets(hashes: &[Hash]) -> Vec<Bytes> {
    hashes.iter().map(|hash| Bytes(hash.0.to_vec())).collect()
}

fn hashes(octets: &[Bytes]) -> Result<Vec<Hash>, Error> {
    let hash = |octets: &Bytes| {
        let length = octets.len();
        let octets = octets[..].try_into().map_err(|_| tlog::Error::HashLength { length })?;
        Ok(Hash(octets))
    };
    octets.iter().map(hash).collect()
}

fn dashed(log: Log) -> String {
    log.folder().replace('/', "-")
}

/// Far more than an event makes; batches of signatures are cut to fit.
const LIMIT: usize = 256 * 1024 * 1024;
