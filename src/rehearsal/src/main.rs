//! `rehearsal`: holds the founding event, and events after it, on one machine. Every other binary is a process here, as it is in an event.

mod binaries;
mod chain;
mod child;
mod cli;
mod clock;
mod commands;
mod ending;
mod engine;
mod error;
mod event;
mod facts;
mod files;
mod folder;
mod journey;
mod keepers;
mod machines;
mod members;
mod memory;
mod needs;
mod office;
mod places;
mod power;
mod rehearsal;
mod screen;
mod secrets;
mod stages;
mod timing;

use std::process::ExitCode;

use error::Error;

fn main() -> ExitCode {
    match run().and_then(|()| screen::demand_shown()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run() -> Result<(), Error> {
    let Some(wish) = cli::parse()? else { return Ok(()) };
    // Before building: a build may put a new file in this one's place.
    let folder = binaries::folder()?;
    binaries::build_under_cargo_run(&folder)?;
    stages::hold(wish, binaries::Binaries::beside(&folder)?)
}
