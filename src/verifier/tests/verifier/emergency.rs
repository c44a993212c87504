//! A root that was given up: nothing vouches for the new one but the members, and the check says so, whichever is given.

use std::sync::LazyLock;

use record::Time;
use verifier::{Options, Report, check_store};

use crate::common::history::{History, cluster, day, emergency};

/// A founding, a second cluster, and a root from it.
static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let mut history = History::founded();
    history.hold(&cluster());
    assert!(history.standing.keys.is_empty(), "a new cluster holds no key");
    history.hold(&emergency());
    history
});

fn check(root: &str, now: Time) -> Report {
    let options = Options {
        rehearsal: true,
        now,
        earlier: None,
    };
    check_store(&HISTORY.store, &HISTORY.certificate(root), &options)
}

#[test]
fn says_what_rests_on_the_records_alone() {
    for (root, words) in [
        (
            "root-2",
            "root-1 by a certificate: 'emergency' was an emergency, so root-1 and root-2 do not vouch for each other; what \
             was before rests on the records alone, each of which names the one before it",
        ),
        (
            "root-1",
            "root-2 by a certificate: 'emergency' was an emergency, so root-1 and root-2 do not vouch for each other; that \
             it is the Project's rests on the members' signatures of the record that names it",
        ),
    ] {
        let report = check(root, day(502));
        assert_eq!(report.findings, [], "{root}");
        assert!(
            report.not_checked.contains(&words.to_owned()),
            "{:#?}",
            report.not_checked
        );
    }
}

#[test]
fn a_key_that_was_lost_with_its_cluster_owes_no_further_list() {
    // The first root's lists ended on day 400, and nobody can make another.
    let report = check("root-2", day(502));
    assert_eq!(report.findings, []);
    let said = report.checked.join("\n");
    for issuer in ["root-1", "bors-1"] {
        let words = format!("no further revocation list of {issuer} is due: its key was in a cluster that is no more");
        assert!(said.contains(&words), "{said}");
    }
    // The second cluster's keys owe theirs.
    let late = check("root-2", day(1000));
    let rules: Vec<_> = late
        .findings
        .iter()
        .map(|found| (found.file.as_str(), found.rule))
        .collect();
    assert_eq!(
        rules,
        [
            ("crl/bors-2.crl", "crl-not-current"),
            ("crl/root-2.crl", "crl-not-current")
        ]
    );
}

#[test]
fn the_event_that_begins_a_cluster_is_signed_by_its_members_alone() {
    assert_eq!(HISTORY.left[1].results, None);
    assert!(!HISTORY.store.0.contains_key("events/cluster-2/results.sig"));
}
