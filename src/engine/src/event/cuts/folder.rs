//! A folder that is gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// In memory where there is a place for it: thousands of events are held, and each syncs what it writes.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let place = Some(PathBuf::from("/dev/shm")).filter(|place| place.is_dir());
        let name = format!("ceremony-cuts-{}-{number}", std::process::id());
        let folder = Self(place.unwrap_or_else(std::env::temp_dir).join(name));
        fs::create_dir_all(folder.path()).expect("a folder");
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
