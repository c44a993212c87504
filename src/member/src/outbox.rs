//! Where answers go: a bundle with its signature beside it, both new.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files::{self, PUBLIC};

/// One answer's place: free, and fit to be written to, when it was claimed.
pub struct Outbox {
    folder: PathBuf,
    file: PathBuf,
    signature: PathBuf,
    page: Option<PathBuf>,
}

impl Outbox {
    /// The place of a bundle `name` and of `name.sig`. What a home remembers leaves it in a file, so a folder that is full or
    /// not to be written to is refused now, before anybody is asked for anything.
    ///
    /// # Errors
    /// One of the two is there already, or a file of some size cannot be written there.
    pub fn claim(folder: &Path, name: &str) -> Result<Self, Error> {
        Self::checked(Self {
            folder: folder.into(),
            file: folder.join(name),
            signature: folder.join(format!("{name}.sig")),
            page: None,
        })
    }

    /// The same with the place of a page of text, `page`.
    ///
    /// # Errors
    /// As [`Outbox::claim`].
    pub fn claim_with_page(folder: &Path, name: &str, page: &str) -> Result<Self, Error> {
        let page = folder.join(page);
        files::demand_absent(&page)?;
        Ok(Self {
            page: Some(page),
            ..Self::claim(folder, name)?
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
            page: None,
        })
    }

    /// Writes the signature, then the bundle: a bundle that is there has its signature.
    ///
    /// # Errors
    /// A file of that name appeared, or writing fails; then none of them stays.
    pub fn deliver(self, bundle: &[u8], signature: &str) -> Result<Vec<String>, Error> {
        self.write(&[(&self.signature, signature.as_bytes()), (&self.file, bundle)])?;
        Ok(wrote(&[&self.file, &self.signature]))
    }

    /// The same, with the page of text that was claimed.
    ///
    /// # Errors
    /// As [`Outbox::deliver`].
    pub fn deliver_with_page(self, bundle: &[u8], signature: &str, page: &str) -> Result<Vec<String>, Error> {
        let mut files = vec![(&self.signature, signature.as_bytes()), (&self.file, bundle)];
        files.splice(1..1, self.page.iter().map(|path| (path, page.as_bytes())));
        self.write(&files)?;
        let all: Vec<&PathBuf> = [&self.file, &self.signature].into_iter().chain(&self.page).collect();
        Ok(wrote(&all))
    }

    /// Writes the signature alone.
    ///
    /// # Errors
    /// As [`Outbox::deliver`].
    pub fn deliver_signature(self, signature: &str) -> Result<Vec<String>, Error> {
        self.write(&[(&self.signature, signature.as_bytes())])?;
        Ok(wrote(&[&self.signature]))
    }

    /// All of them or none; the last only once the others are on the disk.
    fn write(&self, all: &[(&PathBuf, &[u8])]) -> Result<(), Error> {
        make(&self.folder)?;
        let mut written = Vec::new();
        let mut one = |(path, bytes): &(&PathBuf, &[u8])| {
            files::create(path, bytes, PUBLIC)?;
            written.push(path.to_path_buf());
            files::sync(&self.folder)
        };
        let done = all.iter().try_for_each(&mut one);
        done.inspect_err(|_| {
            for path in &written {
                let _ = std::fs::remove_file(path);
            }
        })
    }

    fn checked(self) -> Result<Self, Error> {
        files::demand_absent(&self.file)?;
        files::demand_absent(&self.signature)?;
        match self.folder.metadata() {
            Ok(found) if !found.is_dir() => Err(Error::NotAFolder { path: self.folder }),
            _ => self.tried(),
        }
    }

    /// Writes as much as an answer takes, and removes it again, with the folders that were made for it.
    fn tried(self) -> Result<Self, Error> {
        let missing: Vec<&Path> = self.folder.ancestors().take_while(|path| is_missing(path)).collect();
        make(&self.folder)?;
        let tried = files::try_writing(&self.signature, ROOM);
        for path in missing {
            // Whoever put something there meanwhile keeps it.
            let _ = std::fs::remove_dir(path);
        }
        tried.map(|()| self)
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|cause| Error::Write {
        path: folder.into(),
        cause,
    })
}

fn is_missing(path: &Path) -> bool {
    !path.as_os_str().is_empty() && path.symlink_metadata().is_err()
}

fn wrote(files: &[&PathBuf]) -> Vec<String> {
    let said = |(number, path): (usize, &&PathBuf)| match number {
        0 => format!("Wrote {}", path.display()),
        _ => format!("and   {}", path.display()),
    };
    let lines = files.iter().enumerate().map(said);
    std::iter::once(String::new()).chain(lines).collect()
}

/// An approval of fifty tokens has half of it, in octets.
const ROOM: usize = 64 * 1024;
