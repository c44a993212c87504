//! `append`: what an event made is checked, then published.

mod begin;
mod claim;
mod cosigned;
mod finish;
mod grow;
mod history;
mod keep;
mod later;
mod place;
mod staged;
mod write;

use std::path::PathBuf;

use record::plan::{LOG_POLICY, NEXT_LOG_POLICY};
use record::screen::Shown;
use verifier::check_event;

use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::outbound::Outbound;
use crate::publication::Publication;
use crate::terminal;
pub use begin::size;
pub use finish::Finished;
pub use grow::InLog;
pub use write::{Pages, Publishing, Writer};

/// What `append` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The event's results.cbor; its signature lies beside it.
    #[arg(long, value_name = "FILE")]
    results: PathBuf,
    /// The folder with the members' signatures of the record.
    #[arg(long, value_name = "DIR")]
    countersignatures: PathBuf,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on.
///
/// # Errors
/// Findings, a log that would fork, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let desk = Desk::open(&arguments.place)?;
    let outbound = Outbound::read(&arguments.results, &arguments.countersignatures, desk.rehearsal())?;
    if desk.has_finished(&outbound.results.event, outbound.digest) {
        return Ok(());
    }
    match later::new(&desk.store, &outbound) {
        // Opening the desk published the last of them.
        Err(Error::Published { .. }) if desk.finished().is_some() => return Ok(()),
        Err(error) => return Err(error),
        Ok(Some(new)) => return later::publish(desk, outbound, new),
        Ok(None) => {}
    }
    let event = check_event(&outbound.files(), desk.rehearsal(), desk.now).map_err(Error::Findings)?;
    place::check(&desk.store, &outbound, &event, desk.now)?;
    // The log policy in force after the event, which members reviewed with the plan.
    let inputs = &event.inbound.inputs;
    let policy = desk.policy(inputs.get(NEXT_LOG_POLICY).unwrap_or(&inputs[LOG_POLICY]))?;
    let publication = Publication::of(&outbound, &event)?;
    terminal::show(&Shown::Heading {
        title: format!("Publishing {}", publication.event),
    });
    event
        .checked
        .iter()
        .for_each(|text| terminal::show(&Shown::Said { text: text.clone() }));
    desk.publish(&publication, &policy)
}

#[cfg(test)]
mod tests;
