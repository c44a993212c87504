//! Pages: made from the rest for people, and signed by nobody. They are there, and nothing else passes for one. Beside them
//! the files by which a publisher probes a store.

use tlog::SignedCheckpoint;

use super::Walk;
use super::events::{Events, Held};
use super::outside::Outside;
use crate::finding::Findings;
use crate::layout::{AccessLog, Rules, Series};
use crate::{Report, brought, layout};

/// Checks that each page is a file of the store; what pages say is not checked.
pub(super) fn check(
    walk: &Walk<'_>,
    events: &Events,
    outside: &[Outside],
    report: &mut Report,
    findings: &mut Findings,
) {
    let pages = expected(walk, events, outside);
    for page in &pages {
        walk.shelf.read(page, findings);
    }
    // Whose it is, only an event that passed could say.
    if !events.whole && walk.shelf.has(layout::DOCUMENTS) {
        walk.shelf.explain(layout::DOCUMENTS);
    }
    report.not_checked.push(format!(
        "what the pages say ({}, and {} more): made for people from the rest, and signed by nobody",
        layout::INDEX,
        pages.len() - 1
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

/// The pages of what is in the store: of each event, certificate, roster and document, and of the log.
fn expected(walk: &Walk<'_>, events: &Events, outside: &[Outside]) -> Vec<String> {
    let mut pages: Vec<String> = vec![layout::INDEX.into(), layout::LOGS.into()];
    pages.extend(layout::full_pages(entries(walk)).map(layout::entries_page));
    let made = |held: &Held| -> Vec<String> { held.files.certificates.iter().map(|issued| issued.stem()).collect() };
    for held in &events.held {
        pages.push(layout::event_page(&held.name));
        pages.extend(made(held).iter().map(|stem| layout::certificate_page(stem)));
        pages.extend(brought::rules(&held.event).iter().filter_map(|(rules, _)| match rules {
            Rules::Roster(number) => Some(layout::roster_page(*number)),
            _ => None,
        }));
        for (name, _) in brought::documents(&held.event) {
            pages.push(layout::DOCUMENTS.into());
            pages.extend(layout::document_page(name));
        }
    }
    let subkeys = outside.iter().map(|one| layout::certificate_page(&one.issued.stem()));
    pages.extend(subkeys);
    pages.extend(calendar(walk));
    pages.sort_unstable();
    pages.dedup();
    pages
}

/// The access calendar: its first page wherever there are batches, and one for each year before the last.
fn calendar(walk: &Walk<'_>) -> Vec<String> {
    let batches = AccessLog::ALL.map(|log| walk.shelf.under(&log.folder()).next().is_some());
    let first = batches.contains(&true) || walk.shelf.has(layout::ACCESS);
    let years = walk.shelf.under("access");
    let years = years.filter(|path| layout::year_of_access(path).is_some());
    let first = first.then(|| layout::ACCESS.to_owned());
    first.into_iter().chain(years.map(str::to_owned)).collect()
}

/// How many entries the logs have that follow each other, by what their checkpoints say.
fn entries(walk: &Walk<'_>) -> u64 {
    let logs = (1..).map(|number| Series::Main.log(number).checkpoint());
    let read = |path: String| walk.shelf.peek(&path).ok().flatten();
    let sizes = logs.map_while(read).map(|bytes| match SignedCheckpoint::parse(&bytes) {
        Ok(signed) => signed.checkpoint().size(),
        Err(_) => 0,
    });
    sizes.fold(0, u64::saturating_add)
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
