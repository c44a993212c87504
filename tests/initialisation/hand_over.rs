//! Hand-overs at a cluster's initialisation: nobody types a password, and each reaches those who are to know it, and nobody
//! else.

use record::Bundle;
use record::Digest;
use record::journal::What;
use record::messages::{HandOver, Recipient};
use record::screen::Shown;
use support::event::{Ended, Event};
use support::process::make_program;
use support::scratch::files_under;

use crate::{journal, unprepared};

/// An untouched cluster, and what all nine say that they open.
pub fn with_recipients() -> Event {
    let event = unprepared();
    for number in 1..=9 {
        let _ = recipient(&event, &format!("member-{number}"), &[]).good();
    }
    event
}

fn recipient(event: &Event, member: &str, more: &[&str]) -> Ended {
    let of = ["recipient", "--roster", "inputs/roster.cbor", "--out", "inbound"];
    event.member(member, &[&of[..], more].concat(), "")
}

/// What a member's program writes to standard output, a line for each.
fn open(event: &Event, member: &str, users: &[&str], more: &[&str]) -> Ended {
    let files: Vec<String> = users.iter().map(|user| file(user, member)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    event.member(member, &[&["open", "--stdout"][..], &files, more].concat(), "")
}

fn file(user: &str, member: &str) -> String {
    format!("outbound/{}", HandOver::file_name(user, member, 1))
}

fn admin(member: &str) -> String {
    format!("admin_{}", member.replace('-', "_"))
}

/// All passwords that were handed over: the owner's, then each admin's.
fn handed_over(event: &Event) -> Vec<String> {
    let mut owners = Vec::new();
    let mut all = Vec::new();
    for number in 1..=9 {
        let member = format!("member-{number}");
        let opened = open(event, &member, &["root_owner", &admin(&member)], &[]).good().out;
        let lines: Vec<&str> = opened.lines().collect();
        let [owner, own] = lines[..] else { panic!("{opened}") };
        owners.push(owner.to_owned());
        all.push(own.to_owned());
    }
    assert!(
        owners.iter().all(|owner| *owner == owners[0]),
        "each has the same one of the owner"
    );
    all.insert(0, owners.remove(0));
    all
}

fn holds(octets: &[u8], part: &str) -> bool {
    octets.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn each_password_goes_to_those_who_are_to_know_it_and_is_shown_nowhere() {
    let event = with_recipients();
    // It notes what a process shows of itself, and then is the program.
    let spy = format!(
        "#!/bin/sh\ntr '\\0' ' ' </proc/$$/cmdline >>{seen}\ncat /proc/$$/environ >>{seen}\nexec {seal} \"$@\"\n",
        seen = event.path("seen").display(),
        seal = support::process::ours("ceremony-seal").display(),
    );
    make_program(&event.path("spy"), &spy);
    let mut engine = event.initialise(&["--seal", "./spy"]);
    engine.play_to_the_end();
    let asked = engine.shown.iter().any(|shown| matches!(shown, Shown::Asking { .. }));
    assert!(!asked, "somebody was asked to type");
    demand_shown(&event, &engine.shown);
    let shown = engine.end().good().out;
    let all = handed_over(&event);
    let different: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), 10, "the owner's and nine admins'");
    // The HSM has them: the owner logs in, and no admin of old does.
    assert!(event.owner_with(&all[0]).is_ok());
    assert!(event.owner_with(Event::OWNER_PASSWORD).is_err());
    let seen = event.text("seen");
    assert!(seen.contains("ssh-ed25519 AAAA"), "{seen}");
    for password in &all {
        for folder in ["outbound", "bastion", "inbound"] {
            for name in files_under(&event.path(folder)) {
                let octets = std::fs::read(event.path(folder).join(&name)).expect("a file");
                assert!(!holds(&octets, password), "{folder}/{}", name.display());
            }
        }
        assert!(!shown.contains(password.as_str()) && !event.text("standard-error").contains(password.as_str()));
        assert!(!seen.contains(password.as_str()));
    }
    before_the_hsm_knew(&event);
}

/// What is sealed to is on the screen, member for member, before the first file is named.
fn demand_shown(event: &Event, shown: &[Shown]) {
    let at = |words: &str| {
        let begins = |shown: &Shown| matches!(shown, Shown::Said { text } if text.starts_with(words));
        shown.iter().position(begins).unwrap_or_else(|| panic!("{words}"))
    };
    let sealed = at("Sealed, and seen by nobody here: ");
    for number in 1..=9 {
        let member = format!("member-{number}");
        let key = event.fingerprint(&member);
        assert!(at(&format!("{member}: SSH key (Ed25519) {key}")) < sealed);
    }
}

/// The journal has each file's digest, before the first command that changes the cluster; and no more of it.
fn before_the_hsm_knew(event: &Event) {
    let entries = journal(event);
    let changed = |what: &What| matches!(what, What::Intent { command } if command.starts_with("cluster activate"));
    let changed = entries.iter().position(|entry| changed(&entry.what)).expect("it was");
    let mut written = 0;
    for (at, entry) in entries.iter().enumerate() {
        let What::HandedOver {
            user,
            member,
            recipient,
            file,
            digest,
        } = &entry.what
        else {
            continue;
        };
        assert!(at < changed, "entry {at}");
        let octets = event.read(&format!("outbound/{file}"));
        assert_eq!(*digest, Digest::of(&octets));
        let body = Bundle::<HandOver>::decode_marked(&octets, true).expect("it reads");
        assert_eq!((&body.user, &body.member, &body.recipient), (user, member, recipient));
        assert_eq!(*recipient, event.bundle::<Recipient>("recipient", member).recipient);
        assert!(user == "root_owner" || *user == admin(member), "{user} for {member}");
        written += 1;
    }
    assert_eq!(written, 18);
}

