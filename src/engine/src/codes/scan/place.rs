//! Where what codes brought is written: a bundle's new file, and its signatures beside it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use record::parcel::{Crossed, whose};

use crate::error::Error;
use crate::files;

/// A place that was free when it was claimed.
pub struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    /// Sees to it that a file of this name, and a signature beside it, can be written. Nothing stays there.
    pub fn claim(file: &Path) -> Result<Self, Error> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let wrong = |what| Error::Usage {
            what,
            hint: "name a new file in a folder that is there: --out FOLDER/NAME.cbor".into(),
        };
        let Some(name) = file.file_name().and_then(OsStr::to_str) else {
            return Err(wrong(format!("{} is no name for a file", file.display())));
        };
        if !folder.is_dir() {
            return Err(wrong(format!("{} is no folder", folder.display())));
        }
        let place = Self {
            name: name.to_owned(),
            folder,
        };
        place.demand_free(&[name.to_owned()])?;
        // Which signatures come along is known when all is read.
        for entry in std::fs::read_dir(&place.folder).into_iter().flatten().flatten() {
            let beside = entry.file_name().into_string().unwrap_or_default();
            if whose(name, &beside).is_some() {
                place.demand_free(&[beside])?;
            }
        }
        files::try_writing(file)?;
        Ok(place)
    }

    /// Writes the signatures, then the bundle: one that is there has its signatures. All of it, or nothing. Comes back
    /// with each file and what it is.
    pub fn write(&self, crossed: &Crossed) -> Result<Vec<(PathBuf, &'static str)>, Error> {
        let misnamed = |cause| Error::input("what the codes hold", cause);
        crossed.demand_out(&self.name).map_err(misnamed)?;
        let files = crossed.files(&self.name);
        self.demand_free(&files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())?;
        let mut written: Vec<(PathBuf, &'static str)> = Vec::new();
        for (name, octets) in files {
            let path = self.folder.join(&name);
            files::write_new_among_others(&path, octets, |_| Ok(())).inspect_err(|_| {
                for (path, _) in &written {
                    let _ = std::fs::remove_file(path);
                }
            })?;
            let is_bundle = crossed.bundle.is_some() && name == self.name;
            written.push((path, if is_bundle { "the bundle" } else { "a signature" }));
        }
        Ok(written)
    }

    fn demand_free(&self, names: &[String]) -> Result<(), Error> {
        let taken = names.iter().map(|name| self.folder.join(name));
        match taken.into_iter().find(|path| path.symlink_metadata().is_ok()) {
            None => Ok(()),
            Some(path) => Err(Error::File {
                act: "write",
                path: path.display().to_string(),
                cause: std::io::ErrorKind::AlreadyExists.into(),
            }),
        }
    }
}
