//! A log whose key was lost or stolen: it is frozen, and another goes on.

mod policies;
mod signatures;

use std::sync::LazyLock;

use tlog::{Checkpoint, Entry, EntryType, Hash, Policy, Proof, SignedCheckpoint};
use trust::Artifact;
use verifier::layout::{self, Log, Series};
use verifier::{
    ArtifactProof, Beside, Options, Purpose, Report, check_artifact, check_certificate, check_event, check_standing,
    check_store,
};

use crate::common::checked::rules;
use crate::common::event::key_of;
use crate::common::history::{History, day, new_log, refresh, replacement};

/// The founding, `log/2`, a refresh and a replacement in it.
static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let mut history = History::founded();
    let script = new_log(&history, Log::MAIN, day(200));
    history.hold(&script);
    history.hold(&refresh());
    history.hold(&replacement());
    history
});

/// The second log.
fn second() -> Log {
    Log::MAIN.next()
}

fn after(events: usize) -> History {
    History::back_to(&HISTORY, events)
}

/// As of the end of the last event.
fn options(history: &History, earlier: Option<Vec<u8>>) -> Options {
    Options {
        rehearsal: true,
        now: history.made.last().unwrap().inbound.plan.closes,
        earlier,
    }
}

fn check(history: &History) -> Report {
    check_earlier(history, None)
}

fn check_earlier(history: &History, earlier: Option<Vec<u8>>) -> Report {
    check_store(
        &history.store,
        &history.certificate("root-1"),
        &options(history, earlier),
    )
}

fn has(report: &Report, rule: &str, file: &str) {
    assert!(
        rules(report).contains(&(rule, file)),
        "{rule} {file}: {:#?}",
        report.findings
    );
}

#[test]
fn a_store_goes_on_in_a_second_log() {
    for events in 2..=4 {
        let history = after(events);
        let report = check(&history);
        assert_eq!(report.findings, [], "{events}");
        let said = report.checked.join("\n");
        assert!(said.contains("log 'pki.rust-lang.org/rehearsal/log/1' of"), "{said}");
        assert!(said.contains("log 'pki.rust-lang.org/rehearsal/log/2' of"), "{said}");
        assert!(said.contains("log and store agree"), "{said}");
    }
}

#[test]
fn what_stands_names_the_newest_log() {
    let history = after(4);
    let root = history.certificate("root-1");
    let (report, standing) = check_standing(&history.store, Some(&root), &options(&history, None));
    assert_eq!(report.findings, []);
    let standing = standing.unwrap();
    let signed = SignedCheckpoint::parse(standing.checkpoint.as_bytes()).unwrap();
    assert_eq!(signed.checkpoint().origin(), second().origin(true));
    assert_eq!(standing.log_policy_number, 2);
}

#[test]
fn entry_0_is_the_record_that_opened_it_and_states_the_last_checkpoint() {
    let history = after(2);
    let bytes = &history.store.0[&second().file("tile/entries/000.p/4")];
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let entry = Entry::parse(&bytes[2..2 + length]).unwrap();
    assert_eq!(entry.kind(), EntryType::Record);
    let record = &history.left[1].record;
    let stated = history.store.0[&Log::MAIN.checkpoint()].clone();
    assert!(record.windows(stated.len()).any(|part| part == stated));
}

#[test]
fn a_checkpoint_of_either_log_is_an_earlier_one() {
    let history = after(4);
    for log in [Log::MAIN, second()] {
        let kept = format!("{}/checkpoints/", log.folder());
        let (_, earlier) = history
            .store
            .0
            .iter()
            .find(|(path, _)| path.starts_with(&kept))
            .unwrap();
        let earlier = earlier.clone();
        let report = check_earlier(&history, Some(earlier));
        assert_eq!(report.findings, []);
        assert!(report.checked.join("\n").contains("the log begins with all"));
    }
    let other = Checkpoint::new(&second().origin(true), 3, Hash::sha256(b"x")).unwrap();
    let other = other.sign(&key_of(second())).unwrap().to_string();
    let report = check_earlier(&history, Some(other.into_bytes()));
    has(&report, "log-rewritten", "earlier checkpoint");
}

/// Whoever stole the first log's key goes on with it.
fn thaw(history: &mut History) -> Vec<Proof> {
    let entry = Entry::new(EntryType::Document, b"a thief's").unwrap();
    let proofs = history.store.grow(Log::MAIN, &[entry]);
    history.store.list_files();
    proofs
}

#[test]
fn a_frozen_log_that_grows_is_found() {
    let mut history = after(3);
    thaw(&mut history);
    let report = check(&history);
    has(&report, "log-not-final", "log/1/checkpoint");
    has(
        &report,
        "entry-unexplained",
        &format!("log/1/entry {}", sizes(&after(3)).0),
    );
}

fn sizes(history: &History) -> (u64, u64) {
    let size = |log| history.store.checkpoint_of(log).size();
    (size(Log::MAIN), size(second()))
}

#[test]
fn another_tree_of_the_last_size_is_found() {
    let mut history = after(3);
    let forked = Checkpoint::new(&Log::MAIN.origin(true), sizes(&history).0, Hash::sha256(b"x")).unwrap();
    let forked = forked.sign(&key_of(Log::MAIN)).unwrap().to_string();
    history.store.put(Log::MAIN.checkpoint(), &forked);
    history.store.put(Log::MAIN.checkpoint_of(sizes(&history).0), forked);
    let report = check(&history);
    assert!(!report.is_clean() && report.findings.iter().any(|found| found.file.starts_with("log/1")));
}

