//! New keys beside old ones: of a member who lost one, the others stay, and so does all that the old home remembers. The
//! approval key always stays: a new one needs a home that remembers nothing.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use clap::ValueEnum;
use record::messages::KeyUse;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::files::{self, PRIVATE};
use crate::home::{ADMIN, APPROVAL, ATTESTATION_KEY, CHECKPOINTS, COUNTERSIGNED, FOLDERS, Home, MANIFESTS, SSH};
use crate::keys::{self, FileKey, New, Sealed};
use crate::passphrase::Passphrase;

/// One of a member's three keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Key {
    /// The one that approves what keys do.
    Approval,
    /// The admin account's.
    Admin,
    /// The one that signs everything the member says.
    Ssh,
}

/// What is kept, and of what.
pub struct Keep<'a> {
    /// The member's other home.
    pub home: &'a Path,
    /// The keys that are made anew.
    pub new: &'a [Key],
}

impl Keep<'_> {
    /// The old home, which must be this member's. What it remembers says that its approval key was registered, and is not to
    /// be forgotten while another of its keys is used: so that key is not replaced here.
    ///
    /// # Errors
    /// A new approval key, no home, or another member's.
    pub fn open(&self, id: &str) -> Result<Home, Error> {
        if self.new.contains(&Key::Approval) {
            let home = self.home.to_owned();
            return Err(Error::ApprovalKeyKeptFrom { home });
        }
        let old = Home::open(self.home)?;
        match old.member().id == id {
            true => Ok(old),
            false => Err(Error::OtherMember {
                asked: id.to_owned(),
                own: old.member().id.clone(),
            }),
        }
    }

    /// The new keys, with those of the old home in the place of all that are not to be new.
    ///
    /// # Errors
    /// A wrong passphrase, or a key that cannot be read.
    pub fn mixed(&self, old: &Home, passphrase: &Passphrase, mut made: New) -> Result<New, Error> {
        made.approval = self.kept(old, passphrase, (KeyUse::Approval, APPROVAL))?;
        if !self.new.contains(&Key::Admin) {
            made.admin = self.kept(old, passphrase, (KeyUse::Admin, ADMIN))?;
        }
        if !self.new.contains(&Key::Ssh) {
            made.ssh = keys::unlock_ssh(old, passphrase)?;
            made.ssh_file = self.text(SSH)?;
        }
        Ok(made)
    }

    fn kept(&self, old: &Home, passphrase: &Passphrase, (key, file): (KeyUse, &str)) -> Result<Sealed, Error> {
        let public = FileKey::unlock(old, key, passphrase)?.public().clone();
        let file = self.text(file)?;
        Ok(Sealed { file, public })
    }

    fn text(&self, name: &str) -> Result<Zeroizing<String>, Error> {
        let path = self.home.join(name);
        let failed = |cause| Error::Read {
            path: path.clone(),
            cause,
        };
        fs::read_to_string(&path).map(Zeroizing::new).map_err(failed)
    }

    /// Copies what the old home remembers: what was signed with a key that stays is not to be forgotten.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn remember(&self, home: &Path) -> Result<(), Error> {
        FOLDERS.iter().try_for_each(|folder| self.copy(folder, home))?;
        self.copy_attestation_key(home)?;
        // Older homes lack them.
        let later = [CHECKPOINTS, MANIFESTS, COUNTERSIGNED].into_iter();
        let mut there = later.filter(|folder| self.home.join(folder).is_dir());
        there.try_for_each(|folder| self.copy(folder, home))
    }

    /// The console's key stays known to a member who has another key.
    fn copy_attestation_key(&self, home: &Path) -> Result<(), Error> {
        let from = self.home.join(ATTESTATION_KEY);
        if !from.exists() {
            return Ok(());
        }
        let bytes = fs::read(&from).map_err(|cause| Error::Read {
            path: from.clone(),
            cause,
        })?;
        files::create(&home.join(ATTESTATION_KEY), &bytes, PRIVATE)
    }

    fn copy(&self, folder: &str, home: &Path) -> Result<(), Error> {
        let (from, to) = (self.home.join(folder), home.join(folder));
        let failed = |cause| Error::Read {
            path: from.clone(),
            cause,
        };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&to);
        made.map_err(|cause| Error::Write {
            path: to.clone(),
            cause,
        })?;
        for entry in fs::read_dir(&from).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let bytes = fs::read(from.join(&name)).map_err(failed)?;
            files::create(&to.join(&name), &bytes, PRIVATE)?;
        }
        files::sync(&to)
    }
}
