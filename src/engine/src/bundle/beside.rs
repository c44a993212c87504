//! Signature files: those that are named, or those that lie beside a bundle under the names that they may have.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use issue::signed::Signature;
use record::parcel::{self, MOST};
use record::sshsig::MAX_ARMOR;

use crate::error::Error;
use crate::files;

/// Those that are named.
pub fn named(paths: &[PathBuf]) -> Result<Vec<Signature>, Error> {
    paths.iter().map(|path| read(path, None)).collect()
}

/// Those that lie there: `x.cbor.sig`, `x.cbor.<member>.sig`, and of a record `countersignatures/<member>.sig`.
pub fn found(bundle: &Path, is_record: bool) -> Result<Vec<Signature>, Error> {
    let folder = bundle.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let file = bundle.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let mut all = list(folder, |name| Some(parcel::whose(file, name)?.map(str::to_owned)))?;
    let countersignatures = folder.join(parcel::COUNTERSIGNATURES);
    if is_record && countersignatures.is_dir() {
        let whose = |name: &str| Some(Some(parcel::countersigner(name)?.to_owned()));
        all.extend(list(&countersignatures, whose)?);
    }
    all.sort();
    let mut found: Vec<Signature> = Vec::new();
    for (path, member) in all {
        let one = read(&path, member)?;
        if !found.iter().any(|there| there.is_same(&one)) {
            found.push(one);
        }
    }
    Ok(found)
}

fn read(path: &Path, member: Option<String>) -> Result<Signature, Error> {
    Ok(Signature {
        armoured: files::read(path, MAX_ARMOR)?,
        name: path.display().to_string(),
        member,
    })
}

type Named = (PathBuf, Option<String>);

/// The files of a folder whose names say that they are signatures, and whose.
fn list(folder: &Path, whose: impl Fn(&str) -> Option<Option<String>>) -> Result<Vec<Named>, Error> {
    let failed = |cause| Error::File {
        act: "read",
        path: folder.display().to_string(),
        cause,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(member) = name.to_str().and_then(&whose) else {
            continue;
        };
        found.push((folder.join(&name), member));
        if found.len() > MOST {
            return Err(Error::Refused {
                what: format!("there are more than {MOST} signatures beside it"),
                hint: "name those that count with --signature FILE".into(),
            });
        }
    }
    Ok(found)
}
