//! `ceremony-publish`: puts what an event made into the append-only public store.

mod append;
mod desk;
mod error;
mod files;
mod init;
mod issued;
mod ledger;
mod log_key;
mod outbound;
mod pages;
mod passphrase;
mod publication;
mod signatures;
mod site;
mod store;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use record::Time;

use error::Error;

/// Puts certificates, records and proofs into the append-only public store. Passphrases are lines on standard input.
#[derive(Parser)]
#[command(name = "ceremony-publish", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an empty store, the log's key, and the log policy that names it.
    Init(init::Arguments),
    /// Check what an event made, and publish it.
    Append(append::Arguments),
    /// Check a subkey that an outside keeper issued, log it, and publish it with its proof.
    Issued(issued::Arguments),
    /// Check what a delegate's signing service signed, log each signature, and write proof files.
    Signatures(signatures::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::try_parse() {
        Ok(arguments) => run(arguments.command),
        Err(told) if !told.use_stderr() => {
            terminal::show_usage(&told);
            Ok(())
        }
        Err(wrong) => Err(usage(&wrong)),
    };
    match done.and_then(|()| terminal::demand_shown()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Append(arguments) => append::run(&arguments),
        Command::Issued(arguments) => issued::run(&arguments),
        Command::Signatures(arguments) => signatures::run(&arguments),
    }
}

/// The first paragraph of clap's message, on one line; the rest is what `--help` says.
fn usage(wrong: &clap::Error) -> Error {
    let text = wrong.to_string();
    let lines = text.trim_start_matches("error: ").lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    Error::Usage { what: lines.join(" ") }
}

/// Reads a time of the command line.
fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "not a time like 2026-11-22T10:00:00Z".into())
}
