//! Who is logged in, across processes: a locked file for each session, which a killed process lets go.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Broken;
use crate::state::Role;

/// A session's mark that its user is logged in; gone when dropped.
pub struct Presence {
    path: PathBuf,
    _locked: File,
}

impl Presence {
    /// Marks the user as logged in. The caller holds the store's lock, so that nobody sees the file unlocked.
    pub fn begin(folder: &Path, name: &str, role: Role) -> Result<Presence, Broken> {
        // One process can serve many sessions.
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let session = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}{}-{session}", prefix(name, role), std::process::id()));
        let open = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&path);
        let locked = open.and_then(|file| file.lock().map(|()| file));
        match locked {
            Ok(file) => Ok(Presence { path, _locked: file }),
            Err(source) => Err(Broken::file(path, source)),
        }
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
    let entries = fs::read_dir(folder).map_err(|source| Broken::file(folder, source))?;
    let prefix = prefix(name, role);
    let mut sessions = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    Ok(sessions.any(|entry| is_held(&entry.path())))
}

/// Whether a living process holds the file; a dead one's file is cleared away.
fn is_held(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let held = file.try_lock().is_err();
    if !held {
        let _ = fs::remove_file(path);
    }
    held
}

/// Names hold no dot, so that one name is never the beginning of another's file.
fn prefix(name: &str, role: Role) -> String {
    format!("{}.{name}.", role.word())
}
