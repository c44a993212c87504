//! The `age` program, and keys that `age-keygen` and `ssh-keygen` made: none of them is ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{SECRET, feed, folder, good, sealed, word};

/// A key of `age-keygen`: its file, and its recipient.
fn x25519(folder: &Path, name: &str) -> (PathBuf, String) {
    let file = folder.join(name);
    let _ = good("age-keygen", &["-o", word(&file)], b"");
    let recipient = good("age-keygen", &["-y", word(&file)], b"");
    (file, String::from_utf8(recipient).expect("text").trim().to_owned())
}

/// A key of `ssh-keygen`: its file, and its line without the comment.
fn ssh(folder: &Path, name: &str) -> (PathBuf, String) {
    let file = folder.join(name);
    let _ = good(
        "ssh-keygen",
        &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", word(&file)],
        b"",
    );
    let line = std::fs::read_to_string(file.with_extension("pub")).expect("the public key");
    (file, line.trim().to_owned())
}

#[test]
fn age_opens_what_was_sealed_to_its_own_key_and_to_an_ssh_key() {
    let folder = folder("age");
    for (file, recipient) in [x25519(&folder, "x25519"), ssh(&folder, "ssh")] {
        let sealed = sealed(&recipient, SECRET);
        assert_eq!(good("age", &["-d", "-i", word(&file)], &sealed), SECRET, "{recipient}");
        assert!(!sealed.windows(SECRET.len()).any(|part| part == SECRET));
    }
}

#[test]
fn age_opens_it_for_nobody_else() {
    let folder = folder("other");
    let (_, recipient) = x25519(&folder, "one");
    let (other, _) = x25519(&folder, "other");
    let (other_ssh, _) = ssh(&folder, "other-ssh");
    let sealed = sealed(&recipient, SECRET);
    for file in [other, other_ssh] {
        let done = feed(Command::new("age").args(["-d", "-i", word(&file)]), &sealed);
        assert!(!done.status.success() && done.stdout.is_empty());
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("no identity matched any of the recipients"), "{said}");
    }
}

#[test]
fn age_finds_every_changed_octet() {
    let folder = folder("changed");
    let (file, recipient) = x25519(&folder, "x25519");
    let sealed = sealed(&recipient, SECRET);
    for at in [30, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        let done = feed(Command::new("age").args(["-d", "-i", word(&file)]), &changed);
        assert!(!done.status.success(), "octet {at}");
    }
}

#[test]
fn the_same_secret_is_never_sealed_to_the_same_octets() {
    let (_, recipient) = x25519(&folder("twice"), "x25519");
    assert_ne!(sealed(&recipient, SECRET), sealed(&recipient, SECRET));
}
