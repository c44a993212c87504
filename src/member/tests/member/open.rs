//! `recipient` and `open`: what the `age` program sealed is opened here, shown once, and to its member alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::messages::{HandOver, Recipient};
use record::{Body as _, Bundle, Bytes, Digest, Time};

use super::scene::event::path;
use super::scene::judge::ssh_verifies;
use super::scene::{NOW, PASSPHRASE, Ran, feed, folder, home, names, plan, read, run};

const SECRET: &str = "abcde-fghij-klmno-pqrst-uvwxy";

/// A hand-over to member-1, sealed by the `age` program.
fn sealed(folder: &Path, recipient: &str, secret: &str) -> PathBuf {
    let done = feed(Command::new("age").args(["-r", recipient]), secret.as_bytes());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    written(folder, recipient, done.stdout)
}

fn written(folder: &Path, recipient: &str, sealed: Vec<u8>) -> PathBuf {
    named(folder, recipient, sealed, "admin_member_1")
}

fn named(folder: &Path, recipient: &str, sealed: Vec<u8>, user: &str) -> PathBuf {
    let body = HandOver {
        roster: Digest::of(b"roster"),
        member: "member-1".into(),
        user: user.into(),
        purpose: "the password of your admin account".into(),
        recipient: recipient.to_owned(),
        sealed: Bytes(sealed),
        at: Time::parse(NOW).expect("a time"),
    };
    let path = folder.join("hand-over-admin-member-1-member-1.cbor");
    fs::write(&path, Bundle::new(true, body).encode().expect("encodes")).expect("written");
    path
}

fn open(home: &Path, file: &Path, more: &[&str], typed: &str) -> Ran {
    run(home, &[&["open", path(file), "--stdout"], more].concat(), typed)
}

fn own(member: &str) -> String {
    plan::registration(member).ssh_key
}

fn keygen(folder: &Path) -> (PathBuf, String) {
    let file = folder.join("key.txt");
    let made = feed(Command::new("age-keygen").args(["-o", path(&file)]), b"");
    assert!(made.status.success());
    let line = feed(Command::new("age-keygen").args(["-y", path(&file)]), b"").stdout;
    (file, String::from_utf8(line).expect("text").trim().to_owned())
}

#[test]
fn opens_what_age_sealed_to_the_homes_ssh_key() {
    let folder = folder("own");
    let home = home(&folder, "member-1");
    let before = names(&folder);
    let file = sealed(&folder, &own("member-1"), SECRET);
    let opened = open(&home, &file, &[], &format!("{PASSPHRASE}\n"));
    assert_eq!(
        (opened.code, opened.page.as_str()),
        (0, format!("{SECRET}\n").as_str()),
        "{}",
        opened.errors
    );
    assert!(opened.errors.contains("HSM user: admin_member_1") && !opened.errors.contains(SECRET));
    // Nothing is written.
    assert_eq!(names(&folder).len(), before.len() + 1);
    for name in names(&home).iter().filter(|name| home.join(name).is_file()) {
        let bytes = read(&home.join(name));
        assert!(
            !bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()),
            "{name}"
        );
    }
}

