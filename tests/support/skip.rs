//! What cannot be checked here is said aloud. Unit tests of other crates include this file as it is.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// Says that a check was skipped, and why; tests/run lists and counts these lines.
///
/// # Panics
/// If it cannot be written down.
pub fn skip(check: &str, reason: &str) {
    let own = std::env::current_exe().expect("a test knows its own file");
    let profile = own.parent().and_then(Path::parent).expect("it lies in deps/");
    let folder = profile.join("tests-tmp");
    fs::create_dir_all(&folder).expect("a folder");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("skipped.txt"));
    writeln!(file.expect("the list of skipped checks"), "{check}: {reason}").expect("a line");
    println!("skipped {check}: {reason}");
}
