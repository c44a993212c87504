//! What leaves the bastion: the results bundle, the console's signature beside it, the members' countersignatures.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use record::results::Results;
use record::{Bundle, Digest, cbor, parcel};
use verifier::EventFiles;

use crate::error::Error;
use crate::files;

/// The files of one event, read and not checked.
pub struct Outbound {
    /// SHA-256 of the results bundle.
    pub digest: Digest,
    /// What the event made.
    pub results: Results,
    /// The console's signature over the results bundle; an event without a key of the console has none.
    pub signature: Option<String>,
    /// The members' signatures over the record.
    pub countersignatures: BTreeMap<String, String>,
}

impl Outbound {
    /// Reads them.
    ///
    /// # Errors
    /// A file that is missing, too large, or not what its name says; a bundle with the other mark.
    pub fn read(results: &Path, countersignatures: &Path, rehearsal: bool) -> Result<Self, Error> {
        let bytes = files::read(results, cbor::BUNDLE_LIMIT)?;
        let read = Bundle::<Results>::decode_marked(&bytes, rehearsal);
        Ok(Self {
            digest: Digest::of(&bytes),
            results: read.map_err(|cause| Error::Bundle {
                path: results.into(),
                cause: Box::new(cause),
            })?,
            signature: read_signature(&beside(results))?,
            countersignatures: read_countersignatures(countersignatures)?,
        })
    }

    /// The files as the verifier takes them.
    pub fn files(&self) -> EventFiles<'_> {
        EventFiles {
            plan: &self.results.plan,
            record: &self.results.record,
            journal: &self.results.journal,
            certificates: self.results.certificates.clone(),
            crls: self.results.crls.clone(),
            countersignatures: self.countersignatures.clone(),
            results_signature: self.signature.as_deref(),
        }
    }
}

/// The signature, if there is one: whether there must be is the verifier's to say.
fn read_signature(path: &Path) -> Result<Option<String>, Error> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => files::read_text(path, SIGNATURE_LIMIT).map(Some),
    }
}

/// `results.cbor.sig`.
fn beside(results: &Path) -> PathBuf {
    results.with_added_extension("sig")
}

/// All of `<member>.sig`, or `record.cbor.<member>.sig` as codes bring them, in a folder that holds nothing else but the
/// record, which may have come with them, and what a stop left unfinished. The same signature twice is one.
fn read_countersignatures(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let unreadable = |cause| Error::Read {
        path: folder.into(),
        cause,
    };
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        // What a stop left of a signature that was being written is none.
        if name.is_some_and(|name| name == RECORD || name.ends_with(".part")) {
            continue;
        }
        let member = name.and_then(|name| parcel::signer(RECORD, name));
        let member = member.ok_or_else(|| Error::CountersignatureName { path: path.clone() })?;
        let signature = files::read_text(&path, SIGNATURE_LIMIT)?;
        match all.insert(member.to_owned(), signature.clone()) {
            Some(other) if other != signature => return Err(Error::TwoCountersignatures { path }),
            _ => {}
        }
    }
    Ok(all)
}

/// What the record's file is called.
const RECORD: &str = "record.cbor";
/// As much as is read of an armoured SSHSIG.
const SIGNATURE_LIMIT: usize = 8 * 1024;
