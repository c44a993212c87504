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
mod init;
mod interactive;
mod keeping;
mod keys;
mod manner;
mod mfa;
mod mishaps;
mod narrow;
mod orders;
mod passage;
mod presence;
mod private_keys;
mod refusal;
mod seal;
mod serve;
mod session;
mod single;
mod state;
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

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use cli::{Program, Run};
use console::Console;
use serve::messages::Wish;
use store::Store;

fn main() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(error) => return say(&error),
    };
    eprintln!("{NOTICE}");
    ExitCode::from(run(program.run).unwrap_or_else(|broken| {
        eprintln!("{}", broken.told());
        broken.exit_code()
    }))
}

/// Help, or what is wrong with the arguments.
fn say(error: &clap::Error) -> ExitCode {
    let text = narrow::narrow(&error.to_string());
    match error.use_stderr() {
        true => eprint!("{text}"),
        false => print!("{text}"),
    }
    ExitCode::from(u8::from(error.use_stderr()) * 2)
}

fn run(what: Run) -> Result<u8, error::Broken> {
    match (client::server(), what) {
        (None, Run::Serve { listen, idle }) => serve::serve(Store::open()?, listen, Duration::from_secs(idle)),
        (Some(_), Run::Serve { .. }) => Err(error::Broken::order(
            "CLOUDHSM_STANDIN_SERVER is set: this would be server and client at once",
        )),
        (Some(server), Run::Interactive) => client::talk(&server, Wish::Interactive),
        (Some(server), _) => client::talk(&server, client::words()),
        (None, Run::Standin { order }) => orders::carry_out(order, &mut Console::new()),
        (None, Run::Interactive) => interactive::hold(&Store::open()?, &mut Console::new()),
        (None, Run::Command(command)) => single::run(&Store::open()?, &mut Console::new(), command, client::login()),
    }
}

const NOTICE: &str =
    "cloudhsm-standin: a stand-in for cloudhsm-cli, for rehearsals and tests only: it protects nothing";
