//! Where what codes brought is written: a bundle's new file, and its signatures beside it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use record::parcel::{Crossed, whose};

use crate::error::Error;
use crate::files::{self, PUBLIC};

/// A place that was free when it was claimed.
pub struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    /// Sees to it that a file of this name, and a signature beside it, can be written. Nothing stays there.
    ///
    /// # Errors
    /// One of them is there, the folder is not, or it cannot be written to.
    pub fn claim(file: &Path) -> Result<Self, Error> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let Some(name) = file.file_name().and_then(OsStr::to_str) else {
            return Err(Error::NoFileName { path: file.into() });
        };
        if !folder.is_dir() {
            return Err(Error::NoFolder { path: folder });
        }
        files::demand_absent(file)?;
        // Which signatures come along is known when all is read.
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let beside = entry.file_name();
            if beside.to_str().is_some_and(|beside| whose(name, beside).is_some()) {
                return Err(Error::Exists { path: entry.path() });
            }
        }
        files::try_writing(file, 0)?;
        let name = name.to_owned();
        Ok(Self { folder, name })
    }

    /// Writes the signatures, then the bundle: one that is there has its signatures. All of it, or nothing. Comes back
    /// with each file, and with what to say of it.
    ///
    /// # Errors
    /// One of them is there, or writing fails.
    pub fn write(&self, crossed: &Crossed) -> Result<Vec<(PathBuf, &'static str)>, Error> {
        crossed
            .demand_out(&self.name)
            .map_err(Error::bundle("what the codes hold"))?;
        let mut written: Vec<(PathBuf, &'static str)> = Vec::new();
        for (name, octets) in crossed.files(&self.name) {
            let path = self.folder.join(&name);
            let is_bundle = crossed.bundle.is_some() && name == self.name;
            let what = ["a signature, written to", "the bundle, written to"][usize::from(is_bundle)];
            files::create(&path, octets, PUBLIC).inspect_err(|_| undo(&written))?;
            written.push((path, what));
            files::sync(&self.folder).inspect_err(|_| undo(&written))?;
        }
        Ok(written)
    }
}

fn undo(written: &[(PathBuf, &'static str)]) {
    for (path, _) in written {
        let _ = std::fs::remove_file(path);
    }
}