#[test]
fn opens_with_a_key_of_age_keygen_and_with_an_ssh_key_elsewhere() {
    let folder = folder("elsewhere");
    let home = home(&folder, "member-1");
    let (key, recipient) = keygen(&folder);
    let file = sealed(&folder, &recipient, SECRET);
    assert_eq!(
        open(&home, &file, &["--identity", path(&key)], "").page,
        format!("{SECRET}\n")
    );
    for passphrase in ["", "five herons"] {
        let ssh = folder.join(format!("ssh-{}", passphrase.len()));
        let words = ["-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path(&ssh)];
        assert!(feed(Command::new("ssh-keygen").args(words), b"").status.success());
        let line = fs::read_to_string(ssh.with_extension("pub")).expect("the public key");
        let file = sealed(&folder, line.trim(), SECRET);
        let opened = open(&home, &file, &["--identity", path(&ssh)], &format!("{passphrase}\n"));
        assert_eq!(opened.page, format!("{SECRET}\n"), "{}", opened.errors);
        if !passphrase.is_empty() {
            let wrong = open(&home, &file, &["--identity", path(&ssh)], "six herons\n");
            let error = format!("this is not the passphrase of {}", ssh.display());
            wrong.refused(1, &error, "check the keyboard's layout and Caps Lock, and start again");
        }
    }
}

#[test]
fn names_the_human_cause_where_nothing_opens() {
    let folder = folder("refused");
    let home = home(&folder, "member-1");
    let typed = format!("{PASSPHRASE}\n");
    let file = sealed(&folder, &own("member-1"), SECRET);
    open(&home, &file, &[], "another\n").refused(
        1,
        "this is not the passphrase of member-1's keys",
        "check the keyboard's layout and Caps Lock, and start again",
    );
    let (key, recipient) = keygen(&folder);
    open(&home, &file, &["--identity", path(&key)], "").refused(
        1,
        &format!("{} is not sealed to this key", file.display()),
        "name the --identity of the recipient that was in force at the event; or it is another member's file",
    );
    let file = sealed(&folder, &recipient, SECRET);
    open(&home, &file, &[], &typed).refused(
        1,
        &format!("it is sealed to {recipient}, which this home does not open"),
        "say --identity FILE, with what opens that recipient",
    );
    fs::write(&key, "nothing\n").expect("written");
    open(&home, &file, &["--identity", path(&key)], "").refused(
        3,
        &format!("{} opens nothing: it is no age identity", key.display()),
        "name a file of age-keygen, of an age plugin, or an ssh-ed25519 private key",
    );
    let ask = "ask infra for the console's own file again, and compare its digest with the journal's";
    let file = written(&folder, &own("member-1"), b"not an age file".to_vec());
    open(&home, &file, &[], &typed).refused(
        3,
        &format!("{} cannot be opened: it is no age file", file.display()),
        ask,
    );
    for odd in ["", "two\nlines", "\u{1b}[2J"] {
        let file = sealed(&folder, &own("member-1"), odd);
        let error = format!("{} cannot be opened: what is in it is no password", file.display());
        open(&home, &file, &[], &typed).refused(3, &error, ask);
    }
    let long = "x".repeat(4097);
    let file = sealed(&folder, &own("member-1"), &long);
    let error = format!("{} cannot be opened: it is longer than any password", file.display());
    open(&home, &file, &[], &typed).refused(3, &error, ask);
}

#[test]
fn a_password_is_shown_to_a_person_who_has_looked_around() {
    let folder = folder("terminal");
    let home = home(&folder, "member-1");
    let file = sealed(&folder, &own("member-1"), SECRET);
    run(&home, &["open", path(&file)], &format!("{PASSPHRASE}\n")).refused(
        2,
        "standard output is no terminal: a password is shown to a person",
        "run it at a terminal; or say --stdout, and mind where it goes",
    );
    let shown = at_a_terminal(&home, &file);
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words}: {shown}"));
    let order = [
        at("A password for member-1"),
        at("HSM user: admin_member_1"),
        at("Somebody may look on"),
        at(SECRET),
        at("clear this screen"),
    ];
    assert!(order.is_sorted(), "{shown}");
    assert_eq!(shown.matches(SECRET).count(), 1);
}

