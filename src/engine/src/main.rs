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

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Causes bring words of files and of the HSM along.
            let plain = |text: String| record::text::message(&text);
            let mut told = format!("ceremony: error: {}\n", plain(error.to_string()));
            if let Some(hint) = error.hint() {
                told += &format!("ceremony: hint: {}\n", plain(hint));
            }
            // Standard error may be closed, or full; the exit code still says what happened.
            let _ = std::io::stderr().write_all(told.as_bytes());
            ExitCode::from(error.exit_code())
        }
    }
}
