//! Everything that may lie on a disk and is no plain file under a name of ours.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use super::*;

#[path = "../../../../../tests/support/skip.rs"]
mod skip;

#[test]
fn plain_files_under_names_of_ours_are_read_and_nothing_else() {
    let folder = Folder::new("kinds");
    let at = |name: &str| folder.0.join(name);
    for good in [
        "review-member-1.cbor",
        "review-member-1.cbor.sig",
        "record.cbor.member-1.sig",
    ] {
        fs::write(at(good), good).expect("a file");
    }
    fs::write(at("elsewhere"), b"elsewhere").expect("a file");
    symlink(at("elsewhere"), at("link.cbor")).expect("a link");
    symlink(at("loop.cbor"), at("loop.cbor")).expect("a link to itself");
    symlink("/dev/zero", at("zero.cbor")).expect("a link to a device");
    fs::create_dir(at("folder.cbor")).expect("a folder");
    fs::write(at("twice.cbor"), b"twice").expect("a file");
    fs::hard_link(at("twice.cbor"), at("twice-more.cbor")).expect("a hard link");
    rustix::fs::mkfifoat(CWD, at("pipe.cbor"), Mode::RWXU).expect("a pipe");
    let _socket = UnixListener::bind(at("socket.cbor")).expect("a socket");
    fs::write(at("empty.cbor"), b"").expect("a file");
    let found = read(&folder.0).expect("it is read");
    let good = [
        "record.cbor.member-1.sig",
        "review-member-1.cbor",
        "review-member-1.cbor.sig",
    ];
    assert_eq!(found.files.keys().collect::<Vec<_>>(), good);
    assert!(found.files.iter().all(|(name, bytes)| name.as_bytes() == bytes));
    let why = |name: &str| {
        let passed = found.passed.iter().find(|one| one.name == name);
        passed
            .unwrap_or_else(|| panic!("{name}: {:?}", found.passed))
            .why
            .clone()
    };
    for (name, expected) in [
        ("elsewhere", NOT_OURS),
        ("link.cbor", "it is a link, and links are not followed"),
        ("loop.cbor", "it is a link, and links are not followed"),
        ("zero.cbor", "it is a link, and links are not followed"),
        ("folder.cbor", "it is a folder, and folders are not opened"),
        ("twice.cbor", "it has another name as well (a hard link)"),
        ("twice-more.cbor", "it has another name as well (a hard link)"),
        ("pipe.cbor", "it is a pipe"),
        ("socket.cbor", "it is a socket"),
        ("empty.cbor", "it is empty"),
    ] {
        assert_eq!(why(name), expected, "{name}");
    }
    assert_eq!(found.passed.len(), 10);
}

/// Only root may make devices, and not everywhere.
#[test]
fn a_device_is_not_even_opened() {
    let folder = Folder::new("devices");
    let path = folder.0.join("zero.cbor");
    let zero = rustix::fs::makedev(1, 5);
    let made = rustix::fs::mknodat(CWD, &path, FileType::CharacterDevice, Mode::RWXU, zero);
    if let Err(cause) = made {
        return skip::skip(
            "a_device_is_not_even_opened",
            &format!("devices cannot be made here: {cause}"),
        );
    }
    let found = read(&folder.0).expect("it is read");
    assert!(found.files.is_empty());
    assert_eq!(found.passed, [Passed::new("zero.cbor", "it is a device")]);
}

#[test]
fn odd_names_are_passed_over_and_shown_plainly() {
    let folder = Folder::new("names");
    let long = format!("{}.cbor", "a".repeat(240));
    let odd = [
        long.as_str(),
        "review-member-1.cbor.part",
        "review-member-1.cbor.zip",
        "review-member-1.cbor.sig.sig.sig",
        "Review.cbor",
        "a b.cbor",
        "a..b.cbor",
        ".cbor",
        "\u{1b}[2J.cbor",
        "a\n.cbor",
        "\u{202e}a.cbor",
        "autorun.inf",
        "bundles.tar.gz",
        "-rf.cbor",
    ];
    for name in odd {
        fs::write(folder.0.join(name), b"x").expect("a file");
    }
    let bytes = std::os::unix::ffi::OsStrExt::from_bytes(&b"\xff\xfe.cbor"[..]);
    fs::write(folder.0.join::<&std::ffi::OsStr>(bytes), b"x").expect("a file");
    let found = read(&folder.0).expect("it is read");
    assert!(found.files.is_empty(), "{:?}", found.files.keys());
    assert_eq!(found.passed.len(), odd.len() + 1);
    for passed in &found.passed {
        assert_eq!(passed.why, NOT_OURS);
        assert!(
            passed.name.bytes().all(|b| (b' '..=b'~').contains(&b)) && passed.name.len() < 90,
            "{}",
            passed.name
        );
    }
}

