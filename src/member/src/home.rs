//! A member's home: keys, and what was reviewed, attended and made, so that nothing else is agreed to later.

mod attestation_key;
mod countersigned;
mod lock;
mod manifests;
mod member_file;
mod memory;
mod others;
mod seen;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use record::messages::KeyUse;

pub use attestation_key::{ATTESTATION_KEY, Attester};
pub use countersigned::Countersigned;
pub use lock::Lock;
pub use manifests::Vouched;
pub use member_file::{Fingerprints, MemberFile};
pub use memory::keep_made;
pub use others::Others;
pub use seen::Seen;

use crate::error::Error;
use crate::files;
use crate::keys::Keeping;

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
        if member.version != 1 || !record::text::is_name(&member.id) || !member.is_whole() {
            return Err(not_set_up("its member.toml is of another version".into()));
        }
        // A word changed in member.toml makes no production key of a rehearsal's.
        if !member.rehearsal && member.keys == Keeping::Files {
            return Err(Error::ProductionKeysInFiles);
        }
        Ok(Self {
            path: path.into(),
            member,
        })
    }

    /// Who this is.
    #[must_use]
    pub fn member(&self) -> &MemberFile {
        &self.member
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
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
/// The folder of checkpoints that were seen; homes made before there were any lack it.
pub const CHECKPOINTS: &str = "checkpoints";
/// The folder of manifests whose signatures were checked; there is one once `image` checked any.
pub const MANIFESTS: &str = "manifests";
/// The folder of the records that were signed; there is one once any was.
pub const COUNTERSIGNED: &str = "countersigned";
const REVIEWED: &str = "reviewed";
const ATTENDED: &str = "attended";
const MADE: &str = "made";
const LIMIT: usize = 16 * 1024;
