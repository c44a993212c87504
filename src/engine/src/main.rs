//! `ceremony`, the signing console's engine: carries out one reviewed plan under the quorum, and writes its record.

mod bundle;
mod cli;
mod clock;
mod cluster;
mod codes;
mod console;
mod consoles;
mod error;
mod event;
mod exchange;
mod files;
mod habits;
mod hand_over;
mod help;
mod hsm;
mod identity;
mod inbox;
mod initialise;
mod ledger;
mod machine;
mod media;
mod plan;
mod probe;
mod questions;
mod random;
mod replay;
mod scratch;
mod script;
mod sessions;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Causes bring words of files and of the HSM along.
            let plain = |text: String| record::text::message(&text);
            eprintln!("ceremony: error: {}", plain(error.to_string()));
            if let Some(hint) = error.hint() {
                eprintln!("ceremony: hint: {}", plain(hint));
            }
            ExitCode::from(error.exit_code())
        }
    }
}
