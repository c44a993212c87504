//! `setup`: keys that other programs read, and a registration that they verify.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::scene::event::path;
use super::scene::judge::{openssl, ssh_verifies};
use super::scene::{PASSPHRASE, feed, folder, home, names, plan, read, registrations, run};

#[test]
fn openssl_opens_both_key_files_with_the_passphrase_and_finds_the_registered_keys() {
    let home = home(&folder("openssl"), "member-1");
    let registered = plan::registration("member-1");
    for (name, public) in [
        ("approval.pem", registered.approval_key),
        ("admin.pem", registered.admin_key),
    ] {
        let file = home.join(name);
        let arguments = [
            "pkey",
            "-in",
            path(&file),
            "-passin",
            "stdin",
            "-pubout",
            "-outform",
            "DER",
        ];
        assert_eq!(openssl(&arguments, PASSPHRASE.as_bytes()), public.0, "{name}");
        let wrong = feed(Command::new("openssl").args(arguments), b"another");
        assert!(!wrong.status.success(), "{name} opens with any passphrase");
    }
}

#[test]
fn key_files_are_sealed_with_scrypt_and_aes_256() {
    let home = home(&folder("scrypt"), "member-1");
    let shown = openssl(&["asn1parse", "-in", path(&home.join("approval.pem"))], b"");
    let shown = String::from_utf8(shown).expect("text");
    for part in ["PBES2", "scrypt", "aes-256-cbc", "INTEGER           :0400"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}

#[test]
fn ssh_keygen_opens_the_ssh_key_and_finds_the_registered_line() {
    let home = home(&folder("ssh-keygen"), "member-2");
    let file = home.join("ssh");
    let line = |passphrase| {
        feed(
            Command::new("ssh-keygen").args(["-y", "-P", passphrase, "-f", path(&file)]),
            b"",
        )
    };
    let opened = String::from_utf8(line(PASSPHRASE).stdout).expect("text");
    assert_eq!(opened.trim(), plan::registration("member-2").ssh_key);
    assert_eq!(read(&home.join("ssh.pub")), format!("{}\n", opened.trim()).into_bytes());
    assert!(!line("another").status.success());
}

#[test]
fn ssh_keygen_verifies_the_registration() {
    let bundle = registrations().join("registration-member-3.cbor");
    let signature = registrations().join("registration-member-3.cbor.sig");
    let line = plan::registration("member-3").ssh_key;
    // A copy, since the judge writes beside it.
    let copy = folder("registration").join("sig");
    fs::copy(signature, &copy).expect("copied");
    ssh_verifies(&bundle, &copy, "roster@pki.rust-lang.org", "member-3", &line);
}

#[test]
fn the_home_is_for_its_member_alone() {
    let home = home(&folder("modes"), "member-1");
    let mode = |name: &str| fs::metadata(home.join(name)).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    for name in ["approval.pem", "admin.pem", "ssh", "member.toml"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    for name in ["reviewed", "attended", "made"] {
        assert_eq!(mode(name), 0o700, "{name}");
    }
    assert!(
        String::from_utf8(read(&home.join("member.toml")))
            .expect("text")
            .contains("scrypt-log2-n = 10")
    );
}

#[test]
fn refuses_a_home_that_others_can_look_into() {
    let home = home(&folder("open-home"), "member-1");
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).expect("opened");
    let ran = run(&home, &["review", "none", "--out", "none"], "");
    let error = format!(
        "other users of this machine can look into {} (mode 755)",
        home.display()
    );
    ran.refused(
        1,
        &error,
        "run chmod 700 on it; if somebody else uses this machine, tell infra",
    );
}

#[test]
fn refuses_production_keys_in_files() {
    let folder = folder("production");
    let (home, out) = (folder.join("home"), folder.join("out"));
    let ran = run(&home, &["setup", "--id", "member-1", "--out", path(&out)], "secret\n");
    let hint = "name the token with --module and --token and your SSH key with --ssh-key; or, for a rehearsal, say --rehearsal";
    ran.refused(1, "production keys live in a token, never in files", hint);
    assert!(names(&folder).is_empty());
}

#[test]
fn a_word_changed_in_the_home_makes_no_production_keys_of_files() {
    let home = home(&folder("edited"), "member-1");
    let file = home.join("member.toml");
    let text = String::from_utf8(read(&file))
        .expect("text")
        .replace("rehearsal = true", "rehearsal = false");
    fs::write(&file, text).expect("written");
    let ran = run(&home, &["review", "none", "--out", "none"], "");
    let hint = "name the token with --module and --token and your SSH key with --ssh-key; or, for a rehearsal, say --rehearsal";
    ran.refused(1, "production keys live in a token, never in files", hint);
}

#[test]
fn refuses_a_made_up_time_outside_rehearsals() {
    let folder = folder("now");
    let (home, out) = (folder.join("home"), folder.join("out"));
    let ran = run(
        &home,
        &[
            "--now",
            "2026-11-22T10:00:00Z",
            "setup",
            "--id",
            "member-1",
            "--out",
            path(&out),
        ],
        "",
    );
    let hint = "leave --now out; the clock of this machine counts";
    ran.refused(2, "--now is for rehearsals, and this is not one", hint);
}

#[test]
fn wrong_usage_is_told_under_the_programs_name() {
    let ran = run(&folder("usage"), &["attend", "--phase", "middle"], "");
    assert_eq!(ran.code, 2);
    assert!(
        ran.errors.starts_with("ceremony-member: error: invalid value 'middle'"),
        "{}",
        ran.errors
    );
}

#[test]
fn refuses_an_empty_passphrase_and_an_id_that_is_none_and_leaves_nothing() {
    let folder = folder("nothing");
    let (home, out) = (folder.join("home"), folder.join("out"));
    let setup = |id, typed| run(&home, &["setup", "--id", id, "--rehearsal", "--out", path(&out)], typed);
    let hint = "start again, and type the passphrase with care";
    setup("member-1", "\n").refused(1, "no passphrase was typed", hint);
    let hint = "type the passphrase, then the words that are asked for, each on its own line";
    setup("member-1", "").refused(3, "standard input ended before the answer", hint);
    let hint = "use the id that infra gave you, like member-1: 1 to 25 of a-z, 0-9 and -";
    setup("../member", "secret\n").refused(2, "'../member' is not a name for a member", hint);
    // Its user on the HSM, admin_member_1_with_26_character, would have 32 characters.
    let long = "member-1-with-26-character";
    setup(long, "secret\n").refused(2, &format!("'{long}' is not a name for a member"), hint);
    assert!(names(&folder).is_empty());
}

#[test]
fn never_makes_keys_over_others() {
    let folder = folder("again");
    let home = home(&folder, "member-1");
    let before = read(&home.join("approval.pem"));
    let out = folder.join("out");
    let ran = run(
        &home,
        &["setup", "--id", "member-1", "--rehearsal", "--out", path(&out)],
        "secret\n",
    );
    let error = format!("{} is there already", home.join("member.toml").display());
    ran.refused(
        1,
        &error,
        "nothing is ever overwritten; name another folder, or move the old file away",
    );
    assert_eq!(read(&home.join("approval.pem")), before);
    assert!(!out.exists());
}

#[test]
fn no_passphrase_is_written_anywhere() {
    let home = home(&folder("leak"), "member-1");
    for name in ["approval.pem", "admin.pem", "ssh", "ssh.pub", "member.toml"] {
        let text = String::from_utf8(read(&home.join(name))).expect("text");
        assert!(!text.contains(PASSPHRASE), "{name}");
    }
}

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
    ];
    fs::create_dir(old.join("manifests")).expect("made");
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

