//! Folders of tests: fresh, copied from what was prepared, and gone after success.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of one test.
pub struct Folder(PathBuf);

impl Folder {
    /// A copy of another folder under a name of its own.
    pub fn copy_of(source: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ceremony-event-{}-{number}", std::process::id()));
        // A process of this number may have failed before, and left its folder to be looked at.
        let _ = fs::remove_dir_all(&path);
        copy(source, &path);
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the event's folder is kept: {}", self.0.display());
        } else {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// Copies a folder with its modes.
pub fn copy(source: &Path, target: &Path) {
    let failed = |e: std::io::Error| -> ! { panic!("copy {} to {}: {e}", source.display(), target.display()) };
    fs::create_dir_all(target).unwrap_or_else(|e| failed(e));
    let mode = fs::metadata(source).unwrap_or_else(|e| failed(e)).permissions();
    fs::set_permissions(target, mode).unwrap_or_else(|e| failed(e));
    for entry in fs::read_dir(source).unwrap_or_else(|e| failed(e)) {
        let path = entry.unwrap_or_else(|e| failed(e)).path();
        let to = target.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy(&path, &to),
            false => {
                fs::copy(&path, &to).unwrap_or_else(|e| failed(e));
            }
        }
    }
}
