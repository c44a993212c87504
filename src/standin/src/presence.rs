//! Who is logged in, across processes: a locked file for each session, which a killed process lets go. In it is what
//! everybody may know of the session's tokens: they are there for as long as it is.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Broken;
use crate::files;
use crate::session::Identity;
use crate::state::Role;
use crate::tokens::Facts;
use crate::words::random;

/// A session's mark that its user is logged in; gone when dropped.
pub struct Presence {
    path: PathBuf,
    _locked: File,
}

/// What a session's file says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    pub who: Identity,
    pub tokens: Vec<Facts>,
}

impl Presence {
    /// Marks the user as logged in, and clears away what killed sessions left. The caller holds the store's lock, so
    /// that nobody sees the file unlocked.
    pub fn begin(folder: &Path, who: &Identity) -> Result<Presence, Broken> {
        living(folder)?;
        let name = u64::from_le_bytes(random()?);
        let path = folder.join(format!("{}{name:016x}", prefix(&who.name, who.role)));
        let open = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path);
        let locked = open.and_then(|file| file.lock().map(|()| file));
        let presence = match locked {
            Ok(file) => Presence { path, _locked: file },
            Err(source) => return Err(Broken::file(path, source)),
        };
        presence.show(who, Vec::new())?;
        Ok(presence)
    }

    /// What others see of the session's tokens from now on.
    pub fn show(&self, who: &Identity, tokens: Vec<Facts>) -> Result<(), Broken> {
        let who = who.clone();
        write(&self.path, &Held { who, tokens })
    }

    /// What is left of them: other sessions may have taken some away. Without a file that can be read, nothing.
    pub fn tokens(&self) -> Vec<Facts> {
        read(&self.path).map_or_else(Vec::new, |held| held.tokens)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // Without the file, or with it unlocked, the user counts as logged out: nothing to report.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether any living process has this user logged in.
pub fn is_logged_in(folder: &Path, name: &str, role: Role) -> Result<bool, Broken> {
    let prefix = prefix(name, role);
    let is_theirs = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|file| file.to_string_lossy().starts_with(&prefix))
    };
    Ok(living(folder)?.iter().any(is_theirs))
}

/// What the living sessions hold, by role and name.
pub fn held(folder: &Path) -> Result<Vec<Held>, Broken> {
    Ok(living(folder)?.iter().filter_map(|path| read(path)).collect())
}

/// Takes away the tokens for which `goes` holds, whoever's they are.
pub fn take_away(folder: &Path, goes: impl Fn(&Identity, &Facts) -> bool) -> Result<(), Broken> {
    for path in living(folder)? {
        let Some(mut held) = read(&path) else { continue };
        let before = held.tokens.len();
        held.tokens.retain(|token| !goes(&held.who, token));
        if held.tokens.len() < before {
            write(&path, &held)?;
        }
    }
    Ok(())
}

/// The files that living processes hold, in order; those of dead ones are cleared away.
fn living(folder: &Path) -> Result<Vec<PathBuf>, Broken> {
    let entries = fs::read_dir(folder).map_err(|source| Broken::file(folder, source))?;
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_held(path))
        .collect();
    paths.sort();
    Ok(paths)
}

fn is_held(path: &Path) -> bool {
    let Ok(file) = files::open(path) else { return false };
    let held = file.try_lock().is_err();
    if !held {
        let _ = fs::remove_file(path);
    }
    held
}

/// A session that is killed here is dead, and nobody reads the rest of its file.
fn write(path: &Path, held: &Held) -> Result<(), Broken> {
    let bytes = serde_json::to_vec(held).map_err(|source| Broken::State {
        path: path.into(),
        source,
    })?;
    fs::write(path, bytes).map_err(|source| Broken::file(path, source))
}

fn read(path: &Path) -> Option<Held> {
    serde_json::from_slice(&files::read_here(path, LARGEST).ok()?).ok()
}

/// Names hold no dot, so that one name is never the beginning of another's file.
fn prefix(name: &str, role: Role) -> String {
    format!("{}.{name}.", role.word())
}

const LARGEST: u64 = 1 << 20;