#[test]
fn a_frozen_log_that_is_rolled_back_is_found() {
    let mut history = after(3);
    let size = sizes(&history).0 - 1;
    let reader = crate::common::store::InLog(&history.store, Log::MAIN);
    let reader = tlog::TileReader::open(reader, &history.store.checkpoint_of(Log::MAIN)).unwrap();
    let root = tlog::merkle::root(&reader, size).unwrap();
    let back = Checkpoint::new(&Log::MAIN.origin(true), size, root).unwrap();
    let back = back.sign(&key_of(Log::MAIN)).unwrap().to_string();
    drop(reader);
    history.store.put(Log::MAIN.checkpoint(), back);
    has(&check(&history), "log-not-final", "log/1/checkpoint");
}

#[test]
fn a_log_that_no_event_opened_is_found() {
    let mut history = History::founded();
    let entry = Entry::new(EntryType::Document, b"a thief's").unwrap();
    history.store.grow(second(), &[entry]);
    history.store.list_files();
    has(&check(&history), "checkpoint-signature", "log/2/checkpoint");
}

#[test]
fn a_second_log_that_is_gone_is_found() {
    let mut history = after(3);
    history.store.0.retain(|path, _| !path.starts_with("log/2/"));
    history.store.list_files();
    has(&check(&history), "missing-file", "log/2/checkpoint");
}

#[test]
fn a_second_log_that_does_not_begin_with_the_record_is_found() {
    let mut history = after(2);
    let left = history.left[1].clone();
    let event = check_event(&left.files(), true, day(201)).unwrap();
    let mut entries: Vec<_> = verifier::entries::of_event(&left.files(), &event).unwrap();
    entries.rotate_left(1);
    let entries: Vec<_> = entries.into_iter().map(|expected| expected.entry).collect();
    history.store.0.retain(|path, _| !path.starts_with("log/2/"));
    history.store.grow(second(), &entries);
    history.store.list_files();
    let report = check(&history);
    has(&report, "log-opening", "log/2/entry 0");
}

#[test]
fn a_staple_beyond_the_end_is_refused() {
    let mut history = after(4);
    // The thief's staple of a good certificate, in a log that they went on with.
    let certificate = history.certificate("release-1");
    let entry = Entry::new(EntryType::Certificate, certificate.der()).unwrap();
    let proof = history.store.grow(Log::MAIN, &[entry]).remove(0).to_string();
    let (before, policy) = (History::founded().log_policy(), history.log_policy());
    let root = history.certificate("root-1");
    let staple = |policy: &Policy, proof: &str| {
        let beside = Beside {
            staple: Some((proof.to_owned().into_bytes(), policy.to_string().into_bytes())),
            ..Beside::default()
        };
        check_certificate(&certificate, &beside, &root, true, day(300))
    };
    let good = String::from_utf8(history.store.0[&layout::proof("release-1")].clone()).unwrap();
    assert_eq!(staple(&policy, &good).findings, []);
    assert_eq!(staple(&before, &proof).findings, []);
    let report = staple(&policy, &proof);
    assert_eq!(rules(&report), [("staple-bad", "proof")]);
    assert!(
        report.findings[0].what.contains("was frozen with"),
        "{:?}",
        report.findings
    );
    // In the store it is found, though an earlier log policy would have believed it.
    history.store.put(layout::proof("release-1"), proof);
    has(&check(&history), "staple-bad", &layout::proof("release-1"));
}

#[test]
fn a_log_policy_that_leaves_an_old_log_open_vouches_for_nothing() {
    let history = after(4);
    let (certificate, root) = (history.certificate("release-1"), history.certificate("root-1"));
    let policy = history.log_policy().to_string();
    let open: String = policy
        .lines()
        .filter(|line| !line.starts_with("# frozen"))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n";
    let staple = history.store.0[&layout::proof("release-1")].clone();
    let beside = Beside {
        staple: Some((staple, open.clone().into_bytes())),
        ..Beside::default()
    };
    let report = check_certificate(&certificate, &beside, &root, true, day(300));
    assert_eq!(rules(&report), [("log-policy-bad", "log policy")]);
    let what = &report.findings[0].what;
    assert!(
        what.ends_with("does not say with which checkpoint log/1 ends"),
        "{what}"
    );
    let beside = ArtifactProof {
        proof: Vec::new(),
        log_policy: open.into_bytes(),
        crls: Vec::new(),
        demand_crls: false,
    };
    let purpose = Purpose::parse("release").unwrap();
    let report = check_artifact(&Artifact::of(b"a release"), &purpose, &beside, &root, true, day(300));
    assert_eq!(rules(&report), [("log-policy-bad", "log policy")]);
    let what = &report.findings[0].what;
    assert!(
        what.ends_with("does not say where pki.rust-lang.org/rehearsal/log/1 ended"),
        "{what}"
    );
}

#[test]
fn a_third_log_follows_the_second() {
    let mut history = after(3);
    let mut script = new_log(&history, second(), day(320));
    script.event = "third-log";
    history.hold(&script);
    history.hold(&replacement());
    let report = check(&history);
    assert_eq!(report.findings, []);
    assert_eq!(history.store.newest(), Series::Main.log(3));
}
