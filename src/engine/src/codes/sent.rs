//! What is sent as codes: a bundle with the signatures that lie beside it, a bundle alone, or a signature alone.

use std::ffi::OsStr;
use std::path::Path;

use record::{AnyBundle, cbor, parcel};

use crate::bundle::beside;
use crate::error::Error;
use crate::files;

/// The octets that are shown as codes.
pub fn read(path: &Path, of: Option<&Path>, alone: bool) -> Result<Vec<u8>, Error> {
    match of {
        Some(bundle) => signature(path, bundle),
        None => bundle(path, alone),
    }
}

fn bundle(path: &Path, alone: bool) -> Result<Vec<u8>, Error> {
    let octets = files::read(path, cbor::BUNDLE_LIMIT)?;
    if parcel::is_signature(&octets) {
        return Err(Error::Usage {
            what: format!("{} is a signature, and nothing says of which bundle", path.display()),
            hint: "name the bundle, and its signatures go along; or say --of BUNDLE, and the signature goes alone"
                .into(),
        });
    }
    let read = AnyBundle::decode(&octets).map_err(wrong(path))?;
    let found = match alone {
        true => Vec::new(),
        false => beside::found(path, matches!(read, AnyBundle::Record(_)))?,
    };
    let found = found.into_iter().map(|file| (file.member, file.armoured)).collect();
    parcel::pack(name(path), octets, found).map_err(wrong(path))
}

fn signature(path: &Path, bundle: &Path) -> Result<Vec<u8>, Error> {
    let armoured = files::read(path, record::sshsig::MAX_ARMOR)?;
    let octets = files::read(bundle, cbor::BUNDLE_LIMIT)?;
    let member = parcel::signer(name(bundle), name(path)).map(str::to_owned);
    parcel::pack_alone(name(bundle), &octets, member, armoured).map_err(wrong(path))
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

fn wrong(path: &Path) -> impl Fn(record::Error) -> Error {
    let path = path.display().to_string();
    move |cause| Error::input(path.clone(), cause)
}
