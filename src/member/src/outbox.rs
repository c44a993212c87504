//! Where answers go: a bundle with its signature beside it, both new.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files::{self, PUBLIC};

/// One answer's place, free when it was claimed.
pub struct Outbox {
    folder: PathBuf,
    file: PathBuf,
    signature: PathBuf,
}

impl Outbox {
    /// The place of a bundle `name` and of `name.sig`; the folder is made if it is missing.
    ///
    /// # Errors
    /// One of the two is there already, or the folder cannot be made.
    pub fn claim(folder: &Path, name: &str) -> Result<Self, Error> {
        let file = folder.join(name);
        Self::checked(Self {
            folder: folder.into(),
            signature: folder.join(format!("{name}.sig")),
            file,
        })
    }

    /// The place of a signature alone: its file lies elsewhere.
    ///
    /// # Errors
    /// As [`Outbox::claim`].
    pub fn claim_signature(folder: &Path, name: &str) -> Result<Self, Error> {
        let signature = folder.join(name);
        Self::checked(Self {
            folder: folder.into(),
            file: signature.clone(),
            signature,
        })
    }

    /// Makes the folder, and sees to it that a file can be written there.
    ///
    /// # Errors
    /// It cannot.
    pub fn prepare(&self) -> Result<(), Error> {
        self.make_folder()?;
        files::create(&self.signature, b"", PUBLIC)?;
        std::fs::remove_file(&self.signature).map_err(|cause| Error::Write {
            path: self.signature.clone(),
            cause,
        })
    }

    /// Writes the signature, then the bundle: a bundle that is there has its signature.
    ///
    /// # Errors
    /// A file of that name appeared, or writing fails.
    pub fn deliver(self, bundle: &[u8], signature: &str) -> Result<Vec<String>, Error> {
        self.make_folder()?;
        files::create(&self.signature, signature.as_bytes(), PUBLIC)?;
        files::sync(&self.folder)?;
        files::create(&self.file, bundle, PUBLIC).inspect_err(|_| {
            let _ = std::fs::remove_file(&self.signature);
        })?;
        files::sync(&self.folder)?;
        Ok(vec![
            String::new(),
            format!("Wrote {}", self.file.display()),
            format!("and   {}", self.signature.display()),
        ])
    }

    /// Writes the signature alone.
    ///
    /// # Errors
    /// As [`Outbox::deliver`].
    pub fn deliver_signature(self, signature: &str) -> Result<Vec<String>, Error> {
        self.make_folder()?;
        files::create(&self.signature, signature.as_bytes(), PUBLIC)?;
        files::sync(&self.folder)?;
        Ok(vec![String::new(), format!("Wrote {}", self.signature.display())])
    }

    fn checked(self) -> Result<Self, Error> {
        files::demand_absent(&self.file)?;
        files::demand_absent(&self.signature)?;
        match self.folder.metadata() {
            Ok(found) if !found.is_dir() => Err(Error::NotAFolder { path: self.folder }),
            _ => Ok(self),
        }
    }

    fn make_folder(&self) -> Result<(), Error> {
        std::fs::create_dir_all(&self.folder).map_err(|cause| Error::Write {
            path: self.folder.clone(),
            cause,
        })
    }
}
