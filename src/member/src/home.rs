//! A member's home: keys, and what was reviewed, attended and made, so that nothing else is agreed to later.

mod member_file;
mod memory;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use record::messages::KeyUse;

pub use member_file::{Fingerprints, MemberFile};

use crate::error::Error;
use crate::files;

/// A home that is set up, and closed to others.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    member: MemberFile,
}

impl Home {
    /// Opens a home.
    ///
    /// # Errors
    /// It was not set up, or other users may look into it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let not_set_up = |what: String| Error::NotSetUp {
            home: path.into(),
            what,
        };
        let mode = fs::metadata(path)
            .map_err(|e| not_set_up(e.to_string()))?
            .permissions()
            .mode()
            & 0o777;
        if mode & 0o077 != 0 {
            return Err(Error::HomeIsOpen {
                home: path.into(),
                mode,
            });
        }
        let bytes = files::read(&path.join(MEMBER), LIMIT).map_err(|e| not_set_up(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|e| not_set_up(e.to_string()))?;
        let member: MemberFile = toml::from_str(&text).map_err(|e| not_set_up(e.message().to_owned()))?;
        match member.version == 1 && record::text::is_name(&member.id) {
            true => Ok(Self {
                path: path.into(),
                member,
            }),
            false => Err(not_set_up("its member.toml is of another version".into())),
        }
    }

    /// Who this is.
    #[must_use]
    pub fn member(&self) -> &MemberFile {
        &self.member
    }

    /// The file of an RSA key.
    #[must_use]
    pub fn rsa_file(&self, key: KeyUse) -> PathBuf {
        self.path.join(match key {
            KeyUse::Approval => APPROVAL,
            KeyUse::Admin => ADMIN,
        })
    }

    /// The file of the SSH key.
    #[must_use]
    pub fn ssh_file(&self) -> PathBuf {
        self.path.join(SSH)
    }
}

/// Who this is.
pub const MEMBER: &str = "member.toml";
/// The sealed approval key.
pub const APPROVAL: &str = "approval.pem";
/// The sealed admin key.
pub const ADMIN: &str = "admin.pem";
/// The sealed SSH key.
pub const SSH: &str = "ssh";
/// The SSH key's public line.
pub const SSH_PUBLIC: &str = "ssh.pub";
/// The folders of what is remembered.
pub const FOLDERS: [&str; 3] = [REVIEWED, ATTENDED, MADE];
const REVIEWED: &str = "reviewed";
const ATTENDED: &str = "attended";
const MADE: &str = "made";
const LIMIT: usize = 16 * 1024;
