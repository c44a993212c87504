//! A store with many events: it passes as it is, from any of its roots, and each rule of their order is found when broken.

mod common;

use std::sync::LazyLock;

use common::history::{History, day};
use common::store::Memory;
use record::Time;
use verifier::{Options, Report, check_store};

/// From the founding to the second root and what it is used for.
static HISTORY: LazyLock<History> = LazyLock::new(History::whole);

/// After the last event.
const NOW: Time = Time(common::OPENS.0 + 1500 * 86_400);

fn check(store: &Memory, root: &str) -> Report {
    let options = Options {
        rehearsal: true,
        now: NOW,
        earlier: None,
    };
    check_store(store, &HISTORY.certificate(root), &options)
}

fn rules(report: &Report) -> Vec<(&str, &str)> {
    let findings = report.findings.iter();
    findings.map(|found| (found.file.as_str(), found.rule)).collect()
}

#[test]
fn passes_from_either_root() {
    for root in ["root-1", "root-2"] {
        let report = check(&HISTORY.store, root);
        assert_eq!(report.findings, [], "{root}");
        let said = report.lines().join("\n");
        println!("{said}");
        assert!(said.contains("7 events in one order"), "{said}");
    }
    assert!(day(1500) == NOW);
}
