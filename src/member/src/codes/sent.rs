//! What is sent as codes: a bundle with the signatures that lie beside it, a bundle alone, or a signature alone.

use std::ffi::OsStr;
use std::path::Path;

use record::parcel::{self, Crossed, MOST, Signature};
use record::record::Record;
use record::{AnyBundle, Body as _, cbor, sshsig};

use crate::error::Error;
use crate::files;

/// The octets that are shown as codes. `of` is the bundle of a signature that goes alone.
///
/// # Errors
/// No bundle, or a signature beside it that is not of it.
pub fn read(path: &Path, of: Option<&Path>, alone: bool) -> Result<Vec<u8>, Error> {
    match of {
        Some(bundle) => signature(path, bundle),
        None => bundle(path, alone),
    }
}

fn bundle(path: &Path, alone: bool) -> Result<Vec<u8>, Error> {
    let octets = files::read(path, cbor::BUNDLE_LIMIT)?;
    if parcel::is_signature(&octets) {
        return Err(Error::SignatureOfWhat { path: path.into() });
    }
    let read = AnyBundle::decode(&octets).map_err(Error::bundle(path))?;
    let beside = match alone {
        true => Vec::new(),
        false => beside(path, matches!(read, AnyBundle::Record(_)))?,
    };
    parcel::pack(name(path), octets, beside).map_err(Error::bundle(path))
}

/// What lies beside a bundle that is shown in words; none of a parcel, which holds its own.
///
/// # Errors
/// A folder or a file there cannot be read.
pub fn lying_beside(path: &Path, crossed: &Crossed) -> Result<Vec<Signature>, Error> {
    if crossed.name.is_some() {
        return Ok(Vec::new());
    }
    let found = beside(path, crossed.kind.as_deref() == Some(Record::TYPE))?.into_iter();
    Ok(found.map(Signature::from).collect())
}

fn signature(path: &Path, bundle: &Path) -> Result<Vec<u8>, Error> {
    let armoured = files::read(path, sshsig::MAX_ARMOR)?;
    let octets = files::read(bundle, cbor::BUNDLE_LIMIT)?;
    let member = parcel::signer(name(bundle), name(path)).map(str::to_owned);
    parcel::pack_alone(name(bundle), &octets, member, armoured).map_err(Error::bundle(path))
}

type Signatures = Vec<(Option<String>, Vec<u8>)>;

/// `x.cbor.sig`, `x.cbor.<member>.sig`, and of a record `countersignatures/<member>.sig`, each with whose it is by its name.
fn beside(path: &Path, is_record: bool) -> Result<Signatures, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut found = list(folder, |file| parcel::whose(name(path), file))?;
    let countersignatures = folder.join(parcel::COUNTERSIGNATURES);
    if is_record && countersignatures.is_dir() {
        found.extend(list(&countersignatures, |file| parcel::countersigner(file).map(Some))?);
    }
    Ok(found)
}

fn list(folder: &Path, whose: impl Fn(&str) -> Option<Option<&str>>) -> Result<Signatures, Error> {
    let unreadable = |cause| Error::Read {
        path: folder.into(),
        cause,
    };
    let mut found = Signatures::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.file_name();
        let Some(member) = file.to_str().and_then(&whose) else {
            continue;
        };
        if found.len() > MOST {
            // So many are refused, however many more a hostile folder has.
            break;
        }
        let armoured = files::read_found(&folder.join(&file), sshsig::MAX_ARMOR)?;
        found.push((member.map(str::to_owned), armoured));
    }
    Ok(found)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}