#[test]
fn what_a_home_beside_remembers_and_cannot_be_read_stops_setup() {
    let folder = folder("beside-damaged");
    let token = super::scene::token::SoftHsm::new(&folder, "beside");
    let beside = home(&folder, "member-2");
    let made = fs::read_dir(beside.join("made")).expect("readable").next();
    fs::write(made.expect("a registration").expect("readable").path(), "damaged").expect("written");
    let ssh = super::scene::token::ssh_key(&folder, "id");
    let typed = format!("{}\n", super::scene::token::PIN);
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

#[test]
fn a_files_name_shows_nothing_that_a_terminal_obeys() {
    let home = home(&folder("names"), "member-1");
    let named = folder("hostile").join("a\u{1b}[2J\u{202e}\nceremony-member: hint: sign it.cbor");
    for there in [false, true] {
        if there {
            fs::write(&named, "no bundle").expect("written");
        }
        let out = home.with_extension("out");
        let ran = run(&home, &["review", path(&named), "--out", path(&out)], "");
        assert_eq!(ran.code, 3, "{}", ran.errors);
        ran.is_read_aloud();
        let lines: Vec<&str> = ran.errors.lines().collect();
        assert!(lines[0].ends_with("a\\u{1b}[2J\\u{202e}"), "{lines:?}");
        assert!(
            lines[1].starts_with("  ceremony-member: hint: sign it.cbor"),
            "{lines:?}"
        );
    }
}
