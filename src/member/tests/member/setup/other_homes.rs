//! A new home and those that are there: what is kept of the old one, and what lies beside.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::super::scene::event::path;
use super::super::scene::{PASSPHRASE, folder, home, read, run};

#[test]
fn a_new_approval_key_needs_a_home_that_remembers_nothing() {
    let folder = folder("keep");
    let (old, new, out) = (home(&folder, "member-1"), folder.join("new"), folder.join("out"));
    let keep = |keys| {
        let arguments = [
            "setup",
            "--id",
            "member-1",
            "--rehearsal",
            "--keep",
            path(&old),
            "--new",
            keys,
        ];
        run(
            &new,
            &[&arguments[..], &["--out", path(&out)]].concat(),
            &format!("{PASSPHRASE}\n"),
        )
    };
    for keys in ["approval", "ssh,approval"] {
        let error = format!(
            "the approval key is to be new, and {} remembers what the old one registered",
            old.display()
        );
        let hint = "a home registers one approval key in its life: make all three keys new, in an empty --home, without --keep";
        keep(keys).refused(2, &error, hint);
        assert!(!new.exists() && !out.exists(), "{keys}");
    }
    let _ = keep("admin,ssh").good();
    assert_eq!(read(&new.join("approval.pem")), read(&old.join("approval.pem")));
    for name in ["admin.pem", "ssh"] {
        assert_ne!(read(&new.join(name)), read(&old.join(name)), "{name}");
    }
}

#[test]
fn what_the_old_home_knows_of_consoles_and_manifests_is_kept() {
    let folder = folder("keep-known");
    let (old, new, out) = (home(&folder, "member-1"), folder.join("new"), folder.join("out"));
    let known = [
        ("attestation-key", format!("{}\n", "5e".repeat(32))),
        (
            &format!("manifests/{}.signers", "77".repeat(32)),
            "2026-11-22T10:00:00Z member-1 member-2\n".to_owned(),
        ),
        (
            &format!("countersigned/{}.signed", "88".repeat(32)),
            format!("2026-11-22T10:00:00Z {}\n", "99".repeat(32)),
        ),
    ];
    for folder in ["manifests", "countersigned"] {
        fs::create_dir(old.join(folder)).expect("made");
    }
    for (name, text) in &known {
        fs::write(old.join(name), text).expect("written");
    }
    let own = ["setup", "--id", "member-1", "--rehearsal", "--keep", path(&old)];
    let arguments = [&own[..], &["--new", "ssh", "--out", path(&out)]].concat();
    run(&new, &arguments, &format!("{PASSPHRASE}\n")).good();
    for (name, text) in &known {
        assert_eq!(read(&new.join(name)), text.as_bytes(), "{name}");
        assert_eq!(
            fs::metadata(new.join(name)).expect("there").permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn a_home_beside_that_cannot_be_read_stops_setup_before_any_key_is_made() {
    let folder = folder("beside");
    let beside = home(&folder, "member-2");
    let setup = || {
        let (new, out) = (folder.join("new"), folder.join("out"));
        let arguments = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
        run(&new, &arguments, &format!("{PASSPHRASE}\n"))
    };
    let hint =
        "mend that home or restore it; or make the new one in a folder of its own, and name your others with --other";
    let stopped = |what: &str| {
        let ran = setup();
        let error = format!(
            "{} may hold keys of the other purpose, and cannot be compared: {what}",
            beside.display()
        );
        ran.refused(3, &error, hint);
        assert!(
            !ran.errors.contains("passphrase of") && !folder.join("new").exists(),
            "{}",
            ran.errors
        );
    };
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o750)).expect("opened");
    stopped(&format!(
        "other users of this machine can look into {} (mode 750)",
        beside.display()
    ));
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o700)).expect("closed");
    let file = beside.join("member.toml");
    let good = read(&file);
    fs::write(&file, "version = 2").expect("written");
    stopped(&format!("{} is no member's home: missing field `id`", beside.display()));
    fs::write(&file, &good).expect("written");
    let _ = setup().good();
}

#[test]
fn what_lies_beside_a_home_and_is_no_folder_stops_no_setup() {
    let folder = folder("beside-links");
    std::os::unix::fs::symlink("loop", folder.join("loop")).expect("linked");
    std::os::unix::fs::symlink("nothing", folder.join("nowhere")).expect("linked");
    fs::write(folder.join("file"), "").expect("written");
    let (new, out) = (folder.join("new"), folder.join("out"));
    let arguments = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
    run(&new, &arguments, &format!("{PASSPHRASE}\n")).good();
    assert!(new.join("member.toml").is_file());
    // In a folder that may be a home, what cannot be followed may be its keys.
    let damaged = folder.join("damaged");
    fs::create_dir(&damaged).expect("made");
    std::os::unix::fs::symlink("member.toml", damaged.join("member.toml")).expect("linked");
    let out = folder.join("more");
    let arguments = ["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)];
    let ran = run(&folder.join("other"), &arguments, "");
    assert!(
        ran.code == 3 && ran.errors.contains("damaged may hold keys"),
        "{}",
        ran.errors
    );
}

#[test]
fn what_a_home_beside_remembers_and_cannot_be_read_stops_setup() {
    let folder = folder("beside-damaged");
    let token = super::super::scene::token::SoftHsm::new(&folder, "beside");
    let beside = home(&folder, "member-2");
    let made = fs::read_dir(beside.join("made")).expect("readable").next();
    fs::write(made.expect("a registration").expect("readable").path(), "damaged").expect("written");
    let ssh = super::super::scene::token::ssh_key(&folder, "id");
    let typed = format!("{}\n", super::super::scene::token::PIN);
    // The other purpose's homes are compared with all that they remember.
    let ran = token.setup(&folder.join("new"), &ssh, &["--make"], &typed);
    assert_eq!(ran.code, 3, "{}", ran.errors);
    let error = format!(
        "{} may hold keys of the other purpose, and cannot be compared: ",
        beside.display()
    );
    assert!(ran.errors.contains(&error), "{}", ran.errors);
    assert!(!folder.join("new").exists() && !token.tool(&["--list-objects"]).contains("approval"));
}