#[test]
fn nobody_opens_what_is_for_another() {
    let event = with_recipients();
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    let theirs = file("admin_member_1", "member-1");
    let other = event.member("member-2", &["open", "--stdout", &theirs], "");
    assert_eq!((other.code, other.out.as_str()), (Some(1), ""));
    assert_eq!(other.error(), "this is for member-1, and you are member-2");
    // Under a name of their own, it still is not sealed to them.
    let mut body = Bundle::<HandOver>::decode_marked(&event.read(&theirs), true).expect("it reads");
    let recipient = event.bundle::<Recipient>("recipient", "member-2").recipient;
    (body.member, body.recipient) = ("member-2".into(), recipient);
    event.write(
        "renamed.cbor",
        Bundle::new(true, body.clone()).encode().expect("encodes"),
    );
    let other = event.member("member-2", &["open", "--stdout", "renamed.cbor"], "");
    assert_eq!((other.code, other.out.as_str()), (Some(1), ""));
    assert_eq!(other.error(), "renamed.cbor is not sealed to this key");
    // Nor is a changed one opened.
    let mut changed = Bundle::<HandOver>::decode_marked(&event.read(&theirs), true).expect("it reads");
    *changed.sealed.0.last_mut().expect("octets") ^= 1;
    event.write("changed.cbor", Bundle::new(true, changed).encode().expect("encodes"));
    let other = event.member("member-1", &["open", "--stdout", "changed.cbor"], "");
    assert_eq!((other.code, other.out.as_str()), (Some(3), ""));
    assert!(
        other.error().starts_with("changed.cbor cannot be opened: "),
        "{}",
        other.err
    );
    // A password is shown to a person, or on purpose.
    let other = event.member("member-1", &["open", &theirs], "");
    assert_eq!((other.code, other.out.as_str()), (Some(2), ""));
    assert_eq!(
        other.error(),
        "standard output is no terminal: a password is shown to a person"
    );
}

#[test]
fn a_recipient_that_is_kept_elsewhere_is_opened_with_its_identity() {
    let event = unprepared();
    let key = text(&event, "key.txt");
    let _ = support::process::run("age-keygen", ["-o", &key], "").expect(0);
    let line = support::process::run("age-keygen", ["-y", &key], "").expect(0);
    let _ = recipient(&event, "member-1", &["--age-recipient", line.out.trim()]).good();
    for number in 2..=9 {
        let _ = recipient(&event, &format!("member-{number}"), &[]).good();
    }
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    let refused = open(&event, "member-1", &["root_owner"], &[]);
    let error = format!("it is sealed to {}, which this home does not open", line.out.trim());
    refused.refuses(1, &error, Some("say --identity FILE, with what opens that recipient"));
    let opened = open(&event, "member-1", &["root_owner"], &["--identity", "key.txt"]).good();
    assert!(event.owner_with(opened.out.trim()).is_ok());
    // The age program agrees.
    let body = Bundle::<HandOver>::decode_marked(&event.read(&file("root_owner", "member-1")), true).expect("it reads");
    event.write("sealed.age", &body.sealed.0);
    let sealed = text(&event, "sealed.age");
    let by_age = support::process::run("age", ["-d", "-i", &key, &sealed], "").expect(0);
    assert_eq!(by_age.out, opened.out.trim());
}

fn text(event: &Event, name: &str) -> String {
    event.path(name).to_str().expect("UTF-8").to_owned()
}

#[test]
fn shows_whose_password_it_is_before_it_shows_it() {
    let event = with_recipients();
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    let opened = open(&event, "member-1", &["root_owner"], &[]).good();
    let digest = Digest::of(&event.read(&file("root_owner", "member-1")));
    let page = &opened.err;
    for part in [
        "A password for member-1",
        "HSM user: root_owner",
        "the password of the key owner",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let [row, _] = &digest.blocks();
    assert!(page.contains(row), "{page}");
    assert!(
        !page.contains(opened.out.trim()),
        "the secret is on standard output alone"
    );
}

/// All that lies in the outbound folder, by a disk; and each member's own by name.
#[test]
fn a_disk_carries_every_hand_over() {
    let event = with_recipients();
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    std::fs::create_dir(event.path("disk")).expect("a folder");
    let out = [
        "media",
        "out",
        "--rehearsal",
        "--outbound",
        "outbound",
        "--disk",
        "disk",
    ];
    let done = event.ceremony(&out).good();
    assert!(!done.err.contains("passed over"), "{}", done.err);
    let left = files_under(&event.path("outbound"));
    let hand_overs = left
        .iter()
        .filter(|name| name.to_string_lossy().starts_with("hand-over-"));
    assert_eq!(hand_overs.count(), 18);
    assert_eq!(files_under(&event.path("disk")), left);
    let theirs = "disk/hand-over-root-owner-member-1.cbor";
    let opened = event.member("member-1", &["open", "--stdout", theirs], "").good();
    assert!(event.owner_with(opened.out.trim()).is_ok());
    // The disk once more, and for what came later.
    let again = event.ceremony(&out).good();
    assert!(
        again
            .on_one_line()
            .contains(&format!("0 files copied and read back, {} there before", left.len()))
    );
}
