//! One command in a process of its own: log in by `CLOUDHSM_ROLE` and `CLOUDHSM_PIN`, do it, log out.

use clap::ValueEnum;

use crate::answers::Answer;
use crate::audit::{Attempt, Opcode};
use crate::cli::{Account, Command};
use crate::commands::login;
use crate::console::Console;
use crate::error::{Broken, Refusal};
use crate::given::Given;
use crate::manner::Manner;
use crate::passage::{Outcome, pass};
use crate::serve::messages::Login;
use crate::session::Session;
use crate::state::Role;
use crate::store::Store;
use crate::turns;

/// Exit code 0 for `error_code` 0, else what the switch says: that of the real program is not documented.
pub fn run(store: &Store, console: &mut Console, command: Command, login: Option<Login>) -> Result<u8, Broken> {
    let mut session = Session::default();
    let outcome = match log_in(store, &mut session, login)? {
        Err(refusal) => Outcome::Answer(Err(refusal)),
        Ok(_) => pass(store, &mut session, console, command)?,
    };
    let code = match outcome {
        Outcome::Answer(answer) => Manner::of(store)?.answer(console, &answer)?,
        Outcome::Plain(plain) => plain.end(console)?,
    };
    turns::leave(store, &mut session)?;
    Ok(code)
}

/// Without the two variables nobody is logged in, which some commands do not mind.
fn log_in(store: &Store, session: &mut Session, login: Option<Login>) -> Result<Answer, Broken> {
    let Some(Login { role, pin }) = login else {
        return Ok(Ok(serde_json::Value::Null));
    };
    let (Ok(role), Some((name, password))) = (Role::from_str(&role, false), pin.split_once(':')) else {
        return Ok(Err(Refusal::invalid(
            "CLOUDHSM_ROLE is admin or crypto-user, CLOUDHSM_PIN is user:password",
        )));
    };
    let account = Account {
        username: name.into(),
        role,
    };
    let attempt = Attempt::at(Opcode::Login, Some(&account));
    turns::turn(store, session, &Given::default(), Some(&attempt), |world| {
        login::log_in(world, &account, password)
    })
}
