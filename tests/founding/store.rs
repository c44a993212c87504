//! The store and the folder around it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::process::finish;
use support::rehearsal::{self, text};
use support::scratch::{Scratch, files_under};
use support::{ours, run};

#[test]
fn it_ends_well_and_says_how_long_it_took() {
    let one = rehearsal::plain().done();
    let last = one.outcome.out.lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("Done in ") && last.ends_with(" seconds."), "{last}");
}

#[test]
fn the_folders_are_those_that_others_rely_on() {
    let one = rehearsal::plain().done();
    let mut found: Vec<_> = fs::read_dir(&one.dir)
        .expect("DIR")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    found.sort();
    assert_eq!(found, ["bastion", "events", "inbound", "outbound", "store"]);
    for folder in ["bastion", "inbound", "outbound"] {
        assert!(one.first_event().join(folder).is_dir(), "{folder}");
    }
    let mode = one.private.metadata().expect("DIR.private").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "what is secret is for us alone");
}

#[test]
fn the_store_has_the_files_that_the_layout_names() {
    let one = rehearsal::plain().done();
    let event = text(&one.event());
    let event = event.rsplit('/').next().expect("a name");
    for name in ["root", "release", "crates-io", "bors", "transparency", "console"] {
        for end in ["pem", "der", "tlog-proof"] {
            assert!(one.store(&format!("certs/{name}-1.{end}")).is_file(), "{name}-1.{end}");
        }
    }
    for file in [
        "record.cbor",
        "index.html",
        "allowed_signers",
        "results.sig",
        "countersignatures/member-9.sig",
    ] {
        assert!(one.store(&format!("events/{event}/{file}")).is_file(), "{file}");
    }
    let rest = [
        "index.html",
        "roster/1.cbor",
        "policy/1.toml",
        "policy/tlog-policy-1",
        "log/1/checkpoint",
    ];
    for file in rest.iter().chain(&[
        "crl/root-1.crl",
        "crl/root-1/1.crl",
        "crl/bors-1.crl",
        "crl/bors-1/1.crl",
    ]) {
        assert!(one.store(file).is_file(), "{file}");
    }
}

#[test]
fn a_folder_that_exists_is_refused_and_left_as_it_was() {
    let scratch = Scratch::new("exists");
    let dir = scratch.join("out");
    fs::create_dir(&dir).expect("a folder");
    fs::write(dir.join("mine"), "kept").expect("a file");
    let told = run(ours("rehearsal"), ["--out", &text(&dir)], "").expect(1);
    assert!(
        told.err
            .starts_with(&format!("rehearsal: error: {} exists\n", dir.display())),
        "{told}"
    );
    assert!(told.err.contains("\nrehearsal: hint: "), "{told}");
    assert_eq!(files_under(&scratch), [std::path::PathBuf::from("out/mine")]);
}

#[test]
fn nothing_is_lost_when_the_same_folder_is_named_again() {
    let one = rehearsal::plain().done();
    let before = files_under(&one.dir);
    let told = run(ours("rehearsal"), ["--out", &text(&one.dir)], "").expect(1);
    assert!(told.err.contains(" exists\n"), "{told}");
    assert_eq!(files_under(&one.dir), before);
}

#[test]
fn the_commands_shown_at_the_end_work_as_they_are() {
    let one = rehearsal::plain().done();
    let mut run = 0;
    for line in one.outcome.out.lines().filter_map(|line| line.strip_prefix("  ")) {
        let program = line.split(' ').next().unwrap_or_default();
        if !["openssl", "ssh-keygen", "ceremony-verify"]
            .iter()
            .any(|name| program.ends_with(name))
        {
            continue;
        }
        let mut command = std::process::Command::new("sh");
        finish(command.args(["-c", line]).current_dir("/"), "").expect(0);
        run += 1;
    }
    assert!(run >= 3, "{run} commands for openssl, ssh-keygen and ceremony-verify");
}
