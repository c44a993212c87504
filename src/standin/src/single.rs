//! One command in a process of its own: log in by `CLOUDHSM_ROLE` and `CLOUDHSM_PIN`, do it, log out.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::answers::{Answer, render};
use crate::cli::Command;
use crate::commands::login;
use crate::console::Console;
use crate::error::{Broken, Refusal};
use crate::passage::{Outcome, pass};
use crate::session::Session;
use crate::state::Role;
use crate::store::Store;

/// Exit code 0 for `error_code` 0, else 1; what the real program returns is not documented.
pub fn run(store: &Store, command: Command) -> Result<ExitCode, Broken> {
    let console = &mut Console::new();
    let mut session = Session::default();
    let outcome = match log_in(store, &mut session)? {
        Err(refusal) => Outcome::Answer(Err(refusal)),
        Ok(_) => pass(store, &mut session, console, command)?,
    };
    match outcome {
        Outcome::Answer(answer) => {
            console.say(&render(&answer))?;
            Ok(ExitCode::from(u8::from(answer.is_err())))
        }
        Outcome::Plain(plain) => {
            plain.print(console)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Without the two variables nobody is logged in, which some commands do not mind.
fn log_in(store: &Store, session: &mut Session) -> Result<Answer, Broken> {
    let (Ok(role), Ok(pin)) = (std::env::var("CLOUDHSM_ROLE"), std::env::var("CLOUDHSM_PIN")) else {
        return Ok(Ok(serde_json::Value::Null));
    };
    let (Ok(role), Some((name, password))) = (Role::from_str(&role, false), pin.split_once(':')) else {
        return Ok(Err(Refusal::invalid(
            "CLOUDHSM_ROLE is admin or crypto-user, CLOUDHSM_PIN is user:password",
        )));
    };
    crate::passage::with_world(store, session, |world| login::log_in(world, name, role, password))
}
