//! A made-up history's store, checked, and what was found.

use record::Time;
use verifier::{Options, Report, check_store};

use super::History;

/// What anybody finds at a moment, from the first root.
pub fn check(history: &History, now: Time) -> Report {
    let options = Options {
        rehearsal: true,
        now,
        earlier: None,
    };
    check_store(&history.store, &history.certificate("root-1"), &options)
}

/// Each finding's rule and file.
pub fn rules(report: &Report) -> Vec<(&str, &str)> {
    let findings = report.findings.iter();
    findings.map(|finding| (finding.rule, finding.file.as_str())).collect()
}
