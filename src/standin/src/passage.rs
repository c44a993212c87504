//! The one way of every command: passwords asked for, faults, the command itself, in one turn or in two.

use serde_json::Value;

use crate::answers::Answer;
use crate::audit::Attempt;
use crate::cli::{ChangeMfaBy, ClusterCommand, Command, UserCommand};
use crate::commands;
use crate::console::{Console, PasswordFrom};
use crate::error::{Broken, Refusal};
use crate::exchange::{self, Exchange};
use crate::given::Given;
use crate::mishaps::{Met, after, before};
use crate::plain::Plain;
use crate::session::Session;
use crate::store::Store;
use crate::switches::{MFA_PASSWORD, PASSWORD_PROMPT};
use crate::turns::{change_nodes, turn};

/// What comes of a command.
pub enum Outcome {
    Answer(Answer),
    Plain(Plain),
}

/// Carries out one command. On return its effects are on the disk.
pub fn pass(
    store: &Store,
    session: &mut Session,
    console: &mut Console,
    mut command: Command,
) -> Result<Outcome, Broken> {
    if let Err(refusal) = ask_passwords(store, &mut command, console)? {
        return Ok(Outcome::Answer(Err(refusal)));
    }
    let mut deed = match before(store, session, console, command.name())? {
        Met::GoesOn(deed) => deed,
        Met::Ended(outcome) => return Ok(outcome),
    };
    let attempt = Attempt::of(&command);
    let mut given = Given::read(command.reads());
    let Some(exchange) = Exchange::of(&command) else {
        let answer = turn(store, session, &given, attempt.as_ref(), |world| {
            change_nodes(world, deed);
            commands::carry_out(world, command)
        })?;
        return after(store, session, console, deed, answer);
    };
    let (mut challenge, mut assumed) = (None, true);
    let begun = turn(store, session, &given, attempt.as_ref(), |world| {
        assumed = exchange::has_assumed_texts(world);
        challenge = Some(exchange.begin(world)?);
        Ok(Value::Null)
    })?;
    let Some(challenge) = challenge.filter(|_| begun.is_ok()) else {
        return after(store, session, console, deed, begun);
    };
    // Whoever came so far knows a password: members may take their time.
    console.trust();
    let typed = match exchange.ask(console, assumed)? {
        Ok(typed) => typed,
        Err(refusal) => return Ok(Outcome::Answer(Err(refusal))),
    };
    // Members have signed meanwhile, which takes minutes: a command of its own for faults.
    match before(store, session, console, exchange.second_name())? {
        Met::GoesOn(second) => deed = second.or(deed),
        Met::Ended(outcome) => return Ok(outcome),
    }
    given = Given::read(command.reads().into_iter().chain(typed.paths()));
    let answer = turn(store, session, &given, attempt.as_ref(), |world| {
        change_nodes(world, deed);
        exchange.finish(world, &challenge, &typed)
    })?;
    after(store, session, console, deed, answer)
}

/// Passwords that are not among the arguments are asked for, new ones twice. Nothing is locked meanwhile.
fn ask_passwords(store: &Store, command: &mut Command, console: &mut Console) -> Result<Result<(), Refusal>, Broken> {
    let (place, twice) = match command {
        Command::Login(login) => (&mut login.password, false),
        Command::User(UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(change)))
            if change.token.is_some() && store.look(|cluster| cluster.switches.is(&MFA_PASSWORD, "asked"))? =>
        {
            (&mut change.change_password, true)
        }
        Command::Cluster(ClusterCommand::Activate { password })
        | Command::User(UserCommand::Create { password, .. } | UserCommand::ChangePassword { password, .. }) => {
            (password, true)
        }
        _ => return Ok(Ok(())),
    };
    if place.is_some() {
        return Ok(Ok(()));
    }
    let from = store.look(|cluster| match cluster.switches.is(&PASSWORD_PROMPT, "tty") {
        true => PasswordFrom::Terminal,
        false => PasswordFrom::StandardInput,
    })?;
    let password = match console.ask_password("Enter password:", from)? {
        Ok(password) => password,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if twice && console.ask_password("Confirm password:", from)? != Ok(password.clone()) {
        return Ok(Err(Refusal::invalid("The passwords do not match")));
    }
    *place = Some(password.to_string());
    Ok(Ok(()))
}
