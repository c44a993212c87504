//! The pages: what is published, for people. Made from the rest of the store, and never trusted by a program.
//!
//! They need no JavaScript and nothing from elsewhere, and they print. Every value is escaped by the templates.

mod commands;
mod event;
mod frame;
mod home;
mod kinds;
mod parts;
mod scanner;
mod words;

pub use scanner::read as read_scanner;

use tlog::Checkpoint;
use verifier::layout;

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
    // Last, so that it leads nowhere where nothing is yet.
    pages.push((layout::INDEX.into(), home::page(&site).into_string()));
    Ok(pages)
}

#[cfg(test)]
mod tests;
