//! A refusal as a page: its commands are run as anybody would run them, with `sh`, `base64`, `grep` and `ssh-keygen`.

use std::fs;
use std::process::{Command, Output};

use record::Digest;

use super::scene::event::{Event, path};
use super::scene::{NOW, PASSPHRASE, feed, folder, plan, run, two_words};

const REASON: &str = "it's not the plan that I'd read: $(rm -rf .) `id` \"x\" \\ END";

#[test]
fn the_pages_own_commands_verify_it_and_a_changed_letter_fails() {
    let page = refusal("published", REASON);
    assert!(
        page.lines()
            .all(|line| line.len() <= 80 && line.bytes().all(|b| (32..127).contains(&b))),
        "{page}"
    );
    for said in [
        "member-1 refuses the event rehearsal-of-members",
        "REHEARSAL. Nothing in it is for real use.",
        "How to check this",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let commands = &page[page.find("\nprintf").expect("commands") + 1..];
    let (good, said) = follow(commands);
    assert!(
        good && said.contains("Good \"refusal@pki.rust-lang.org\" signature for member-1"),
        "{said}"
    );
    assert!(said.contains("The reason is in what was signed."), "{said}");
    // One letter of the bundle, of the signature, of the key and of the reason.
    for mark in [
        "base64 -d > refusal-member-1.cbor <<'END'\n",
        "SSH SIGNATURE-----\n",
        "'member-1 namespaces",
        "'it'",
    ] {
        let at = commands.find(mark).expect("there") + if mark.starts_with('\'') { 3 } else { mark.len() + 60 };
        let (good, said) = follow(&changed(commands, at));
        assert!(!good || !said.contains("The reason is in"), "{mark} {said}");
    }
}

#[test]
fn a_reason_that_would_end_a_here_document_ends_none() {
    let page = refusal("published-end", "END");
    let (good, said) = follow(&page[page.find("\nprintf").expect("commands") + 1..]);
    assert!(good && said.contains("The reason is in what was signed."), "{said}");
}

fn refusal(name: &str, reason: &str) -> String {
    let event = Event::new(name);
    let (file, out) = (event.path("plan.cbor"), event.out());
    let arguments = [
        "--now",
        NOW,
        "refuse",
        path(&file),
        "--reason",
        reason,
        "--out",
        path(&out),
    ];
    let words = two_words(&Digest::of(plan::bundle()));
    run(&event.home("member-1"), &arguments, &format!("{PASSPHRASE}\n{words}\n")).good();
    fs::read_to_string(out.join("refusal-member-1.txt")).expect("a page")
}

fn follow(commands: &str) -> (bool, String) {
    let folder = folder("anybody");
    let Output { status, stdout, stderr } = feed(Command::new("sh").current_dir(&folder), commands.as_bytes());
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    (status.success(), said)
}

fn changed(text: &str, at: usize) -> String {
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    [&text[..at], other, &text[at + 1..]].concat()
}
