//! The one way of every command: passwords asked for, faults, the command itself.

use std::time::Duration;

use crate::answers::{Answer, DISCONNECTED};
use crate::cli::{ChangeMfaBy, ClusterCommand, Command, UserCommand};
use crate::console::{Console, PasswordFrom};
use crate::error::{Broken, Refusal};
use crate::faults::Deed;
use crate::session::Session;
use crate::store::Store;
use crate::switches::{PASSWORD_PROMPT, PLAIN_TEXT_STREAM};
use crate::turns::{carry_out, lose_connection};

/// What comes of a command.
pub enum Outcome {
    Answer(Answer),
    Plain(Plain),
}

/// An error without JSON.
pub struct Plain {
    on_stderr: bool,
}

impl Plain {
    pub fn print(&self, console: &Console) -> Result<(), Broken> {
        match self.on_stderr {
            true => console.say_aside(DISCONNECTED),
            false => console.say(DISCONNECTED),
        }
    }
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
    let name = command.name();
    let (fault, lets_in, plain) = store.transact(|cluster| {
        let on_stderr = cluster.switches.is(&PLAIN_TEXT_STREAM, "stderr");
        (cluster.take_fault(name), cluster.lets_in(), Plain { on_stderr })
    })?;
    let deed = fault.as_ref().map(|fault| fault.deed);
    match deed {
        _ if !lets_in => {
            session.end();
            return Ok(Outcome::Plain(plain));
        }
        Some(Deed::DieBefore) => return Err(console.die()),
        Some(Deed::Disconnect) => {
            lose_connection(store, session)?;
            return Ok(Outcome::Plain(plain));
        }
        Some(Deed::PlainTextError) => return Ok(Outcome::Plain(plain)),
        Some(Deed::Expire) => session.expire_tokens(),
        Some(Deed::Slow) => std::thread::sleep(Duration::from_secs(fault.map_or(0, |fault| fault.seconds))),
        _ => {}
    }
    let answer = carry_out(store, session, console, command, deed)?;
    match deed {
        Some(Deed::DieAfter) => Err(console.die()),
        Some(Deed::AnswerLost) => {
            lose_connection(store, session)?;
            Ok(Outcome::Plain(plain))
        }
        Some(Deed::SaysNo) => Ok(Outcome::Answer(answer.and(Err(Refusal::invalid("Internal error"))))),
        _ => Ok(Outcome::Answer(answer)),
    }
}

/// Passwords that are not among the arguments are asked for, new ones twice. Nothing is locked meanwhile.
fn ask_passwords(store: &Store, command: &mut Command, console: &mut Console) -> Result<Result<(), Refusal>, Broken> {
    let (place, twice) = match command {
        Command::Login(login) => (&mut login.password, false),
        Command::User(UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(change))) if change.change_password => {
            (&mut change.password, true)
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
