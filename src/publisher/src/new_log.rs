//! `new-log`: the key of a log is lost or stolen. The log ends where it is, and another one follows it, by an event.

mod last;

use std::path::PathBuf;

use record::plan::NEXT_LOG_POLICY;
use record::screen::Shown;
use tlog::{Checkpoint, Policy, VerifierKey};
use verifier::layout::{Log, Series};
use verifier::log_policies;

use crate::error::Error;
use crate::init::keys::{self, Made};
use crate::key_place::KeyArguments;
use crate::published::{Published, Shelf};
use crate::witness::http::Network;
use crate::{files, in_force, logs, terminal};

/// What `new-log` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    shelf: Shelf,
    /// What became of the old key.
    #[arg(long, value_enum)]
    reason: Reason,
    /// The log of signatures (sig/1 and so on), and not that of everything else.
    #[arg(long)]
    signatures: bool,
    /// The new key.
    #[command(flatten)]
    key: KeyArguments,
    /// What the old key signed, if that is not lost: KEY.state.
    #[arg(long, value_name = "FILE")]
    old_state: Option<PathBuf>,
    /// Where the next log policy goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What became of a log's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Reason {
    /// Nobody has it.
    Lost,
    /// Somebody else may have it.
    Stolen,
}

/// Makes key and log policy. Nothing of the store changes.
///
/// # Errors
/// A store without events, an end that is not the largest known, files that are there already.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let published = Published::open(&arguments.shelf)?;
    let place = arguments.key.place()?;
    for path in [&arguments.out, &place.file().to_owned(), &place.state()] {
        files::demand_absent(path)?;
    }
    let standing = in_force::standing(&published.store, published.rehearsal, published.now)?;
    let now = Policy::parse(&in_force::log_policy(&published.store, &standing)?)?;
    let (which, old) = newest(&now, arguments)?;
    let all = logs::open(&published.store, which.series)?;
    let empty = || Error::EmptyLog { log: which.to_string() };
    let ended = all.iter().find(|log| log.which == which).ok_or_else(empty)?;
    let end = last::End {
        log: ended,
        key: &old,
        reason: arguments.reason,
        state: arguments.old_state.as_deref(),
    };
    last::check(&end, &now, &Network::new())?.into_iter().for_each(say);
    let last = ended.signed.checkpoint();

    let mut made = keys::make(&[(which.next(), place)], published.rehearsal)?;
    let written = finish(arguments, &now, last, &made);
    written.inspect_err(|_| keys::take_back(&mut made))?;
    tell(arguments, which, last, &made, &now);
    Ok(())
}

/// The log that grows by the policy in force, and its key.
fn newest(now: &Policy, arguments: &Arguments) -> Result<(Log, VerifierKey), Error> {
    let series = match arguments.signatures {
        true => Series::Signatures,
        false => Series::Main,
    };
    let which = log_policies::newest(now, series).ok_or(Error::NothingStands)?;
    let is_it = |key: &&VerifierKey| Log::of_origin(key.name()).is_some_and(|(log, _)| log == which);
    let key = now.logs().iter().map(|log| &log.key).find(is_it);
    Ok((which, key.ok_or(Error::NothingStands)?.clone()))
}

fn finish(arguments: &Arguments, now: &Policy, last: &Checkpoint, made: &[Made]) -> Result<(), Error> {
    let next = next(now, last, made)?;
    log_policies::check_next(now, &next).map_err(|what| Error::Usage { what })?;
    let policy = (arguments.out.clone(), next.to_string(), files::PUBLIC);
    keys::write(made, vec![policy], || Ok(()))
}

/// The policy in force, with the end of the one log and the key of the other; the witnesses stay as they are.
fn next(now: &Policy, last: &Checkpoint, made: &[Made]) -> Result<Policy, Error> {
    let text = now.to_string();
    let (mut lines, rest): (Vec<String>, Vec<String>) = text
        .lines()
        .map(|line| format!("{line}\n"))
        .partition(|line| line.starts_with("log "));
    lines.extend(made.iter().map(|made| format!("log {}\n", made.key)));
    lines.extend(rest);
    lines.push(format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root()));
    Ok(Policy::parse(lines.concat().as_bytes())?)
}

fn tell(arguments: &Arguments, which: Log, last: &Checkpoint, made: &[Made], now: &Policy) {
    keys::tell(made);
    keys::wrote(
        &arguments.out.display(),
        &format!("the log policy after it, the input {NEXT_LOG_POLICY} of a plan"),
    );
    say(format!(
        "{which} ends with {} entries, root {}",
        last.size(),
        last.root()
    ));
    for Made { key, .. } in made {
        say(format!("The log after it is {key}"));
    }
    if !now.witnesses().is_empty() {
        say("Each witness's operator must be told the line above".into());
    }
    say("Nothing counts before an event has brought it into force".into());
    if which.series == Series::Main {
        let next = which.next();
        say(format!(
            "Its record is entry 0 of {next}: append that event with the new key"
        ));
    }
}

fn say(text: String) {
    terminal::show(&Shown::Said { text });
}
