//! `append`: what an event made is checked, then published.

mod begin;
mod grow;
mod keep;
mod place;
mod write;

use std::path::PathBuf;
use std::time::SystemTime;

use record::Time;
use record::plan::{LOG_POLICY, NEXT_LOG_POLICY};
use record::screen::Shown;
use tlog::{Policy, VerifierKey};
use verifier::{CheckedEvent, check_event};

use crate::error::Error;
use crate::ledger::{self, FileLedger, Ledger as _};
use crate::outbound::Outbound;
use crate::publication::Publication;
use crate::store::Folder;
use crate::{log_key, pages, terminal};
pub use grow::InLog;
use write::Writer;

/// What `append` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The store's folder.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The log's key; what it signed is remembered beside it.
    #[arg(long, value_name = "FILE")]
    log_key: PathBuf,
    /// The event's results.cbor; its signature lies beside it.
    #[arg(long, value_name = "FILE")]
    results: PathBuf,
    /// The folder with the members' signatures of the record.
    #[arg(long, value_name = "DIR")]
    countersignatures: PathBuf,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's: in rehearsals only.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    now: Option<Time>,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on.
///
/// # Errors
/// Findings, a log that would fork, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut ledger = FileLedger::open(&arguments.log_key)?;
    let log = log(arguments, &ledger)?;
    let rehearsal = log.name() == tlog::REHEARSAL_ORIGIN;
    if arguments.now.is_some() && !rehearsal {
        return Err(Error::NowInProduction);
    }
    let now = arguments.now.unwrap_or_else(clock);
    let outbound = Outbound::read(&arguments.results, &arguments.countersignatures, rehearsal)?;
    let event = check_event(&outbound.files(), rehearsal, now).map_err(Error::Findings)?;
    let mut store = Folder::open(&arguments.store)?;
    place::check(&store, &outbound, &event, now)?;
    let policy = policy(&event, &log)?;
    let publication = Publication::of(&outbound, &event)?;
    terminal::show(&Shown::Heading {
        title: format!("Publishing {}", publication.event),
    });
    event
        .checked
        .iter()
        .for_each(|text| terminal::show(&Shown::Said { text: text.clone() }));

    let signer = log_key::open(&arguments.log_key, &terminal::passphrase()?, &log)?;
    let show = &mut terminal::show;
    let mut writer = Writer {
        store: &mut store,
        ledger: &mut ledger,
        signer: &signer,
        policy: &policy,
        show,
    };
    let checkpoint = writer.append(&publication, &|store, checkpoint| pages::render(store, checkpoint))?;
    terminal::show(&Shown::Said {
        text: format!(
            "The log {} has {} entries, root {}",
            log.name(),
            checkpoint.size(),
            checkpoint.root()
        ),
    });
    Ok(())
}

/// The log that the key belongs to.
fn log(arguments: &Arguments, ledger: &FileLedger) -> Result<VerifierKey, Error> {
    let path = ledger::path(&arguments.log_key);
    VerifierKey::parse(&ledger.read()?.log).map_err(|error| Error::DamagedLedger {
        path,
        what: error.to_string(),
    })
}

/// The log policy in force after the event, which members reviewed with the plan. It must name this very key.
fn policy(event: &CheckedEvent, log: &VerifierKey) -> Result<Policy, Error> {
    let inputs = &event.inbound.inputs;
    let policy = inputs.get(NEXT_LOG_POLICY).unwrap_or(&inputs[LOG_POLICY]);
    let policy = Policy::parse(policy)?;
    if !policy.logs().iter().any(|listed| listed.key == *log) {
        return Err(Error::KeyNotInPolicy { key: log.to_string() });
    }
    match policy.has_witnesses() {
        true => Err(Error::WitnessesWanted),
        false => Ok(policy),
    }
}

/// This machine's clock.
fn clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(since.as_secs())
}

#[cfg(test)]
mod tests;
