//! Scratch folders under target/, removed when a test succeeds and kept when it fails.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::thread;

use crate::process::profile_folder;

/// A fresh, empty folder of one test's own.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder. The name is the test's, so no two tests share one.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn new(test: &str) -> Self {
        let path = temporary().join(format!("{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a scratch folder");
        Self(path)
    }
}

impl Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        match thread::panicking() {
            true => eprintln!("what was made is kept: {}", self.0.display()),
            false => drop(fs::remove_dir_all(&self.0)),
        }
    }
}

/// `target/<profile>/tests-tmp`.
#[must_use]
pub fn temporary() -> PathBuf {
    profile_folder().join("tests-tmp")
}

/// Copies a folder with all that is in it, and their modes.
///
/// # Panics
/// If something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    fs::set_permissions(to, fs::metadata(from).expect("its mode").permissions()).expect("the same mode");
    for entry in fs::read_dir(from).expect("a folder that can be read") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a file type").is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}

/// All files under a folder, as paths relative to it, sorted.
///
/// # Panics
/// If something cannot be read.
#[must_use]
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder that can be read") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path.strip_prefix(folder).expect("it lies there").to_owned()),
            }
        }
    }
    files.sort();
    files
}
