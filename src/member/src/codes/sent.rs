//! What is sent as codes: a bundle with the signatures that lie beside it, a bundle alone, or a signature alone.

use std::ffi::OsStr;
use std::path::Path;

use record::parcel::{self, MOST};
use record::{cbor, sshsig};

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
    let beside = if alone { Vec::new() } else { beside(path)? };
    parcel::pack(name(path), octets, beside).map_err(Error::bundle(path))
}

fn signature(path: &Path, bundle: &Path) -> Result<Vec<u8>, Error> {
    let armoured = files::read(path, sshsig::MAX_ARMOR)?;
    let octets = files::read(bundle, cbor::BUNDLE_LIMIT)?;
    let member = parcel::signer(name(bundle), name(path)).map(str::to_owned);
    parcel::pack_alone(name(bundle), &octets, member, armoured).map_err(Error::bundle(path))
}

type Signatures = Vec<(Option<String>, Vec<u8>)>;

/// `x.cbor.sig` and `x.cbor.<member>.sig`, each with whose it is by its name.
fn beside(path: &Path) -> Result<Signatures, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let unreadable = |cause| Error::Read {
        path: folder.into(),
        cause,
    };
    let mut found = Signatures::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.file_name();
        let Some(member) = file.to_str().and_then(|file| parcel::whose(name(path), file)) else {
            continue;
        };
        if found.len() > MOST {
            // So many are refused, however many more a hostile folder has.
            break;
        }
        let armoured = files::read(&folder.join(&file), sshsig::MAX_ARMOR)?;
        found.push((member.map(str::to_owned), armoured));
    }
    Ok(found)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}
