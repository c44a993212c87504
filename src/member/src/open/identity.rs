//! What opens a hand-over: the home's SSH key, keys in a file, or, for keys in hardware, the `age` program with its plugin.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use age::{DecryptError, Decryptor, IdentityFile, ssh};
use ssh_key::{LineEnding, PrivateKey};
use zeroize::Zeroizing;

use super::bounded;
use crate::error::{Error, Opening};
use crate::session::Session;
use crate::{files, keys};

/// What opens hand-overs.
pub enum Identity {
    /// Keys that this program has.
    Here(Vec<Box<dyn age::Identity>>),
    /// A file that the `age` program reads: its keys are in hardware, behind a plugin of it.
    Age(PathBuf),
}

impl Identity {
    /// The home's SSH key.
    ///
    /// # Errors
    /// A wrong passphrase, or no such key.
    pub fn of_home(session: &mut Session) -> Result<Self, Error> {
        if let Some(public) = &session.home.member().ssh_file {
            // The private half lies beside it, as `ssh-keygen` leaves it.
            let private = public.with_extension("");
            return Self::of_file(session, &private);
        }
        let member = session.id().to_owned();
        let passphrase = session.terminal.passphrase(&member)?;
        let key = keys::unlock_ssh(&session.home, &passphrase)?;
        Self::of_ssh(&key, &session.home.ssh_file())
    }

    /// What a file has: `AGE-SECRET-KEY-1…`, an SSH key, sealed or not, or a plugin's name for a key in hardware.
    ///
    /// # Errors
    /// None of these, or a wrong passphrase.
    pub fn of_file(session: &mut Session, path: &Path) -> Result<Self, Error> {
        let bytes = Zeroizing::new(files::read(path, LIMIT)?);
        let bad = |what: String| {
            Error::from(Opening::BadIdentity {
                path: path.to_owned(),
                what,
            })
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| bad("it is no text".into()))?;
        if text.starts_with("-----BEGIN ") {
            let sealed = PrivateKey::from_openssh(&bytes[..]).map_err(|cause| bad(cause.to_string()))?;
            return Self::of_ssh(&unlocked(session, sealed, path)?, path);
        }
        if text.lines().any(|line| line.starts_with("AGE-PLUGIN-")) {
            return Ok(Self::Age(path.to_owned()));
        }
        let read = IdentityFile::from_buffer(&bytes[..]).map_err(|_| bad("it is no age identity".into()))?;
        let keys = read.into_identities().map_err(|cause| bad(cause.to_string()))?;
        match keys.is_empty() {
            true => Err(bad("it has no key".into())),
            false => Ok(Self::Here(
                keys.into_iter().map(|key| key as Box<dyn age::Identity>).collect(),
            )),
        }
    }

    fn of_ssh(key: &PrivateKey, path: &Path) -> Result<Self, Error> {
        let bad = |what: String| Opening::BadIdentity {
            path: path.to_owned(),
            what,
        };
        let pem = key.to_openssh(LineEnding::LF).map_err(|cause| bad(cause.to_string()))?;
        match ssh::Identity::from_buffer(pem.as_bytes(), None) {
            Ok(key @ ssh::Identity::Unencrypted(_)) => Ok(Self::Here(vec![Box::new(key)])),
            Ok(_) => Err(bad("age cannot use a key of this kind".into()).into()),
            Err(cause) => Err(bad(cause.to_string()).into()),
        }
    }

    /// What is in an age file.
    ///
    /// # Errors
    /// It is damaged, or sealed to somebody else.
    pub fn open(&self, sealed: &[u8], path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
        let keys = match self {
            Self::Here(keys) => keys,
            Self::Age(identity) => return by_age(identity, sealed),
        };
        let damaged = |what: String| Opening::Damaged {
            path: path.to_owned(),
            what,
        };
        let decryptor = Decryptor::new_buffered(sealed).map_err(|cause| damaged(said(&cause)))?;
        let reader = decryptor.decrypt(keys.iter().map(|key| &**key));
        let reader = reader.map_err(|cause| match cause {
            DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => {
                Opening::NotForThisKey { path: path.to_owned() }
            }
            other => damaged(said(&other)),
        })?;
        bounded(reader).map_err(|cause| damaged(cause.to_string()).into())
    }
}

fn unlocked(session: &mut Session, key: PrivateKey, path: &Path) -> Result<PrivateKey, Error> {
    if !key.is_encrypted() {
        return Ok(key);
    }
    let passphrase = session.terminal.passphrase(&path.display().to_string())?;
    let wrong = |_| Opening::WrongPassphrase { path: path.to_owned() };
    Ok(key.decrypt(passphrase.reveal()).map_err(wrong)?)
}

/// `age` asks for a PIN and a touch itself, at the terminal.
fn by_age(identity: &Path, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed = |what: String| Error::from(Opening::AgeProgram { what });
    let mut child = Command::new("age")
        .args(["--decrypt", "--identity"])
        .arg(identity)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|cause| failed(cause.to_string()))?;
    // A hand-over is smaller than a pipe: it is written whole before anything is read.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(sealed);
    }
    let secret = child.stdout.take().map(bounded);
    let status = child.wait().map_err(|cause| failed(cause.to_string()))?;
    match secret {
        Some(Ok(secret)) if status.success() => Ok(secret),
        Some(Err(cause)) => Err(failed(cause.to_string())),
        _ => Err(failed(status.to_string())),
    }
}

/// In words of our own: those of the crate are of several lines, and name its own options.
fn said(cause: &DecryptError) -> String {
    match cause {
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => "it is no age file".into(),
        DecryptError::InvalidMac => "its first lines were changed".into(),
        DecryptError::DecryptionFailed => "it was changed".into(),
        DecryptError::Io(cause) => format!("it ends too early or was changed: {cause}"),
        _ => "age cannot open it".into(),
    }
}

/// No identity file is larger.
const LIMIT: usize = 16 * 1024;