/// Anybody can seal to a member's public key, and name any user.
#[test]
fn a_users_name_moves_no_cursor_before_the_password_is_shown() {
    let folder = folder("named");
    let home = home(&folder, "member-1");
    let done = feed(Command::new("age").args(["-r", &own("member-1")]), SECRET.as_bytes());
    let user = "x\u{1b}[2J\u{202e}\u{9b}1A\r\nThe next line is yours";
    let file = named(&folder, &own("member-1"), done.stdout, user);
    let plain = "x\\u{1b}[2J\\u{202e}\\u{9b}1A\\u{d}\\u{a}The next line is yours";
    let shown = at_a_terminal(&home, &file);
    // The terminal itself ends lines with a carriage return.
    let unkind = |c: char| c.is_control() && !['\r', '\n'].contains(&c) || !c.is_ascii();
    assert!(!shown.contains(unkind), "{shown:?}");
    assert!(
        shown.contains(&format!("The next line is the password of {plain}.")),
        "{shown:?}"
    );
    assert!(!shown.contains("\nThe next line is yours"), "{shown:?}");
}

/// What is shown when it is opened at a terminal, which script(1) gives.
fn at_a_terminal(home: &Path, file: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_ceremony-member");
    let line = format!("{program} --home {} open {}", home.display(), file.display());
    let typed = format!("{PASSPHRASE}\n\n");
    let done = feed(
        Command::new("script").args(["-qec", &line, "/dev/null"]),
        typed.as_bytes(),
    );
    let shown = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{shown}");
    shown
}

#[test]
fn a_recipient_is_the_members_own_signed_word() {
    let folder = folder("recipient");
    let home = home(&folder, "member-2");
    let typed = format!("{PASSPHRASE}\n");
    let (out, file) = (folder.join("out"), folder.join("plan.cbor"));
    fs::write(&file, plan::bundle()).expect("written");
    let of = ["--now", NOW, "recipient", "--plan", path(&file), "--out", path(&out)];
    let page = run(&home, &of, &typed).good();
    assert!(page.contains("To what secrets for member-2 are sealed"), "{page}");
    let file = out.join("recipient-member-2.cbor");
    let body = Bundle::<Recipient>::decode_marked(&read(&file), true).expect("it reads");
    assert_eq!(
        (body.member.as_str(), body.recipient.as_str()),
        ("member-2", own("member-2").as_str())
    );
    let said = (body.plan_or_roster, body.at);
    assert_eq!(said, (Digest::of(plan::bundle()), Time::parse(NOW).expect("a time")));
    let signature = out.join("recipient-member-2.cbor.sig");
    ssh_verifies(&file, &signature, Recipient::NAMESPACE, "member-2", &own("member-2"));
    let again = run(&home, &of, &typed);
    assert_eq!(again.code, 1, "nothing is overwritten: {}", again.errors);
    let (other, roster) = (folder.join("other"), folder.join("roster.cbor"));
    let octets = &plan::inbound().inputs[record::plan::ROSTER];
    fs::write(&roster, &octets.0).expect("written");
    let tag = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";
    let _ = run(
        &home,
        &[
            "recipient",
            "--roster",
            path(&roster),
            "--age-recipient",
            tag,
            "--out",
            path(&other),
        ],
        &typed,
    )
    .good();
    let file = other.join("recipient-member-2.cbor");
    let body = Bundle::<Recipient>::decode_marked(&read(&file), true).expect("it reads");
    assert_eq!(body.recipient, tag);
    assert_eq!(body.plan_or_roster, Digest::of(&octets.0));
}

#[test]
fn a_recipient_is_named_for_one_event_that_the_member_is_of() {
    let folder = folder("recipient-of");
    let home = home(&folder, "member-2");
    let none = run(&home, &["recipient", "--out", path(&folder)], "");
    assert_eq!(none.code, 2, "{}", none.errors);
    assert!(
        none.errors.contains("<--plan <PLAN>|--roster <ROSTER>>"),
        "{}",
        none.errors
    );
    // A roster in which another key stands for the member.
    let mut inbound = plan::inbound();
    inbound.roster.members[1].ssh_key = own("member-3");
    let roster = folder.join("roster.cbor");
    let bundle = Bundle::new(true, inbound.roster).encode().expect("encodes");
    fs::write(&roster, bundle).expect("written");
    let refused = run(
        &home,
        &["recipient", "--roster", path(&roster), "--out", path(&folder)],
        "",
    );
    assert_eq!(refused.code, 1, "{}", refused.errors);
    assert!(refused.errors.contains("SSH key"), "{}", refused.errors);
    assert!(!folder.join("recipient-member-2.cbor").exists());
}

