//! A store with many events: it passes as it is, from any of its roots, and each rule of their order is found when broken.

use record::{Digest, Standing, Time};
use verifier::{Options, Report, check_store};

use crate::common::HISTORY;
use crate::common::history::{History, Script, day, refresh, replacement, rotation};
use crate::common::store::Memory;

/// After the last event.
const NOW: Time = Time(crate::common::OPENS.0 + 1500 * 86_400);

fn check(store: &Memory, root: &str) -> Report {
    check_at(store, root, NOW)
}

fn check_at(store: &Memory, root: &str, now: Time) -> Report {
    let options = Options {
        rehearsal: true,
        now,
        earlier: None,
    };
    check_store(store, &HISTORY.certificate(root), &options)
}

fn rules(report: &Report) -> Vec<(&str, &str)> {
    let findings = report.findings.iter();
    findings.map(|found| (found.file.as_str(), found.rule)).collect()
}

/// The first so many events, published again.
fn first(events: usize) -> History {
    History::back_to(&HISTORY, events)
}

/// A store of the founding and one event that was planned on something else than what stood.
fn planned_on(script: &Script, change: impl FnOnce(&mut Standing)) -> Report {
    let mut history = first(1);
    let mut standing = history.standing.clone();
    change(&mut standing);
    let plan = history.plan_on(script, Some(&standing));
    let made = crate::common::Made::hold(&history.members, &plan);
    history.store.append(&made.left(|_| ()), NOW);
    check_at(&history.store, "root-1", day(301))
}

#[test]
fn passes_from_either_root_and_tells_of_both() {
    for (root, given) in [("root-1", "'rehearsal-1'"), ("root-2", "'rotation'")] {
        let report = check(&HISTORY.store, root);
        assert_eq!(report.findings, [], "{root}");
        let said = report.checked.join("\n");
        assert!(
            said.contains("7 events in one order: each record names the one before it"),
            "{said}"
        );
        assert!(
            said.contains(&format!(", made in {given}, the one that was given")),
            "{said}"
        );
        assert!(
            said.contains("root-1 and root-2 vouch for each other: cross-certificates both ways"),
            "{said}"
        );
        let fingerprint = Digest(HISTORY.certificate("root-2").fingerprint());
        assert!(
            said.contains(&format!("root of generation 2: certificate {fingerprint}")),
            "{said}"
        );
    }
}

#[test]
fn an_issuer_that_has_ended_needs_no_current_list_and_others_do() {
    let after_root_1 = Time::parse("2032-01-01T12:00:00Z").unwrap();
    let report = check_at(&HISTORY.store, "root-2", after_root_1);
    assert_eq!(
        rules(&report),
        [
            ("crl/bors-2.crl", "crl-not-current"),
            ("crl/root-2.crl", "crl-not-current")
        ]
    );
    let said = report.checked.join("\n");
    assert!(
        said.contains("no further revocation list of root-1 is due: its certificate ended at 2031-12-31"),
        "{said}"
    );
}

#[test]
fn history_does_not_fork() {
    let mut history = first(2);
    let other = Script {
        event: "other",
        ..refresh()
    };
    // Planned on the founding, as the refresh was.
    let made = first(1).make(&other);
    history.store.append(&made.left(|_| ()), NOW);
    let report = check(&history.store, "root-1");
    let forks: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.rule == "record-fork")
        .collect();
    let [fork] = forks[..] else {
        panic!("{:?}", rules(&report))
    };
    assert_eq!(
        fork.what,
        "the records of other, refresh all follow 'rehearsal-1': history forks"
    );
}

#[test]
fn history_has_no_gap() {
    let mut store = HISTORY.store.clone();
    store.0.retain(|path, _| !path.starts_with("events/refresh/"));
    let report = check(&store, "root-1");
    assert!(
        rules(&report).contains(&("events/replacement/record.cbor", "record-gap")),
        "{:?}",
        rules(&report)
    );
    // The first one is as little to be done without.
    store.0.retain(|path, _| !path.starts_with("events/rehearsal-1/"));
    let gap = ("events/replacement/record.cbor", "record-gap");
    assert!(rules(&check(&store, "root-1")).contains(&gap));
}

#[test]
fn a_plan_is_about_what_stood_before_it() {
    type Change = fn(&mut Standing);
    let cases: [(&str, Change); 5] = [
        ("events", |standing| standing.events[0].kind = "drill".into()),
        ("number of the log policy", |standing| standing.log_policy_number = 7),
        ("certificates", |standing| drop(standing.certificates.remove(1))),
        // A list that its issuer did not sign would be no plan at all: this one is left out.
        ("revocation lists", |standing| drop(standing.crls.remove(0))),
        ("keys in the HSM", |standing| standing.keys[2].label = "another".into()),
    ];
    let script = Script {
        steps: refresh()
            .steps
            .split("[[step]]")
            .take(2)
            .collect::<Vec<_>>()
            .join("[[step]]"),
        ..refresh()
    };
    for (what, change) in cases {
        let report = planned_on(&script, change);
        let said = format!("its standing.cbor has other {what} than the events before it leave behind");
        assert!(
            report
                .findings
                .iter()
                .any(|found| found.rule == "standing-differs" && found.what == said),
            "{what}: {:?}",
            report.findings
        );
    }
}

