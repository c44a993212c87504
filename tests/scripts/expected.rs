//! What each script shows, as files in its `expected` folder: the plan in plain words, the dry run, and the text of the
//! paper.

use record::plan::Kind;
use support::golden;
use support::process::workspace;

use crate::desk::{Desk, OPENS, founding};

/// A script's plan with fixed inputs.
struct Case {
    kind: Kind,
    /// Puts on the desk what the script needs.
    prepare: fn(&Desk),
    set: &'static [&'static str],
    /// What is shown, and by which words of the program.
    shows: &'static [&'static str],
}

const ALL: &[&str] = &["show", "dry-run", "paper"];

fn cases() -> Vec<Case> {
    let case = |kind, prepare: fn(&Desk), set, shows| Case {
        kind,
        prepare,
        set,
        shows,
    };
    vec![
        case(Kind::ClusterInitialisation, |_| {}, &[], &["show", "paper"]),
        case(Kind::DelegateIssuance, new_delegate, &["delegate=documentation"], ALL),
        case(
            Kind::DelegateReplacement,
            |desk| desk.request("release"),
            &["delegate=release", "until=2028-06-01T00:00:00Z"],
            ALL,
        ),
        case(
            Kind::DelegateRevocation,
            |_| {},
            &["certificate=crates-io-1", "reason=keyCompromise"],
            ALL,
        ),
        case(
            Kind::SubkeyIssuance,
            |desk| desk.request("bors-rust"),
            &["uri=https://github.com/rust-lang/rust"],
            ALL,
        ),
        case(Kind::CrlRefresh, |_| {}, &[], ALL),
        case(Kind::RootRotation, |_| {}, &[], ALL),
        case(Kind::RootEmergency, emergency, &[], ALL),
        case(Kind::MemberChange, new_member, &[], &["show", "paper"]),
        case(Kind::MemberKeyReplacement, new_keys, &[], &["show", "paper"]),
        case(Kind::ThresholdChange, six_of_nine, &[], &["show", "paper"]),
        case(Kind::HsmMaintenance, |_| {}, &["work=restore-drill"], ALL),
        case(
            Kind::ConsoleMaintenance,
            |_| {},
            &["work=The console gets its new image"],
            ALL,
        ),
        case(Kind::Drill, |_| {}, &["of=crl-refresh"], ALL),
    ]
}

#[test]
fn every_script_shows_what_was_decided() {
    let mut wrong = Vec::new();
    for case in cases() {
        for shows in case.shows {
            let shown = std::panic::catch_unwind(|| shown(&case, shows));
            match shown {
                Ok(shown) => {
                    let golden = workspace().join(format!("ceremony-scripts/{}/expected/{shows}.txt", case.kind));
                    std::fs::create_dir_all(golden.parent().expect("a folder")).expect("the folder");
                    let same = std::panic::catch_unwind(|| golden::compare(&golden, &shown));
                    wrong.extend(same.is_err().then(|| golden.display().to_string()));
                }
                Err(_) => wrong.push(format!("{} cannot be shown: {shows}", case.kind)),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "look at the .actual. files beside:\n{}",
        wrong.join("\n")
    );
}

/// What the program says of a case's plan.
fn shown(case: &Case, shows: &str) -> String {
    let desk = Desk::after_the_founding();
    (case.prepare)(&desk);
    let set: Vec<&str> = case.set.iter().flat_map(|set| ["--set", set]).collect();
    let _ = desk.draft(case.kind.name(), &set);
    desk.pack();
    match shows {
        "dry-run" => {
            let places = [
                "--plan",
                "packed.cbor",
                "--inbound",
                "in",
                "--outbound",
                "out",
                "--disk",
                "disk",
            ];
            let dry = ["--now", OPENS, "run", "--dry-run", "--hsm-cli", "cli"];
            desk.event.ceremony(&[&dry[..], &places].concat()).good().out
        }
        _ => {
            desk.event
                .ceremony(&["--now", OPENS, "plan", "show", "packed.cbor"])
                .good()
                .out
        }
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
