//! `policy`: writes the log policy that is to follow the one in force, for members to review with a plan.

use std::path::PathBuf;

use record::plan::NEXT_LOG_POLICY;
use record::screen::Shown;
use tlog::policy::{Log as Listed, Witness};
use tlog::{Policy, VerifierKey};
use verifier::layout::Log;
use verifier::log_policies;

use crate::error::Error;
use crate::in_force;
use crate::log_policy::{self, WitnessArguments};
use crate::published::{Published, Shelf};
use crate::{files, terminal};

/// What `policy` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    shelf: Shelf,
    /// Where the next log policy goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Witnesses that come; one of a name that is there takes its place.
    #[command(flatten)]
    witnesses: WitnessArguments,
    /// The name of a witness that goes. May be said several times.
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
    /// The verifier key of a further log. May be said several times. No log
    /// goes: what was proven by it stays proven.
    #[arg(long, value_name = "VKEY")]
    log: Vec<String>,
}

/// Writes it, and shows what changes.
///
/// # Errors
/// Nothing that changes, too few witnesses, or a store whose events are wrong.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let published = Published::open(&arguments.shelf)?;
    let standing = in_force::standing(&published.store, published.rehearsal, published.now)?;
    let (path, bytes) = in_force::numbered_log_policy(&published.store, &standing)?;
    let now = Policy::parse(&bytes)?;
    let next = next(&now, arguments, published.rehearsal)?;
    let changes = changes(&now, &next);
    if changes.is_empty() {
        return Err(usage("nothing of the log policy in force would change"));
    }
    files::create(&arguments.out, next.to_string().as_bytes(), files::PUBLIC)?;
    tell(arguments, &path, &changes);
    Ok(())
}

fn next(now: &Policy, arguments: &Arguments, rehearsal: bool) -> Result<Policy, Error> {
    let WitnessArguments { witness, quorum } = &arguments.witnesses;
    if let Some(name) = arguments.without.iter().find(|name| !is_there(now, name)) {
        let name = record::text::plain(name, 40);
        return Err(usage(&format!("the log policy in force has no witness '{name}'")));
    }
    let goes = |old: &&Witness| arguments.without.contains(&old.name) || witness.iter().any(|new| new.name == old.name);
    let stay = now.witnesses().iter().filter(|old| !goes(old));
    let witnesses: Vec<Witness> = stay.chain(witness).cloned().collect();
    let quorum = quorum.or_else(|| log_policy::quorum(now).filter(|quorum| *quorum > 0));
    let mut logs = now.logs().to_vec();
    for vkey in &arguments.log {
        logs.push(log(vkey, now, rehearsal)?);
    }
    let quorum = quorum.filter(|_| !witnesses.is_empty());
    let next = log_policy::make(&logs, now.frozen(), &witnesses, quorum, rehearsal)?;
    // Most of all a log after one that is not frozen, which `new-log` is there for.
    log_policies::check_next(now, &next).map_err(|what| usage(&format!("the next log policy: {what}")))?;
    Ok(next)
}

fn is_there(policy: &Policy, name: &str) -> bool {
    policy.witnesses().iter().any(|witness| witness.name == name)
}

/// A further log: one of this project's, with the mark of a rehearsal or without, as the others.
fn log(vkey: &str, now: &Policy, rehearsal: bool) -> Result<Listed, Error> {
    let key = VerifierKey::parse(vkey)?;
    let ours = Log::of_origin(key.name()).is_some_and(|(_, marked)| marked == rehearsal);
    if !ours {
        let name = record::text::plain(key.name(), 80);
        return Err(usage(&format!("'{name}' is no log of this project's store")));
    }
    match now.logs().iter().any(|listed| listed.key == key) {
        true => Err(usage("the log policy in force has this log already")),
        false => Ok(Listed { key, url: None }),
    }
}

/// The lines that go, and those that come.
fn changes(now: &Policy, next: &Policy) -> Vec<String> {
    let (now, next) = (now.to_string(), next.to_string());
    let only = |mark: char, these: &str, those: &str| -> Vec<String> {
        let new = these.lines().filter(|line| !those.lines().any(|other| other == *line));
        new.map(|line| format!("{mark} {line}")).collect()
    };
    [only('-', &now, &next), only('+', &next, &now)].concat()
}

fn tell(arguments: &Arguments, path: &str, changes: &[String]) {
    let say = |text: String| terminal::show(&Shown::Said { text });
    say(format!("In force is {path}. What changes:"));
    changes.iter().cloned().for_each(say);
    terminal::show(&Shown::Wrote {
        path: arguments.out.display().to_string(),
        what: format!("the input {NEXT_LOG_POLICY} of the next plan"),
    });
    say("It comes into force by an event alone, with the members' signatures".into());
}

fn usage(what: &str) -> Error {
    Error::Usage { what: what.into() }
}
