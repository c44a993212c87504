//! `setup`: keys that other programs read, and a registration that they verify.

mod other_homes;
mod registration;

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
