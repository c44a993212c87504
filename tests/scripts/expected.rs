//! What each script shows, as files in its `expected` folder: the plan in plain words, the dry run, and the text of the
//! paper.

use record::plan::Kind;
use support::event::Event;
use support::golden;
use support::process::workspace;

use crate::desk::{Desk, OPENS, founding};
use crate::paper::text_of;

/// A script's plan with fixed inputs.
struct Case {
    kind: Kind,
    /// Puts on the desk what the script needs.
    prepare: fn(&Desk),
    set: &'static [&'static str],
}

const ALL: &[&str] = &["show", "dry-run", "paper"];

fn cases() -> Vec<Case> {
    let case = |kind, prepare: fn(&Desk), set| Case { kind, prepare, set };
    vec![
        case(Kind::ClusterInitialisation, |_| {}, &[]),
        case(Kind::RootGeneration, first_root, &[]),
        case(Kind::DelegateIssuance, new_delegate, &["delegate=documentation"]),
        case(
            Kind::DelegateReplacement,
            |desk| desk.request("release"),
            &["delegate=release", "until=2028-06-01T00:00:00Z"],
        ),
        case(
            Kind::DelegateRevocation,
            |_| {},
            &["certificate=crates-io-1", "reason=keyCompromise"],
        ),
        case(
            Kind::SubkeyIssuance,
            |desk| desk.request("bors-rust"),
            &["uri=https://github.com/rust-lang/rust"],
        ),
        case(Kind::CrlRefresh, |_| {}, &[]),
        case(Kind::RootRotation, |_| {}, &[]),
        case(Kind::RootEmergency, emergency, &[]),
        case(Kind::MemberChange, new_member, &[]),
        case(Kind::MemberKeyReplacement, new_keys, &[]),
        case(Kind::ThresholdChange, six_of_nine, &[]),
        case(Kind::HsmMaintenance, |_| {}, &["work=restore-drill"]),
        case(
            Kind::ConsoleMaintenance,
            |_| {},
            &["work=The console gets its new image"],
        ),
        case(Kind::Drill, |_| {}, &["of=crl-refresh"]),
    ]
}

#[test]
fn every_script_shows_what_was_decided() {
    let mut wrong = Vec::new();
    for shows in ALL {
        for case in cases() {
            wrong.extend(other(case.kind, shows, || shown(&case, shows)));
        }
    }
    assert!(
        wrong.is_empty(),
        "look at the .actual. files beside:\n{}",
        wrong.join("\n")
    );
}

/// What is another than was decided.
fn other(kind: Kind, shows: &str, shown: impl Fn() -> String + std::panic::UnwindSafe) -> Option<String> {
    let Ok(shown) = std::panic::catch_unwind(shown) else {
        return Some(format!("{kind} cannot be shown: {shows}"));
    };
    let golden = workspace().join(format!("ceremony-scripts/{kind}/expected/{shows}.txt"));
    std::fs::create_dir_all(golden.parent().expect("a folder")).expect("the folder");
    let same = std::panic::catch_unwind(|| golden::compare(&golden, &shown));
    same.is_err().then(|| golden.display().to_string())
}

/// What the program says of a case's plan.
fn shown(case: &Case, shows: &str) -> String {
    let desk = Desk::after_the_founding();
    (case.prepare)(&desk);
    let set: Vec<&str> = case.set.iter().flat_map(|set| ["--set", set]).collect();
    let _ = desk.draft(case.kind.name(), &set);
    desk.pack();
    said(&desk.event, shows, "packed.cbor", OPENS)
}

fn said(event: &Event, shows: &str, bundle: &str, now: &str) -> String {
    let run = |words: &[&str]| event.ceremony(&[&["--now", now], words].concat()).good().out;
    match shows {
        "dry-run" => run(&[
            "run",
            "--dry-run",
            "--hsm-cli",
            "cli",
            "--plan",
            bundle,
            "--inbound",
            "in",
            "--outbound",
            "out",
            "--disk",
            "disk",
        ]),
        "paper" => {
            let _ = run(&["script", "print", bundle, "--out", "page.html"]);
            text_of(&event.text("page.html"))
        }
        _ => run(&["plan", "show", bundle]),
    }
}

/// After the event that initialised its cluster, as it is in life.
fn first_root(desk: &Desk) {
    let mut standing = founding().standing.clone();
    standing.events.truncate(1);
    (standing.events[0].event, standing.events[0].kind) =
        ("cluster-initialisation-1".into(), "cluster-initialisation".into());
    standing.certificates.clear();
    standing.crls.clear();
    standing.keys.clear();
    desk.write_standing(&standing);
    for (name, request) in founding().inputs.iter().filter(|(name, _)| name.ends_with(".csr")) {
        desk.event.write(&format!("desk/{name}"), &request.0);
    }
}

fn new_delegate(desk: &Desk) {
    desk.request("documentation");
    desk.next_policy(
        "[crl]\n",
        "[[delegate]]\nname = \"documentation\"\ncommon-name = \"Rust Rehearsal Documentation\"\npurpose = 8\n\
         keeper = \"outside\"\nquorum = false\nca = false\nsigns = true\nalgorithms = [\"p384\"]\n\n[crl]\n",
    );
}

fn emergency(desk: &Desk) {
    desk.event.write("desk/distrust.md", "root-1 is not to be trusted.\n");
    let mut standing = founding().standing.clone();
    standing.keys.clear();
    desk.write_standing(&standing);
}

fn new_member(desk: &Desk) {
    desk.register("member-10");
    desk.next_roster(&[("id = \"member-9\"", "id = \"member-10\"")]);
}

fn new_keys(desk: &Desk) {
    desk.register("member-3");
    desk.next_roster(&[]);
}

fn six_of_nine(desk: &Desk) {
    desk.six_of_nine();
}

/// What people read beforehand names the stages that the screen then shows, with their numbers or without.
#[test]
fn each_script_names_the_stages_of_its_example() {
    for kind in Kind::ALL {
        let folder = workspace().join(format!("ceremony-scripts/{kind}"));
        let read =
            |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{kind}: {name}: {e}"));
        let (script, paper) = (read("script.md"), read("expected/paper.txt"));
        let numbered = paper
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) && line.ends_with(']'));
        let stages: Vec<&str> = numbered.map(without_number).collect();
        let words = script.split_whitespace().collect::<Vec<_>>().join(" ");
        let named: Vec<&str> = words.split('`').map(without_number).collect();
        let silent: Vec<_> = stages.iter().filter(|stage| !named.contains(stage)).collect();
        assert!(silent.is_empty(), "{kind} says nothing of {silent:?}");
        // A number that is said is the right one.
        let said = words
            .split('`')
            .filter(|text| without_number(text) != *text && text.ends_with(']'));
        let wrong: Vec<_> = said.filter(|text| !paper.lines().any(|line| line == *text)).collect();
        assert!(wrong.is_empty(), "{kind}: {wrong:?} are not among {stages:#?}");
        assert!(
            script.contains("## If something goes wrong") && script.contains("## Signed"),
            "{kind}"
        );
    }
}

/// `Make the key root-1 [console]` of `3/13 Make the key root-1 [console]`.
fn without_number(text: &str) -> &str {
    let is_number = |part: &str| part.parse::<u32>().is_ok();
    match text.split_once(' ') {
        Some((number, rest))
            if number
                .split_once('/')
                .is_some_and(|(n, of)| is_number(n) && is_number(of)) =>
        {
            rest
        }
        _ => text,
    }
}
