//! Signature files: those that are named, or those that lie beside a bundle under the names that they may have.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use issue::signed::Signature;
use record::parcel::{self, MOST};

use crate::fault::Fault;

/// Those that are named.
pub fn named(paths: &[PathBuf]) -> Result<Vec<Signature>, Fault> {
    paths.iter().map(|path| read(path, None)).collect()
}

/// Those that lie there: `x.cbor.sig`, `x.cbor.<member>.sig`, and of a record `countersignatures/<member>.sig`.
pub fn found(bundle: &Path, is_record: bool) -> Result<Vec<Signature>, Fault> {
    let folder = bundle.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let file = bundle.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let mut found = list(folder, |name| Some(parcel::whose(file, name)?.map(str::to_owned)))?;
    let countersignatures = folder.join(parcel::COUNTERSIGNATURES);
    if is_record && countersignatures.is_dir() {
        let further = list(&countersignatures, |name| {
            Some(Some(parcel::countersigner(name)?.to_owned()))
        })?;
        let new = further
            .into_iter()
            .filter(|one| !found.iter().any(|there| there.is_same(one)));
        found = new.collect::<Vec<_>>().into_iter().chain(found).collect();
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The files of a folder whose names say that they are signatures, and whose.
fn list(folder: &Path, whose: impl Fn(&str) -> Option<Option<String>>) -> Result<Vec<Signature>, Fault> {
    let unlisted = |error| Fault::unlisted(&folder.display().to_string(), &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let name = entry.map_err(unlisted)?.file_name();
        let Some(member) = name.to_str().and_then(&whose) else {
            continue;
        };
        if found.len() == MOST {
            let what = format!("there are more than {MOST} signatures in {}", folder.display());
            return Err(Fault::wanted(&what, "name those that count with --signature FILE"));
        }
        found.push(read(&folder.join(&name), member)?);
    }
    Ok(found)
}

fn read(path: &Path, member: Option<String>) -> Result<Signature, Fault> {
    Ok(Signature {
        armoured: crate::read(path)?,
        name: path.display().to_string(),
        member,
    })
}
