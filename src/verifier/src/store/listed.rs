//! The list of the store's files: what an address, which lists nothing by itself, is read by.

use super::Walk;
use crate::finding::Findings;
use crate::{Report, layout, render};

/// Checks that the list names what is there. Whatever was found of a file before is not said again.
pub(super) fn check(walk: &Walk<'_>, report: &mut Report, findings: &mut Findings) {
    let Some(text) = walk.shelf.read_text(layout::FILES, findings) else {
        return;
    };
    let Some(listed) = findings.take(render::parse_files(&text), layout::FILES, RULE) else {
        return;
    };
    let told = |findings: &Findings, path: &str| findings.0.iter().any(|finding| finding.file == path);
    for path in listed.iter().filter(|path| !walk.shelf.has(path)) {
        if !told(findings, path) {
            findings.add(layout::FILES, RULE, format!("it names '{path}', which is not there"));
        }
    }
    for path in walk.shelf.all().filter(|path| !listed.contains(*path)) {
        if !told(findings, path) {
            findings.add(
                layout::FILES,
                RULE,
                format!("it does not name '{path}', which is there"),
            );
        }
    }
    report
        .checked
        .push(format!("{}: it names each file, and no other", layout::FILES));
}

const RULE: &str = "files-list";
