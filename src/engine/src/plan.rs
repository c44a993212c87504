//! Plans: roster, policy and template in, the inbound bundle out.

pub mod budget;
mod diff;
mod draft;
mod inputs;
mod roster;
pub mod show;

use std::path::PathBuf;

use clap::Args;
use record::plan::Inbound;
use record::screen::Shown;
use record::{Digest, Time, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::{cli, files, habits};

pub use diff::{DiffArgs, diff};
pub use draft::{DraftArgs, PolicyArgs, draft, policy};
pub use roster::{RosterArgs, roster};
pub use show::{facts, initialises, parts, question};
#[cfg(test)]
pub use {
    draft::{Call, drafted, first_policy},
    inputs::read as listed_inputs,
};

/// What `plan check` needs.
#[derive(Args)]
pub struct CheckArgs {
    /// The plan.
    plan: PathBuf,
    /// The folder with the inputs that it lists.
    #[arg(long)]
    inputs: PathBuf,
    /// What `ceremony hsm probe` found out about the HSM's command line: the windows hang on it.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
}

/// What `plan pack` needs.
#[derive(Args)]
pub struct PackArgs {
    #[command(flatten)]
    check: CheckArgs,
    /// The inbound bundle to be made.
    #[arg(long)]
    out: PathBuf,
}

/// What `plan show` needs.
#[derive(Args)]
pub struct ShowArgs {
    /// The inbound bundle.
    bundle: PathBuf,
    /// What `ceremony hsm probe` found out about the HSM's command line: the windows hang on it.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
}

/// Settles everything that can be settled before an event.
pub fn check(args: &CheckArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    let (bytes, time) = packed(args, now)?;
    console.say(
        "The plan can be held: roster, policy, requests, names, dates and serial numbers are good, both \
        builders agree on every byte, and no lint is unanswered.",
    );
    console.say(time);
    console.show(&Shown::digest("the inbound bundle would be", &Digest::of(&bytes)));
    Ok(())
}

/// Makes the inbound bundle.
pub fn pack(args: &PackArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    let (bytes, _) = packed(&args.check, now)?;
    files::write_new(&args.out, &bytes)?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "the inbound bundle".into(),
    });
    console.show(&Shown::digest("plan", &Digest::of(&bytes)));
    Ok(())
}

/// Shows an inbound bundle in plain words.
pub fn show(args: &ShowArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    let bytes = files::read(&args.bundle, cbor::BUNDLE_LIMIT)?;
    let inbound = open(&args.bundle.display().to_string(), &bytes)?;
    cli::check_now(now, inbound.plan.rehearsal)?;
    let habits = habits::read(args.hsm_answers.as_deref(), inbound.plan.rehearsal)?;
    for part in show::parts(&inbound, habits, Clock::new(now).now())? {
        console.show(&Shown::Heading {
            title: part.title.into(),
        });
        part.lines.into_iter().for_each(|line| console.say(line));
    }
    console.show(&Shown::digest("plan", &inbound.digest));
    Ok(())
}

/// The inbound bundle, and how long its approvals take.
fn packed(args: &CheckArgs, now: Option<Time>) -> Result<(Vec<u8>, String), Error> {
    let plan = files::read(&args.plan, cbor::BUNDLE_LIMIT)?;
    let name = args.plan.display().to_string();
    let inputs = inputs::read(&name, &plan, &args.inputs)?;
    let refused = |cause| draft::advised(Error::input(name.clone(), cause));
    let bytes = Inbound::pack(&plan, inputs).map_err(refused)?;
    let inbound = open(&name, &bytes)?;
    cli::check_now(now, inbound.plan.rehearsal)?;
    let now = Clock::new(now).now();
    // A plan whose time is over cannot be held; one whose time has not come can.
    if now > inbound.plan.closes {
        return Err(Error::Window {
            now,
            opens: inbound.plan.opens,
            closes: inbound.plan.closes,
        });
    }
    issue::derive::with_placeholder_keys(&inbound, now)?;
    let habits = habits::read(args.hsm_answers.as_deref(), inbound.plan.rehearsal)?;
    let short = |what| {
        let file = "plan.toml";
        Error::input(name.clone(), record::Error::Invalid { file, what })
    };
    Ok((bytes, budget::fits(&inbound, habits).map_err(short)?))
}

fn open(name: &str, bytes: &[u8]) -> Result<Inbound, Error> {
    Inbound::open(bytes).map_err(|cause| Error::input(name, cause))
}
