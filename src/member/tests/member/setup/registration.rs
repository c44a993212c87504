//! The registration's files: written before a home is usable, and again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::super::scene::event::path;
use super::super::scene::{PASSPHRASE, folder, home, names, read, registrations, run};

#[test]
fn makes_no_keys_when_their_registration_cannot_be_written() {
    let folder = folder("unwritable");
    let home = folder.join("home");
    fs::write(folder.join("file"), "in the way").expect("written");
    let out = folder.join("file/out");
    let ran = run(
        &home,
        &["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)],
        "secret\n",
    );
    assert_eq!(ran.code, 4, "{}", ran.errors);
    let error = format!(
        "ceremony-member: error: {} cannot be written: Not a directory",
        out.display()
    );
    assert!(ran.errors.contains(&error), "{}", ran.errors);
    assert_eq!(names(&folder), ["file"], "no home was made");
}

#[test]
fn what_a_stopped_run_left_of_its_trial_has_another_name_and_is_taken_away() {
    let folder = folder("trial");
    let (new, out) = (folder.join("new"), folder.join("out"));
    fs::create_dir(&out).expect("made");
    fs::write(out.join(".registration-member-1.cbor.sig.trial"), [0; 9]).expect("written");
    let arguments = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
    run(&new, &arguments, &format!("{PASSPHRASE}\n")).good();
    assert_eq!(
        names(&out),
        ["registration-member-1.cbor", "registration-member-1.cbor.sig"]
    );
}

#[test]
fn writes_the_registration_again_and_makes_no_keys() {
    let folder = folder("registration-again");
    let (home, out) = (home(&folder, "member-4"), folder.join("out"));
    let before = read(&home.join("approval.pem"));
    let again = |id, typed| run(&home, &["setup", "--id", id, "--again", "--out", path(&out)], typed);
    let hint = "check the keyboard's layout and Caps Lock, and start again";
    again("member-4", "another\n").refused(1, "this is not the passphrase of member-4's keys", hint);
    let hint = "infra mixed up the files, or this is another member's --home";
    again("member-5", "").refused(1, "this is for member-5, and you are member-4", hint);
    let page = again("member-4", &format!("{PASSPHRASE}\n")).good();
    assert!(page.contains("The keys of member-4"), "{page}");
    assert_eq!(read(&home.join("approval.pem")), before);
    for name in ["registration-member-4.cbor", "registration-member-4.cbor.sig"] {
        assert_eq!(read(&out.join(name)), read(&registrations().join(name)), "{name}");
    }
}

#[test]
fn a_home_is_usable_only_once_its_registration_is_in_it() {
    let folder = folder("setup-stopped");
    let (new, out) = (folder.join("new"), folder.join("out"));
    fs::create_dir(&new).expect("made");
    fs::set_permissions(&new, fs::Permissions::from_mode(0o700)).expect("closed");
    // Nobody writes there, root neither.
    std::os::unix::fs::symlink("/proc", new.join("made")).expect("linked");
    let arguments = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
    let ran = run(&new, &arguments, &format!("{PASSPHRASE}\n"));
    assert_eq!(ran.code, 4, "{}", ran.errors);
    assert!(ran.errors.contains("new/made/"), "{}", ran.errors);
    assert!(!new.join("member.toml").exists() && !out.exists());
}

#[test]
fn without_its_registration_a_home_says_what_can_be_done() {
    let folder = folder("registration-lost");
    let (home, out) = (home(&folder, "member-1"), folder.join("out"));
    for name in names(&home.join("made")) {
        fs::remove_file(home.join("made").join(name)).expect("removed");
    }
    let again = ["setup", "--id", "member-1", "--again", "--out", path(&out)];
    let hint = "name the right --home; or restore it; if setup was stopped there, move it away and run setup again";
    let error = format!("{} has no registration", home.display());
    run(&home, &again, &format!("{PASSPHRASE}\n")).refused(1, &error, hint);
    fs::rename(&home, folder.join("away")).expect("moved");
    let setup = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
    run(&home, &setup, &format!("{PASSPHRASE}\n")).good();
}