#[test]
fn more_octets_than_any_bundle_has_are_not_read() {
    let folder = Folder::new("sizes");
    let sized = |name: &str, size: usize| {
        let file = File::create(folder.0.join(name)).expect("a file");
        file.set_len(size as u64).expect("a size");
    };
    sized("a.cbor", cbor::BUNDLE_LIMIT + 1);
    sized("a.cbor.sig", MAX_ARMOR + 1);
    sized("b.cbor", cbor::BUNDLE_LIMIT);
    let found = read(&folder.0).expect("it is read");
    assert_eq!(found.files.keys().collect::<Vec<_>>(), ["b.cbor"]);
    let whys: Vec<_> = found.passed.iter().map(|one| one.why.as_str()).collect();
    let expected = [
        "it has 4194305 octets, and at most 4194304 are read",
        "it has 8193 octets, and at most 8192 are read",
    ];
    assert_eq!(whys, expected);
}

#[test]
fn no_more_is_kept_than_fits() {
    let folder = Folder::new("together");
    for n in 0..17 {
        let file = File::create(folder.0.join(format!("a-{n}.cbor"))).expect("a file");
        file.set_len(cbor::BUNDLE_LIMIT as u64).expect("a size");
    }
    let found = read(&folder.0).expect("it is read");
    assert_eq!((found.files.len(), found.passed.len()), (16, 1));
    assert_eq!(
        found.passed[0].why,
        "together with what was read before it has more than 67108864 octets"
    );
}

#[test]
fn a_folder_with_too_many_entries_is_not_read_at_all() {
    let folder = Folder::new("entries");
    for n in 0..=ENTRIES {
        fs::write(folder.0.join(format!("a-{n}.cbor")), b"x").expect("a file");
    }
    let error = read(&folder.0).err().expect("too many");
    assert!(
        error
            .to_string()
            .ends_with("has more than 512 entries, and none was read"),
        "{error}"
    );
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let folder = Folder::new("changes");
    let path = folder.0.join("a.cbor");
    fs::write(&path, b"one").expect("a file");
    let open = File::open(&folder.0).expect("the folder");
    let look = || rustix::fs::statat(&open, "a.cbor", AtFlags::SYMLINK_NOFOLLOW).expect("it is there");
    let opened = |seen| Opened::new(open.as_fd(), "a.cbor", seen);
    let seen = look();
    assert_eq!(opened(&seen).expect("the same").read(10).expect("the same"), b"one");
    // Longer between a look and the end of reading.
    let longer = opened(&seen).expect("the same");
    fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, b"!"))
        .expect("longer");
    assert_eq!(longer.read(10).expect_err("longer"), CHANGED);
    // Another file, or a link, in its place between a look and opening it.
    let seen = look();
    fs::remove_file(&path).expect("removed");
    fs::write(&path, b"two!").expect("another");
    assert_eq!(opened(&seen).err().expect("another"), CHANGED);
    fs::remove_file(&path).expect("removed");
    symlink("/etc/passwd", &path).expect("a link");
    assert!(opened(&seen).is_err());
    fs::remove_file(&path).expect("removed");
    rustix::fs::mkfifoat(CWD, &path, Mode::RWXU).expect("a pipe");
    assert_eq!(opened(&seen).err().expect("a pipe, and nobody waits"), CHANGED);
}

#[test]
fn what_is_no_folder_is_said() {
    let folder = Folder::new("no-folder");
    let file = folder.0.join("a.cbor");
    fs::write(&file, b"x").expect("a file");
    for path in [file, folder.0.join("missing")] {
        let error = read(&path).err().expect("no folder");
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }
}

/// A folder of one test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ceremony-media-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
