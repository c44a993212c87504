//! `ceremony-publish new-log`: the key of a log is lost or stolen, and the store goes on in the next log.

mod judges;

use std::process::Output;

use record::{Standing, Time};
use tlog::Policy;
use verifier::layout::Log;
use verifier::{ArtifactProof, Folder, Options, Purpose, Report, check_artifact, check_standing, hash_regular};

use crate::common::event::{Left, sig_key};
use crate::common::history::{History, Script, day, new_log_by, refresh, replacement};
use crate::common::store::Memory;
use crate::publish::given::{bring, given, seal_key};
use crate::publish::{Scratch, error, files};
use crate::signatures::line;

/// A store with the founding event.
pub fn founded(name: &str) -> (Scratch, History) {
    let history = History::founded();
    let scratch = given(name, &history.left[0]);
    seal_key(&scratch, "sig.pem", 8, &sig_key().key().to_string());
    good(&append(&scratch, "log.pem", &history.left[0], day(1)));
    (scratch, history)
}

fn append(scratch: &Scratch, key: &str, left: &Left, now: Time) -> Output {
    bring(scratch, "out", left);
    let text = "append --store store --results out/results.cbor --countersignatures out/countersignatures";
    let done = run(scratch, &format!("{text} --log-key {key} --now {now}"), "secret\n");
    std::fs::remove_dir_all(scratch.path("out")).unwrap();
    done
}

fn new_log(scratch: &Scratch, more: &str) -> Output {
    let now = day(150);
    let before = files(&scratch.path("store"));
    let done = run(
        scratch,
        &format!("new-log --store store --now {now} {more}"),
        "secret\n",
    );
    assert_eq!(files(&scratch.path("store")), before, "{more}");
    done
}

const LOST: &str = "--reason lost --log-key log-2.pem --out next";

pub fn run(scratch: &Scratch, text: &str, input: &str) -> Output {
    let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    scratch.run(&arguments, input)
}

pub fn good(done: &Output) -> String {
    assert!(done.status.success(), "{}", error(done));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    for line in text.lines().filter(|line| !line.contains(['+', '/'])) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn refused(done: &Output, code: i32, what: &str) {
    assert_eq!(done.status.code(), Some(code), "{what}: {}", error(done));
    let told = error(done).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(what) && told.contains("hint: "), "{what}: {told}");
}

/// What the verifier says of the store, and what stands in it.
fn verified(scratch: &Scratch, history: &History, now: Time) -> (Report, Option<Standing>) {
    let options = Options {
        rehearsal: true,
        now,
        earlier: None,
    };
    let source = Folder(scratch.path("store"));
    check_standing(&source, Some(&history.certificate("root-1")), &options)
}

/// Holds an event on what stands in the store, and publishes it.
pub fn hold(scratch: &Scratch, history: &mut History, key: &str, script: &Script) {
    let made = history.make(script);
    let closes = made.inbound.plan.closes;
    good(&append(scratch, key, &made.left(|_| ()), closes));
    history.follow(&made.inbound);
    let (report, standing) = verified(scratch, history, closes);
    assert_eq!(report.findings, [], "{}", script.event);
    history.standing = standing.unwrap();
}

/// The event that brings the log policy of `new-log` into force.
fn open(scratch: &Scratch, history: &mut History) {
    let next = std::fs::read_to_string(scratch.path("next")).unwrap();
    hold(scratch, history, "log-2.pem", &new_log_by(next, day(200)));
}

