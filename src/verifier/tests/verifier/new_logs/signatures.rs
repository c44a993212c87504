//! The log of signatures, when its key is gone.

use verifier::layout::Log;

use super::{HISTORY, check, has};
use crate::common::history::{History, day, new_log};
use crate::signatures::service::{append_to, entry};

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
