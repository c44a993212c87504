//! An SSH key that the member had: a FIDO key, one in an agent, or one in a file. `ssh-keygen` signs with it, and what it
//! made is checked here before it leaves, the touch included, which `ssh-keygen -Y verify` does not demand.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use record::digest::hex;
use record::sshsig::{self, SshKey};

use crate::error::Error;
use crate::files::{self, PRIVATE};

/// The member's own SSH key, by its public half.
pub struct Adopted {
    file: PathBuf,
    key: SshKey,
}

impl Adopted {
    /// Reads a public key's file, as `ssh-keygen` writes it.
    ///
    /// # Errors
    /// No such file, or a key that is not among ours.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let file = std::path::absolute(file).map_err(|cause| Error::Read {
            path: file.into(),
            cause,
        })?;
        let bad = |what: String| Error::SshPublicKey {
            path: file.clone(),
            what,
        };
        let line = String::from_utf8(files::read(&file, LIMIT)?).map_err(|e| bad(e.to_string()))?;
        let key = SshKey::parse(&line).map_err(|e| bad(e.to_string()))?;
        Ok(Self { file, key })
    }

    /// The key of member.toml; its file is needed only when it signs.
    ///
    /// # Errors
    /// A line that is no key.
    pub fn open(file: &Path, line: &str) -> Result<Self, Error> {
        let key = SshKey::parse(line).map_err(Error::sign)?;
        Ok(Self { file: file.into(), key })
    }

    /// Where the public half lies; the private half beside it, in an agent or in a security key.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The public half.
    #[must_use]
    pub fn key(&self) -> &SshKey {
        &self.key
    }

    /// Whether each signature needs a touch.
    #[must_use]
    pub fn is_fido(&self) -> bool {
        self.key.is_fido()
    }

    /// Has `ssh-keygen` sign, and checks what it made.
    ///
    /// # Errors
    /// It cannot be started, it refuses, or the signature is not this key's, or was made without a touch.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, Error> {
        let bench = Bench::new()?;
        let signed = bench.0.join("bundle");
        files::create(&signed, message, PRIVATE)?;
        // Standard input and the terminal are the child's too: it asks for the key's PIN or passphrase itself.
        let status = Command::new(TOOL)
            .args(["-q", "-Y", "sign", "-f"])
            .arg(&self.file)
            .args(["-n", namespace])
            .arg(&signed)
            .stdout(Stdio::null())
            .status()
            .map_err(|cause| Error::SshTool { cause })?;
        if !status.success() {
            return Err(Error::SshRefused {
                fido: self.is_fido(),
                file: self.file.clone(),
            });
        }
        let signature = files::read(&bench.0.join("bundle.sig"), LIMIT)?;
        sshsig::verify(&self.key, namespace, message, &signature).map_err(Error::sign)?;
        String::from_utf8(signature).map_err(|e| Error::Key {
            doing: "the SSH signature",
            what: e.to_string(),
        })
    }
}

/// A folder for this user alone, gone with all that is in it when it is dropped.
struct Bench(PathBuf);

impl Bench {
    fn new() -> Result<Self, Error> {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(|e| Error::Key {
            doing: "drawing a folder's name",
            what: e.to_string(),
        })?;
        let path = std::env::temp_dir().join(format!("ceremony-member-{}", hex(&name)));
        let failed = |cause| Error::Write {
            path: path.clone(),
            cause,
        };
        DirBuilder::new().mode(0o700).create(&path).map_err(failed)?;
        Ok(Self(path))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Looked for where every program is; no shell comes in between.
const TOOL: &str = "ssh-keygen";
/// No public key and no signature is larger.
const LIMIT: usize = 8 * 1024;