#[test]
fn a_store_goes_on_after_the_key_was_lost() {
    let (scratch, mut history) = founded("new-log");
    let said = good(&new_log(&scratch, &format!("{LOST} --old-state log.pem.state")));
    for words in [
        "wrote log-2.pem (the key of log/2, sealed)",
        "wrote log-2.pem.state (what the key of log/2 signed: keep it with the key)",
        "wrote next (the log policy after it, the input next-tlog-policy of a plan)",
        "log/1 ends with 14 entries, root ",
        "The log after it is",
        "Nothing counts before an event has brought it into force",
        "Its record is entry 0 of log/2",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let policy = Policy::parse(&std::fs::read(scratch.path("next")).unwrap()).unwrap();
    assert_eq!(policy.frozen()[0].size(), 14);
    open(&scratch, &mut history);
    hold(&scratch, &mut history, "log-2.pem", &refresh());
    // What is found of the old key later changes nothing any more.
    let made = history.make(&replacement());
    let late = append(&scratch, "log.pem", &made.left(|_| ()), made.inbound.plan.closes);
    refused(&late, 1, "the log policy has frozen log/1");
    hold(&scratch, &mut history, "log-2.pem", &replacement());

    judges::accept(&scratch, Log::MAIN, &["root-1", "release-1"]);
    judges::accept(&scratch, Log::MAIN.next(), &["release-2"]);
    // What reads a store reads both.
    let home = std::fs::read_to_string(scratch.path("store/index.html")).unwrap();
    for words in [
        "made in 4 events",
        "Ended: pki.rust-lang.org/rehearsal/log/1",
        "log/2/checkpoint",
    ] {
        assert!(home.contains(words), "{words}: {home}");
    }
    let page = std::fs::read_to_string(scratch.path("store/log/index.html")).unwrap();
    assert_eq!(page.matches("ENDED.").count(), 1, "{page}");
    let ended = page.split("<h2>log/2: ").next().unwrap();
    assert!(
        ended.contains("<h2>log/1: ") && ended.contains("What it proved stays proven; log/2 goes on."),
        "{page}"
    );
    for (stem, log) in [("root-1", "log/1"), ("release-2", "log/2")] {
        good(&run(
            &scratch,
            &format!("staple --store store --certificate {stem} --out {stem}.proof"),
            "",
        ));
        let proof = std::fs::read_to_string(scratch.path(&format!("{stem}.proof"))).unwrap();
        assert!(
            proof.contains(&format!("pki.rust-lang.org/rehearsal/{log}\n")),
            "{proof}"
        );
    }
    let roster = good(&run(&scratch, &format!("roster --store store --now {}", day(410)), ""));
    assert!(roster.contains("policy/tlog-policy-2: since "), "{roster}");
    let pages = good(&run(&scratch, "site --store store", ""));
    assert!(pages.contains(" 0 changed"), "{pages}");
    scratch.put("root.der", &*history.standing.certificate("root-1").unwrap().der);
    let check = format!(
        "check --store store --root root.der --log-key log-2.pem --now {}",
        day(401)
    );
    good(&run(&scratch, &check, ""));
}

#[test]
fn refuses_what_is_not_the_end_of_a_log() {
    let (scratch, history) = founded("new-log-refused");
    let no_reason = new_log(&scratch, "--log-key log-2.pem --out next");
    refused(&no_reason, 2, "--reason");
    // The old key's memory knows of more.
    let state = std::fs::read_to_string(scratch.path("log.pem.state")).unwrap();
    scratch.put("rolled.state", state.replacen("log/1\\n14\\n", "log/1\\n15\\n", 1));
    let refusal = new_log(&scratch, &format!("{LOST} --old-state rolled.state"));
    refused(&refusal, 1, "the last one signed has 15 entries");
    let foreign = new_log(&scratch, &format!("{LOST} --old-state sig.pem.state"));
    refused(&foreign, 1, "sig.pem.state");
    assert!(!scratch.path("next").exists() && !scratch.path("log-2.pem").exists());
    // Twice.
    good(&new_log(&scratch, LOST));
    refused(&new_log(&scratch, LOST), 1, "next is there already");
    let other = LOST.replace("next", "another");
    refused(&new_log(&scratch, &other), 1, "log-2.pem is there already");
    // The new key publishes nothing before an event.
    let made = history.make(&refresh());
    let early = append(&scratch, "log-2.pem", &made.left(|_| ()), made.inbound.plan.closes);
    refused(&early, 1, "does not name the key");
    // No signature is logged yet, and so nothing can end.
    let signatures = new_log(
        &scratch,
        "--signatures --reason stolen --log-key sig-2.pem --out sig-next",
    );
    refused(&signatures, 1, "the store has no entry of sig/1");
}

#[test]
fn refuses_a_store_without_events() {
    let scratch = Scratch::new("new-log-early");
    scratch.init();
    refused(&new_log(&scratch, LOST), 1, "no event");
}

#[test]
fn nothing_is_published_while_a_frozen_log_is_not_as_it_ended() {
    let (scratch, mut history) = founded("new-log-thawed");
    good(&new_log(&scratch, LOST));
    open(&scratch, &mut history);
    // Whoever stole the first log's key, and may write to the store, goes on with it.
    let mut thief = Memory(files(&scratch.path("store")).into_iter().collect());
    let entry = tlog::Entry::new(tlog::EntryType::Document, b"a thief's").unwrap();
    thief.grow(Log::MAIN, &[entry]);
    for (path, bytes) in thief.0.iter().filter(|(path, _)| path.starts_with("log/1/")) {
        let path = scratch.path("store").join(path);
        let _ = std::fs::remove_file(&path);
        std::fs::write(path, bytes).unwrap();
    }
    let (report, _) = verified(&scratch, &history, day(250));
    assert!(
        report.findings.iter().any(|found| found.rule == "log-not-final"),
        "{:?}",
        report.findings
    );
    let made = history.make(&refresh());
    let late = append(&scratch, "log-2.pem", &made.left(|_| ()), made.inbound.plan.closes);
    refused(&late, 1, "log/1 ended with 14 entries, and the store's has 15");
}

/// Logs a signature of this file's name; its proof file.
fn sign(scratch: &Scratch, key: &str, name: &str, now: Time) -> String {
    scratch.put("batch", line(scratch, name, "release", "release-1", day(10)));
    let text = format!("signatures batch --store store --log-key {key} --proofs proofs --now {now}");
    good(&run(scratch, &text, "secret\n"));
    std::fs::read_to_string(scratch.path(&format!("proofs/{name}.proof"))).unwrap()
}

fn artifact(scratch: &Scratch, history: &History, name: &str, proof: &str) -> Report {
    let beside = ArtifactProof {
        proof: proof.to_owned().into_bytes(),
        log_policy: std::fs::read(scratch.path("store/policy/tlog-policy-2")).unwrap(),
        crls: Vec::new(),
        demand_crls: false,
    };
    let file = hash_regular(&scratch.path(name)).unwrap();
    let purpose = Purpose::parse("release").unwrap();
    check_artifact(&file, &purpose, &beside, &history.certificate("root-1"), true, day(260))
}

#[test]
fn signatures_go_on_after_their_logs_key_was_stolen() {
    let (scratch, mut history) = founded("new-log-sig");
    std::fs::create_dir(scratch.path("proofs")).unwrap();
    let first = sign(&scratch, "sig.pem", "rust-1.tar.xz", day(20));
    let stolen = "--signatures --reason stolen --log-key sig-2.pem --out next";
    let said = good(&new_log(&scratch, stolen));
    assert!(
        said.contains("sig/1 ends with 1 entries") && !said.contains("entry 0"),
        "{said}"
    );
    let next = std::fs::read_to_string(scratch.path("next")).unwrap();
    hold(&scratch, &mut history, "log.pem", &new_log_by(next, day(200)));
    let second = sign(&scratch, "sig-2.pem", "rust-2.tar.xz", day(260));
    for (name, proof, log) in [("rust-1.tar.xz", &first, "sig/1"), ("rust-2.tar.xz", &second, "sig/2")] {
        let report = artifact(&scratch, &history, name, proof);
        assert_eq!(report.findings, [], "{name}");
        assert!(
            report
                .checked
                .join("\n")
                .contains(&format!("{log}' has the signature, as entry 0"))
        );
    }
    // What is logged already is not logged again, and its proof is from where it is.
    std::fs::remove_dir_all(scratch.path("proofs")).unwrap();
    std::fs::create_dir(scratch.path("proofs")).unwrap();
    assert_eq!(sign(&scratch, "sig-2.pem", "rust-1.tar.xz", day(261)), first);
    let (report, _) = verified(&scratch, &history, day(262));
    assert_eq!(report.findings, []);
    // The thief's key logs nothing more.
    scratch.put(
        "batch",
        line(&scratch, "rust-3.tar.xz", "release", "release-1", day(10)),
    );
    let text = format!("signatures batch --store store --log-key sig.pem --now {}", day(262));
    refused(&run(&scratch, &text, "secret\n"), 1, "the log policy has frozen sig/1");
}
