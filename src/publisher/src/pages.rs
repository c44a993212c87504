//! The pages: what is published, for people. Made from the rest of the store, and never trusted by a program.
//!
//! They need no JavaScript and nothing from elsewhere, and they print. Every value is escaped by the templates.

mod commands;
mod event;
mod frame;
mod home;
mod kinds;
mod parts;
mod words;

use tlog::Checkpoint;
use verifier::layout;

use crate::error::Error;
use crate::site::Site;
use crate::store::Source;

/// All pages of a store whose log has this checkpoint: paths and contents.
///
/// # Errors
/// A file of the store that the pages tell of is missing or cannot be read.
pub fn render(store: &dyn Source, checkpoint: &Checkpoint) -> Result<Vec<(String, String)>, Error> {
    let site = Site::read(store, checkpoint)?;
    let mut pages: Vec<(String, String)> = Vec::new();
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
