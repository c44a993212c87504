//! `access`: batches of the access logs are made, signed, and published.
//!
//! A batch is made and signed by the keeper of the transparency key, who has no log key; then it is appended by the
//! publisher, who has no transparency key.

mod append;
mod make;
mod sign;

use crate::error::Error;

/// What `access` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a batch of the console's log: of exports of its journal, or of its
    /// system's log.
    Console(make::ConsoleArguments),
    /// Make a batch of the HSM's log: of what CloudWatch has of it, and
    /// CloudTrail.
    Hsm(make::HsmArguments),
    /// Sign a batch with the key of the delegate for transparency.
    Sign(sign::Arguments),
    /// Check a signed batch, log it, and publish it.
    Append(append::Arguments),
}

/// Does what was asked for.
///
/// # Errors
/// Logs that cannot be read, a batch that does not follow, a wrong signer, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    match &arguments.command {
        Command::Console(arguments) => make::console(arguments),
        Command::Hsm(arguments) => make::hsm(arguments),
        Command::Sign(arguments) => sign::run(arguments),
        Command::Append(arguments) => append::run(arguments),
    }
}

/// No batch is larger.
const LIMIT: usize = record::cbor::BUNDLE_LIMIT;
