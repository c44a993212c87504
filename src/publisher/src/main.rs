//! `ceremony-publish`: puts what an event made into the append-only public store.

mod access;
mod again;
mod append;
mod check;
mod desk;
mod error;
mod files;
mod in_force;
mod init;
mod issued;
mod key_place;
mod ledger;
mod log_key;
mod log_policy;
mod logs;
mod new_log;
mod outbound;
mod pages;
mod passphrase;
mod policy;
mod publication;
mod published;
mod refusal;
mod resume;
mod roster;
mod signatures;
mod site;
mod staple;
mod store;
mod terminal;
mod watch;
mod witness;

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
    /// Check a member's refusal, log it, and publish it.
    Refusal(refusal::Arguments),
    /// Write a certificate's proof under the newest checkpoint.
    Staple(staple::Arguments),
    /// Make all pages again.
    Site(again::Arguments),
    /// Finish a publication that was cut off. No passphrase is asked for.
    Resume(desk::Where),
    /// Make, sign and publish batches of the access logs.
    Access(access::Arguments),
    /// Check the store as anybody can, and against the log key's memory and what
    /// witnesses have seen.
    Check(check::Arguments),
    /// Write the log policy that is to follow the one in force: other witnesses,
    /// another quorum, a further log. It comes into force by an event alone.
    Policy(policy::Arguments),
    /// The key of a log is lost or stolen: make the next log's, where --log-key
    /// or --log-token say, and the log policy that ends the one log and opens the
    /// other. An event brings it into force.
    NewLog(new_log::Arguments),
    /// Show which rosters, policies and log policies the store has, since when,
    /// and who is in office. They come into force by events alone.
    Roster(roster::Arguments),
    /// Check what a delegate's signing service signed, log each signature, and write proof files.
    Signatures(signatures::Arguments),
    /// Read the logs of console and HSM as they grow, and send each member a
    /// message on any login, power event, HSM access or key change.
    Watch(watch::Arguments),
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
        Command::Refusal(arguments) => refusal::run(&arguments),
        Command::Staple(arguments) => staple::run(&arguments),
        Command::Site(arguments) => again::run(&arguments),
        Command::Resume(place) => resume::run(&place),
        Command::Access(arguments) => access::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Policy(arguments) => policy::run(&arguments),
        Command::NewLog(arguments) => new_log::run(&arguments),
        Command::Roster(arguments) => roster::run(&arguments),
        Command::Signatures(arguments) => signatures::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
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
