//! The pages: what is published, for people. Made from the rest of the store, and never trusted by a program.
//!
//! They need no JavaScript and nothing from elsewhere, and they print. Every value is escaped by the templates.

mod access;
mod certificate;
mod commands;
mod documents;
mod event;
mod frame;
mod home;
mod kinds;
mod log;
mod parts;
mod roster;
mod scanner;
mod state;
mod words;

pub use scanner::read as read_scanner;

use tlog::Checkpoint;
use verifier::layout::{self, OutputName};
use verifier::render;

use crate::error::Error;
use crate::site::Site;
use crate::store::Source;

/// All pages of a store whose log has this checkpoint: paths and contents. With a scanner page where one is given; one
/// that is there stays.
///
/// # Errors
/// A file of the store that the pages tell of is missing or cannot be read.
pub fn render(
    store: &dyn Source,
    checkpoint: &Checkpoint,
    scanner: Option<&str>,
) -> Result<Vec<(String, String)>, Error> {
    let mut site = Site::read(store, checkpoint)?;
    site.scanner |= scanner.is_some();
    let mut pages: Vec<(String, String)> = Vec::new();
    pages.extend(scanner.map(|page| (layout::SCANNER.into(), page.into())));
    for event in &site.events {
        pages.push((
            layout::event_page(&event.record.event),
            event::page(&site, event).into_string(),
        ));
    }
    for (event, found) in site.certificates() {
        let page = certificate::page(&site, event, found);
        pages.push((layout::certificate_page(&found.stem()), page.into_string()));
    }
    pages.extend(rosters(&site));
    pages.extend(log::pages(&site));
    pages.extend(documents::pages(&site));
    pages.extend(access::pages(&site));
    // Last, so that it leads nowhere where nothing is yet.
    pages.push((layout::INDEX.into(), home::page(&site).into_string()));
    pages.push((layout::FILES.into(), files(store, &site, &pages)?));
    Ok(pages)
}

/// The same beside another log, which no page tells of but for the list of files. Before the first event there are none.
///
/// # Errors
/// As [`render()`].
pub fn render_beside(
    store: &dyn Source,
    _: &Checkpoint,
    scanner: Option<&str>,
) -> Result<Vec<(String, String)>, Error> {
    match crate::logs::newest(store, layout::Series::Main)? {
        None => Ok(Vec::new()),
        Some((_, newest)) => render(store, newest.checkpoint(), scanner),
    }
}

fn rosters(site: &Site) -> Vec<(String, String)> {
    let all: Vec<_> = site.rosters().collect();
    let page = |(n, (event, roster)): (usize, &(&crate::site::Event, &record::Roster))| {
        let before = n.checked_sub(1).map(|n| all[n].1);
        let page = roster::page(site, event, roster, before);
        (layout::roster_page(roster.number), page.into_string())
    };
    all.iter().enumerate().map(page).collect()
}

/// The list of all files as they are once these pages and the pointers to the newest lists are there.
fn files(store: &dyn Source, site: &Site, pages: &[(String, String)]) -> Result<String, Error> {
    let listed = store.list().map_err(|cause| Error::Store {
        path: layout::FILES.into(),
        cause,
    })?;
    let newest = site.events.iter().flat_map(|event| &event.crls);
    let newest = newest.filter_map(|crl| match OutputName::parse(&crl.path)? {
        OutputName::Crl { issuer, .. } => Some(layout::newest_crl(&issuer)),
        OutputName::Certificate { .. } => None,
    });
    // What is hidden is being written, and is no file of a store.
    let listed = listed.into_iter().filter(|path| !path.starts_with('.'));
    let all: Vec<String> = listed
        .chain(newest)
        .chain(pages.iter().map(|(path, _)| path.clone()))
        .collect();
    Ok(render::files(all.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests;
