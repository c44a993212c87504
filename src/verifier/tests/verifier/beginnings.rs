//! Before there is a root: a store that holds a cluster's initialisation alone says what stands, and rests on nothing; from
//! the first root on it is checked from that.

use std::sync::LazyLock;

use record::Standing;
use verifier::{Options, Report, check_standing, check_store};
use x509::Certificate;

use crate::common::history::{History, day};

static BEGUN: LazyLock<History> = LazyLock::new(History::begun);

static FOUNDED: LazyLock<History> = LazyLock::new(|| {
    let mut history = BEGUN.clone();
    history.found();
    history
});

fn standing(history: &History, root: Option<&Certificate>) -> (Report, Option<Standing>) {
    let options = Options {
        rehearsal: true,
        now: day(2),
        earlier: None,
    };
    check_standing(&history.store, root, &options)
}

#[test]
fn a_store_without_a_root_says_what_stands_and_that_it_rests_on_nothing() {
    let (report, found) = standing(&BEGUN, None);
    assert_eq!(report.findings, []);
    assert_eq!(found.as_ref(), Some(&BEGUN.standing));
    let unsaid = report.not_checked.join("\n");
    assert!(unsaid.contains("whose store this is: no root was given"), "{unsaid}");
    let said = report.meaning();
    assert!(!said.contains("follows from the root given"), "{said}");
}

#[test]
fn what_is_wrong_in_a_store_without_a_root_is_found_too() {
    for (path, rule) in [
        ("roster/1.cbor", "rules-differ"),
        ("log/1/checkpoint", "checkpoint-"),
        ("events/cluster-1/record.cbor", "record-unreadable"),
    ] {
        let mut history = BEGUN.clone();
        let bytes = history.store.0.get_mut(path).expect("a file");
        let place = bytes.len() - 9;
        bytes[place] ^= 1;
        let (report, found) = standing(&history, None);
        assert!(
            report
                .findings
                .iter()
                .any(|found| found.file == path && found.rule.starts_with(rule)),
            "{path}: {:?}",
            report.findings
        );
        assert_eq!(found, None);
    }
}

#[test]
fn the_first_root_anchors_what_was_before_it() {
    let root = FOUNDED.certificate("root-1");
    let options = Options {
        rehearsal: true,
        now: day(2),
        earlier: None,
    };
    let report = check_store(&FOUNDED.store, &root, &options);
    assert_eq!(report.findings, []);
    let (_, found) = standing(&FOUNDED, Some(&root));
    assert_eq!(found.as_ref(), Some(&FOUNDED.standing));
    assert_eq!(FOUNDED.standing.events.len(), 2);
}