#[test]
fn refuses_to_name_what_nobody_can_seal_to() {
    let folder = folder("bad-recipient");
    let home = home(&folder, "member-2");
    let file = folder.join("plan.cbor");
    fs::write(&file, plan::bundle()).expect("written");
    for (bad, said) in [
        (
            "age1yubikey1qqq",
            "'age1yubikey1qqq': it is damaged, or of a plugin, or has more than the key",
        ),
        (
            "somebody",
            "what was named as the recipient: it is no age1..., age1tag1... or ssh-ed25519 recipient",
        ),
    ] {
        run(
            &home,
            &[
                "--now",
                NOW,
                "recipient",
                "--plan",
                path(&file),
                "--age-recipient",
                bad,
                "--out",
                path(&folder),
            ],
            "",
        )
        .refused(
            2,
            said,
            "name one line: age1..., age1tag1... or 'ssh-ed25519 AAAA...'; a hardware key has an age1tag1... name too",
        );
    }
    assert_eq!(names(&folder), ["member-2", "plan.cbor"]);
}

/// A person takes the wrong line of a key file; what they typed is on the screen and in the shell's history already.
#[test]
fn a_secret_key_on_the_command_line_is_never_repeated_wherever_it_stands() {
    let folder = folder("secret-typed");
    let (home, out) = (home(&folder, "member-1"), folder.join("out"));
    let (key, _) = keygen(&folder);
    let text = fs::read_to_string(&key).expect("the key file");
    let secret = text
        .lines()
        .find(|line| line.starts_with("AGE-SECRET-KEY-"))
        .expect("a key");
    let plan = folder.join("plan.cbor");
    fs::write(&plan, plan::bundle()).expect("written");
    let joined = format!("--age-recipient={secret}");
    let recipient = ["recipient", "--plan", path(&plan), "--out", path(&out)];
    for more in [&["--age-recipient", secret][..], &[&joined], &[secret]] {
        secret_refused(&run(&home, &[&recipient[..], more].concat(), ""), secret);
    }
    let file = sealed(&folder, &own("member-1"), SECRET);
    secret_refused(&open(&home, &file, &["--identity", secret], ""), secret);
    secret_refused(&run(&home, &["open", secret], ""), secret);
    assert!(!out.exists());
}

fn secret_refused(ran: &Ran, secret: &str) {
    let error = "a word of this command is the SECRET half of a key, which belongs on no command line";
    let hint = "whoever can see this machine's processes, or your shell's history, may have it: make another key; \
                --age-recipient takes the public half, age1..., and --identity the name of a file";
    ran.refused(2, error, hint);
    let said = format!("{}{}", ran.page, ran.errors).to_uppercase();
    assert!(!said.contains(&secret[..24]), "{said}");
}

/// Nobody knows what it is: it may be a passphrase.
#[test]
fn what_does_not_begin_as_a_recipient_is_not_repeated() {
    let folder = folder("not-repeated");
    let (home, out) = (home(&folder, "member-1"), folder.join("out"));
    let file = folder.join("plan.cbor");
    fs::write(&file, plan::bundle()).expect("written");
    let words = [
        "recipient",
        "--plan",
        path(&file),
        "--age-recipient",
        PASSPHRASE,
        "--out",
        path(&out),
    ];
    let ran = run(&home, &[&["--now", NOW], &words[..]].concat(), "");
    ran.refused(
        2,
        "what was named as the recipient: it is no age1..., age1tag1... or ssh-ed25519 recipient",
        "name one line: age1..., age1tag1... or 'ssh-ed25519 AAAA...'; a hardware key has an age1tag1... name too",
    );
    assert!(!ran.errors.contains(PASSPHRASE), "{}", ran.errors);
}
