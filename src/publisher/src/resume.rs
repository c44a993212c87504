//! `resume`: what was cut off is finished, from what is staged.

use record::screen::Shown;

use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::terminal;

/// Finishes what was cut off. Neither the log key's passphrase nor any of the first time's files are needed.
///
/// # Errors
/// A log that would fork, or a store that fails. Run again, it goes on.
pub fn run(place: &Where) -> Result<(), Error> {
    let desk = Desk::open(place)?;
    if desk.finished().is_none() {
        terminal::show(&Shown::Said {
            text: "Nothing was cut off".into(),
        });
    }
    Ok(())
}
