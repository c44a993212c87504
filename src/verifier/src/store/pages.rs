//! Pages: made from the rest for people, and signed by nobody. They are there, and nothing else passes for one. Beside them
//! the files by which a publisher probes a store.

use super::Walk;
use super::events::Events;
use crate::finding::Findings;
use crate::layout::AccessLog;
use crate::{Report, layout};

/// Checks that each page is a file of the store; what pages say is not checked.
pub(super) fn check(walk: &Walk<'_>, events: &Events, report: &mut Report, findings: &mut Findings) {
    let of_events = events.held.iter().map(|held| layout::event_page(&held.name));
    let mut pages: Vec<String> = [layout::INDEX.to_owned()].into_iter().chain(of_events).collect();
    // The access calendar: its first page wherever there are batches, and one for each year before the last.
    let batches = AccessLog::ALL.map(|log| walk.shelf.under(&log.folder()).next().is_some());
    if batches.contains(&true) || walk.shelf.has(layout::ACCESS) {
        pages.push(layout::ACCESS.to_owned());
    }
    let years = walk.shelf.under("access");
    pages.extend(
        years
            .filter(|path| layout::year_of_access(path).is_some())
            .map(str::to_owned),
    );
    for page in &pages {
        walk.shelf.read(page, findings);
    }
    report.not_checked.push(format!(
        "what the pages say ({}): made for people from the rest, and signed by nobody",
        pages.join(", ")
    ));
    for probe in layout::PROBES.iter().filter(|probe| walk.shelf.has(probe.path)) {
        let what = "a publisher writes one text there, and no other";
        walk.shelf
            .demand(probe.path, probe.contents.as_bytes(), "probe-differs", what, findings);
    }
    if walk.shelf.has(layout::SCANNER) {
        scanner(walk, report, findings);
    }
}

/// A store may have it. It is a program: its digest can be compared with that of one built elsewhere.
fn scanner(walk: &Walk<'_>, report: &mut Report, findings: &mut Findings) {
    if let Some(page) = walk.shelf.read(layout::SCANNER, findings) {
        report.not_checked.push(format!(
            "the program in {}, SHA-256 {}: compare it with one that you or others built",
            layout::SCANNER,
            record::Digest::of(&page)
        ));
    }
}
