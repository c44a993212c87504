//! `cloudhsm-standin`: an imitation of AWS's `cloudhsm-cli`, for rehearsals and tests only.
//!
//! Same arguments, same JSON, same texts, same limits; no protection of anything.

mod answers;
mod approvals;
mod attributes;
mod audit;
mod cli;
mod client;
mod clock;
mod commands;
mod console;
mod error;
mod exchange;
mod faults;
mod files;
mod filters;
mod given;
mod hints;
mod init;
mod interactive;
mod keeping;
mod keys;
mod manner;
mod mfa;
mod mishaps;
mod named;
mod narrow;
mod orders;
mod passage;
mod plain;
mod presence;
mod private_keys;
mod refusal;
mod seal;
mod serve;
mod session;
mod single;
mod start;
mod state;
mod state_file;
mod store;
mod switches;
mod terminal;
mod token_file;
mod token_keys;
mod tokens;
mod turns;
mod users;
mod wanted;
mod words;
mod world;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use cli::{Program, Run};
use console::Console;
use plain::Plain;
use serve::messages::Wish;
use store::Store;

fn main() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(error) => return say(&error),
    };
    eprintln!("{NOTICE}");
    ExitCode::from(run(program).unwrap_or_else(|broken| {
        eprintln!("{}", broken.told());
        broken.exit_code()
    }))
}

/// Help, or what is wrong with the arguments.
fn say(error: &clap::Error) -> ExitCode {
    let text = narrow::narrow(&error.to_string());
    if error.use_stderr() {
        let _ = std::io::stderr().write_all(text.as_bytes());
        return ExitCode::from(2);
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

fn run(program: Program) -> Result<u8, error::Broken> {
    let stranger = program.named.stranger();
    match (client::server(), stranger, program.run) {
        (None, Some(text), Run::Serve { .. } | Run::Standin { .. }) => Plain::quoted(&text).end(&Console::new()),
        (None, _, Run::Serve { listen, idle }) => serve::serve(Store::open()?, listen, Duration::from_secs(idle)),
        (Some(_), _, Run::Serve { .. }) => Err(error::Broken::order(
            "CLOUDHSM_STANDIN_SERVER is set: this would be server and client at once",
            "unset it where the cluster's folder is, and set it where the clients are",
        )),
        // Which cluster it has the server knows, and sees the id among the words.
        (Some(server), None, Run::Interactive) => client::talk(&server, Wish::Interactive),
        (Some(server), ..) => client::talk(&server, client::words()),
        (None, _, Run::Standin { order }) => orders::carry_out(order, &mut Console::new()),
        (None, _, run) => {
            let program = Program { run, ..program };
            start::start(&Store::open()?, &mut Console::new(), program, client::login())
        }
    }
}

const NOTICE: &str = "cloudhsm-standin: no HSM; for rehearsals and tests only: it protects nothing";
