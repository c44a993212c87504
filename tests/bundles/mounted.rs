//! `ceremony media` on file systems of their own: FAT where this machine knows it, else one in memory; full, and read-only.
//! Whoever may not mount skips them, and says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::judges::skip;
use support::process::finish;
use support::rehearsal;
use support::scratch::files_under;
use support::{Outcome, Scratch};

use super::media::{bring, take};
use crate::text;

#[test]
fn what_is_taken_out_comes_in_again_from_a_fat_disk() {
    let folder = Scratch::new("mounted-fat");
    let image = folder.join("image");
    let file = fs::File::create(&image).expect("a file");
    file.set_len(16 * 1024 * 1024).expect("a size");
    let made = ["/usr/sbin/mkfs.vfat", "/sbin/mkfs.vfat"]
        .iter()
        .find(|path| Path::new(path).exists());
    let Some(made) = made else {
        return skip(
            "what_is_taken_out_comes_in_again_from_a_fat_disk",
            "mkfs.vfat is not installed (dosfstools)",
        );
    };
    let _ = finish(Command::new(made).arg(&image), "").expect(0);
    match Mounted::new(&folder, &["-t", "vfat", "-o", "loop", &text(&image)]) {
        Ok(disk) => there_and_back(&folder, &disk),
        Err(why) => skip(
            "what_is_taken_out_comes_in_again_from_a_fat_disk",
            &format!("FAT cannot be mounted here: {why}"),
        ),
    }
}

#[test]
fn what_is_taken_out_comes_in_again_from_another_file_system() {
    let folder = Scratch::new("mounted-memory");
    match Mounted::new(&folder, &["-t", "tmpfs", "-o", "size=8m", "tmpfs"]) {
        Ok(disk) => there_and_back(&folder, &disk),
        Err(why) => skip(
            "what_is_taken_out_comes_in_again_from_another_file_system",
            &cannot(&why),
        ),
    }
}

/// Out, and in again: what comes in is what members made, so a member's bundles lie there too.
fn there_and_back(folder: &Path, disk: &Mounted) {
    let dir = &rehearsal::plain().done().dir;
    let _ = take(&dir.join("outbound"), &disk.0).expect(0);
    let names: Vec<_> = files_under(&disk.0)
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    assert!(names.contains(&"results.cbor.sig".to_owned()) && !names.iter().any(|name| name.ends_with(".part")));
    for name in names {
        let [there, here] = [disk.0.join(&name), dir.join("outbound").join(&name)];
        assert_eq!(fs::read(there).expect("there"), fs::read(here).expect("here"));
    }
    let again = take(&dir.join("outbound"), &disk.0).expect(0);
    assert!(
        again.out.contains("results.cbor is there already, the same octets."),
        "{again}"
    );
    for name in ["review-member-1.cbor", "review-member-1.cbor.sig"] {
        fs::copy(dir.join("inbound").join(name), disk.0.join(name)).expect("a copy");
    }
    let inbound = folder.join("inbound");
    let brought = bring(&disk.0, &inbound).expect(0);
    assert!(
        brought.out.contains("results.cbor: the console itself makes"),
        "{brought}"
    );
    assert_eq!(files_under(&inbound).len(), 2);
}

#[test]
fn a_full_disk_keeps_nothing_half_written() {
    let folder = Scratch::new("mounted-full");
    let disk = match Mounted::new(&folder, &["-t", "tmpfs", "-o", "size=64k", "tmpfs"]) {
        Ok(disk) => disk,
        Err(why) => return skip("a_full_disk_keeps_nothing_half_written", &cannot(&why)),
    };
    let outbound = rehearsal::plain().done().dir.join("outbound");
    let full = take(&outbound, &disk.0).expect(3);
    assert!(full.err.contains("No space left on device"), "{full}");
    assert!(full.err.contains("hint: make room there"), "{full}");
    for file in files_under(&disk.0) {
        let [there, here] = [disk.0.join(&file), outbound.join(&file)];
        assert_eq!(
            fs::read(there).expect("there"),
            fs::read(here).expect("it is whole"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn a_read_only_disk_is_said_to_be_one() {
    let folder = Scratch::new("mounted-read-only");
    let disk = match Mounted::new(&folder, &["-t", "tmpfs", "-o", "ro", "tmpfs"]) {
        Ok(disk) => disk,
        Err(why) => return skip("a_read_only_disk_is_said_to_be_one", &cannot(&why)),
    };
    let refused = take(&rehearsal::plain().done().dir.join("outbound"), &disk.0).expect(3);
    assert!(refused.err.contains("Read-only file system"), "{refused}");
    assert!(refused.err.contains("hint: this file system is read-only"), "{refused}");
}

fn cannot(why: &str) -> String {
    format!("nothing can be mounted here: {why}")
}

/// A mounted file system, unmounted when it is dropped: before the scratch folder in which it lies.
struct Mounted(PathBuf);

impl Mounted {
    fn new(folder: &Path, arguments: &[&str]) -> Result<Self, String> {
        let place = folder.join("mounted");
        fs::create_dir_all(&place).expect("a folder");
        let done: Outcome = finish(Command::new("mount").args(arguments).arg(&place), "");
        match done.code {
            0 => Ok(Self(place)),
            // The list of what was skipped has a line for each.
            _ => Err(done.err.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = finish(Command::new("umount").arg(&self.0), "");
    }
}