#[test]
fn a_plan_is_about_a_checkpoint_that_the_log_kept_and_that_covers_the_event_before() {
    let one = |report: &Report| {
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        assert_eq!(report.findings[0].rule, "standing-checkpoint");
        report.findings[0].what.clone()
    };
    let other = tlog::Checkpoint::new(tlog::REHEARSAL_ORIGIN, 5, tlog::Hash([5; 32])).unwrap();
    let other = other.sign(&crate::common::event::log_key()).unwrap().to_string();
    let what = one(&planned_on(&refresh(), |standing| standing.checkpoint = other));
    assert_eq!(
        what,
        "the checkpoint of 5 entries in its standing.cbor is not the one that the log kept"
    );

    let mut history = first(2);
    let mut standing = history.standing.clone();
    standing.checkpoint = first(1).standing.checkpoint;
    let made = crate::common::Made::hold(&history.members, &history.plan_on(&replacement(), Some(&standing)));
    history.store.append(&made.left(|_| ()), NOW);
    let what = one(&check_at(&history.store, "root-1", day(401)));
    assert!(
        what.ends_with("in its standing.cbor does not cover 'refresh', the event before it"),
        "{what}"
    );
}

#[test]
fn rules_and_documents_are_what_an_event_brought() {
    let with = |path: &str, root: &str| {
        let mut store = HISTORY.store.clone();
        store.0.get_mut(path).expect("a file")[5] ^= 1;
        let report = check(&store, root);
        let [found] = &report.findings[..] else {
            panic!("{:?}", report.findings)
        };
        assert_eq!(found.file, path);
        found.rule
    };
    assert_eq!(with("roster/2.cbor", "root-1"), "rules-differ");
    assert_eq!(with("roster/1.cbor", "root-1"), "not-anchored");
    assert_eq!(with("roster/2.cbor", "root-2"), "not-anchored");
    assert_eq!(with("roster/1.cbor", "root-2"), "rules-differ");
    assert_eq!(with("policy/1.toml", "root-2"), "not-anchored");
    assert_eq!(with("docs/second-root.md", "root-2"), "document-differs");
    for path in [
        "docs/third-root.md",
        "roster/3.cbor",
        "policy/tlog-policy-2",
        "certs/root-3.der",
    ] {
        let mut store = HISTORY.store.clone();
        store.put(path, "x");
        assert_eq!(rules(&check(&store, "root-2")), [(path, "unexplained-file")]);
    }
    let mut store = HISTORY.store.clone();
    store.0.remove("docs/second-root.md");
    assert_eq!(
        rules(&check(&store, "root-2")),
        [("docs/second-root.md", "missing-file")]
    );
}

#[test]
fn a_root_that_no_event_made_anchors_nothing() {
    let history = first(4);
    let report = check_at(&history.store, "root-2", day(1451));
    assert!(
        rules(&report).contains(&("certs/root-1.der", "other-root")),
        "{:?}",
        rules(&report)
    );
}

#[test]
fn the_log_has_the_events_in_their_order() {
    let mut history = first(1);
    let founding = history.store.clone();
    let entries = |n: usize| {
        let files = HISTORY.left[n].files();
        let event = verifier::check_event(&files, true, NOW).unwrap_or_else(|found| panic!("{found:#?}"));
        let all = verifier::entries::of_event(&files, &event).unwrap();
        (all.into_iter().map(|one| one.entry).collect::<Vec<_>>(), event)
    };
    let ((old, founded), (new, refreshed)) = (entries(0), entries(1));
    history.store.append(&HISTORY.left[1], NOW);
    history
        .store
        .0
        .retain(|path, _| !path.starts_with("log/") && !path.ends_with(".tlog-proof"));
    // The checkpoint that the second plan names is kept, as it must be; the log is another one.
    history.store.log(&new, &refreshed, &HISTORY.left[1]);
    history.store.log(&old, &founded, &HISTORY.left[0]);
    let kept: Vec<_> = founding
        .0
        .iter()
        .filter(|(path, _)| path.starts_with("log/1/checkpoints/"))
        .collect();
    for (path, bytes) in kept {
        history.store.put(path.as_str(), bytes);
    }
    let report = check_at(&history.store, "root-1", day(301));
    assert!(
        report.findings.iter().any(|found| found.rule == "log-rewritten"),
        "{:?}",
        rules(&report)
    );
    assert!(
        rules(&report).contains(&("crl/root-1/2.crl", "log-order")),
        "{:?}",
        rules(&report)
    );
}

#[test]
fn an_event_that_does_not_pass_leaves_the_others_to_be_checked() {
    let mut store = HISTORY.store.clone();
    let path = "events/refresh/results.sig";
    store.0.get_mut(path).expect("a signature")[200] ^= 1;
    let report = check(&store, "root-2");
    assert_eq!(rules(&report), [(path, "results-signature")]);
    let unsaid = report.not_checked.join("\n");
    assert!(
        unsaid.contains("whether 'rotation' was planned on what stood before it"),
        "{unsaid}"
    );
    assert!(
        report.checked.iter().any(|line| line.contains("record of 'rotation'")),
        "{:?}",
        report.checked
    );
}

/// What the plans' own rules see to is not left to them alone.
#[test]
fn a_script_of_another_generation_is_not_planned() {
    let wrong = Script {
        generation: 1,
        ..rotation()
    };
    let planned = std::panic::catch_unwind(|| HISTORY.plan(&wrong));
    assert!(planned.is_err());
}
