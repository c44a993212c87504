//! Paper: an event's checklist from its plan, as one page of HTML that needs nothing else and prints on A4 and Letter.

mod expected;
mod fields;
mod first_hour;
mod glossary;
mod html;
mod page;
mod sheets;
mod stage;

use std::path::PathBuf;

use clap::Args;
use record::plan::Inbound;
use record::screen::Shown;
use record::{Time, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::{cli, files, habits};

/// What `script print` needs.
#[derive(Args)]
pub struct PrintArgs {
    /// The inbound bundle.
    bundle: PathBuf,
    /// The page to be written: open it in a browser, and print it.
    #[arg(long)]
    out: PathBuf,
    /// What `ceremony hsm probe` found out about the HSM's command line: the windows hang on it.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
}

/// Writes the event's checklist.
pub fn print(args: &PrintArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    let bytes = files::read(&args.bundle, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(args.bundle.display().to_string(), cause))?;
    cli::check_now(now, inbound.plan.rehearsal)?;
    let habits = habits::read(args.hsm_answers.as_deref(), inbound.plan.rehearsal)?;
    let page = page::page(&inbound, habits, Clock::new(now).now())?;
    files::write_new(&args.out, page.as_bytes())?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "the event's checklist: open it in a browser, and print one copy for each person in the room".into(),
    });
    console.show(&Shown::digest("plan", &inbound.digest));
    Ok(())
}
