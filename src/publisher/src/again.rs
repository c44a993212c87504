//! `site`: all pages of a store are made again, by this version of the program; nothing else changes.

use std::path::PathBuf;

use record::screen::Shown;
use verifier::layout::Series;

use crate::error::Error;
use crate::store::{Given, Store, read};
use crate::{logs, pages, terminal};

/// What `site` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    store: Given,
    /// The scanner page, as `scanner-page` made it; without it, the store's
    /// own stays as it is.
    #[arg(long, value_name = "FILE")]
    scanner: Option<PathBuf>,
}

/// Makes them; those that are the same already stay.
///
/// # Errors
/// An empty store, a file of it that is missing, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let scanner = arguments.scanner.as_deref().map(pages::read_scanner).transpose()?;
    let mut store = arguments.store.open()?;
    let (_, signed) = logs::newest(&store, Series::Main)?.ok_or(Error::NothingStands)?;
    let pages = pages::render(&store, signed.checkpoint(), scanner.as_deref())?;
    let (all, mut changed) = (pages.len(), 0);
    for (path, page) in pages {
        let seen = read(&store, &path)?;
        if seen.as_deref() != Some(page.as_bytes()) {
            store.swap(&path, seen.as_deref(), page.as_bytes())?;
            changed += 1;
        }
    }
    store.settle()?;
    terminal::show(&Shown::Said {
        text: format!("{all} pages, of which {changed} changed"),
    });
    Ok(())
}
