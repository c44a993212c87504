//! `cloudhsm-standin`: an imitation of AWS's `cloudhsm-cli`, for rehearsals and tests only.
//!
//! Same arguments, same JSON, same texts, same limits; no protection of anything.

mod answers;
mod approvals;
mod attributes;
mod audit;
mod cli;
mod clock;
mod commands;
mod console;
mod error;
mod faults;
mod files;
mod filters;
mod interactive;
mod keys;
mod orders;
mod passage;
mod presence;
mod session;
mod single;
mod state;
mod store;
mod switches;
mod tokens;
mod users;
mod words;
mod world;

use std::process::ExitCode;

use clap::Parser;

use cli::{Program, Run};
use store::Store;

fn main() -> ExitCode {
    let program = Program::parse();
    eprintln!("{NOTICE}");
    match run(program.run) {
        Ok(code) => code,
        Err(broken) => {
            eprintln!("cloudhsm-standin: error: {broken}");
            ExitCode::from(broken.exit_code())
        }
    }
}

fn run(what: Run) -> Result<ExitCode, error::Broken> {
    match what {
        Run::Standin { order } => orders::carry_out(order),
        Run::Interactive => interactive::hold(&Store::open()?),
        Run::Command(command) => single::run(&Store::open()?, command),
    }
}

const NOTICE: &str =
    "cloudhsm-standin: a stand-in for cloudhsm-cli, for rehearsals and tests only: it protects nothing";
