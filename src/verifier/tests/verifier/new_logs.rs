//! A log whose key was lost or stolen: it is frozen, and another goes on.

use std::sync::LazyLock;

use tlog::{Checkpoint, Entry, EntryType, Hash, Policy, Proof, SignedCheckpoint};
use verifier::layout::{self, Log, Series};
use verifier::{Beside, Options, Report, check_certificate, check_event, check_standing, check_store};

use crate::common::event::key_of;
use crate::common::history::{History, day, new_log, new_log_by, refresh, replacement};
use crate::signatures::service::{append_to, entry};

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

fn rules(report: &Report) -> Vec<(&str, &str)> {
    report
        .findings
        .iter()
        .map(|found| (found.rule, found.file.as_str()))
        .collect()
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

/// The rules that an event breaks which brings this log policy.
fn brings(history: &History, log_policy: String) -> Vec<&'static str> {
    let made = history.make(&new_log_by(log_policy, day(200)));
    let left = made.left(|_| ());
    let checked = check_event(&left.files(), true, day(201));
    checked.map_or_else(|found| found.into_iter().map(|one| one.rule).collect(), |_| Vec::new())
}

#[test]
fn refuses_an_event_that_ends_a_log_elsewhere() {
    let history = History::founded();
    let last = history.store.checkpoint_of(Log::MAIN);
    assert_eq!(brings(&history, history.log_policy_after(Log::MAIN, &last)), [""; 0]);
    for (size, root) in [(last.size() - 1, *last.root()), (last.size(), Hash::sha256(b"x"))] {
        let other = Checkpoint::new(last.origin(), size, root).unwrap();
        let found = brings(&history, history.log_policy_after(Log::MAIN, &other));
        assert_eq!(found, ["log-policy-succession"]);
    }
}

#[test]
fn refuses_a_log_policy_that_does_not_follow() {
    let history = History::founded();
    let now = history.log_policy().to_string();
    let further = format!("log {}\n", key_of(second()).key());
    // A second log beside the first, and the first one gone.
    assert_eq!(brings(&history, further.clone() + &now), ["log-policy-succession"]);
    let gone = now.replace(&format!("log {}\n", key_of(Log::MAIN).key()), "");
    assert_eq!(brings(&history, gone), ["log-policy-succession"]);
    let last = history.store.checkpoint_of(Log::MAIN);
    let frozen = format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
    assert_eq!(brings(&history, now + &frozen), ["log-policy-succession"]);
}

#[test]
fn refuses_a_log_policy_that_thaws_a_log_again() {
    let history = after(2);
    let script = |policy: String| {
        let mut script = new_log_by(policy, day(250));
        script.event = "thaw";
        script
    };
    let broken = |policy: String| {
        let left = history.make(&script(policy)).left(|_| ());
        let checked = check_event(&left.files(), true, day(251));
        checked.map_or_else(|found| found.into_iter().map(|one| one.rule).collect(), |_| Vec::new())
    };
    let now = history.log_policy().to_string();
    let last = history.store.checkpoint_of(Log::MAIN);
    let line = format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
    let higher = format!("# frozen {} {} {}\n", last.origin(), last.size() + 1, last.root());
    assert_eq!(broken(now.clone()), [""; 0]);
    for other in [now.replace(&line, ""), now.replace(&line, &higher)] {
        assert_eq!(broken(other), ["log-policy-succession"]);
    }
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

/// The founding; signatures in `sig/1`, which then ends; more in `sig/2`.
fn signed() -> History {
    let mut history = History::founded();
    let good = |n| {
        entry(&HISTORY, "release-1", "release", day(10).0 + n)
            .entry()
            .bytes()
            .to_vec()
    };
    append_to(&mut history.store, Log::SIGNATURES, &[good(0), good(1)]);
    let script = new_log(&history, Log::SIGNATURES, day(200));
    history.hold(&script);
    assert_eq!(check(&history).findings, []);
    append_to(&mut history.store, Log::SIGNATURES.next(), &[good(2)]);
    history
}

#[test]
fn signatures_go_on_in_a_second_log_of_theirs() {
    let history = signed();
    let report = check(&history);
    assert_eq!(report.findings, []);
    assert!(
        report.checked.join("\n").contains("signatures logged: 3, each"),
        "{:#?}",
        report.checked
    );
    // Everything else stays in its log.
    assert_eq!(history.store.newest(), Log::MAIN);
}

#[test]
fn a_log_of_signatures_that_grows_after_its_end_is_found() {
    let mut history = signed();
    let good = entry(&HISTORY, "release-1", "release", day(20).0)
        .entry()
        .bytes()
        .to_vec();
    append_to(&mut history.store, Log::SIGNATURES, &[good]);
    has(&check(&history), "log-not-final", "sig/1/checkpoint");
}

#[test]
fn a_frozen_log_of_signatures_that_is_gone_is_found() {
    let mut history = signed();
    history.store.0.retain(|path, _| !path.starts_with("sig/"));
    history.store.list_files();
    has(&check(&history), "missing-file", "sig/1/checkpoint");
}
