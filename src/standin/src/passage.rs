//! The one way of every command: passwords asked for, faults, the command itself, the audit log.

use std::time::Duration;

use crate::answers::{Answer, DISCONNECTED};
use crate::audit;
use crate::cli::{ClusterCommand, Command, UserCommand};
use crate::clock;
use crate::commands;
use crate::console::{Console, PasswordFrom};
use crate::error::{Broken, Refusal};
use crate::faults::Deed;
use crate::session::Session;
use crate::store::Store;
use crate::switches::{PASSWORD_PROMPT, PLAIN_TEXT_STREAM};
use crate::world::World;

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
            true => console.say_aside(DISCONNECTED)?,
            false => console.say(DISCONNECTED)?,
        }
        Ok(())
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
    let (fault, plain) = store.transact(|cluster| {
        let on_stderr = cluster.switches.is(&PLAIN_TEXT_STREAM, "stderr");
        (cluster.take_fault(name), Plain { on_stderr })
    })?;
    let deed = fault.as_ref().map(|fault| fault.deed);
    match deed {
        Some(Deed::DieBefore) => return Err(console.die()),
        Some(Deed::Disconnect) => {
            session.end();
            return Ok(Outcome::Plain(plain));
        }
        Some(Deed::PlainTextError) => return Ok(Outcome::Plain(plain)),
        Some(Deed::Expire) => session.expire_tokens(),
        Some(Deed::Slow) => std::thread::sleep(Duration::from_secs(fault.map_or(0, |fault| fault.seconds))),
        Some(Deed::DieAfter | Deed::AnswerLost | Deed::SaysNo) | None => {}
    }
    let answer = with_world(store, session, |world| {
        let answer = commands::carry_out(world, command);
        audit::note(world.session, name, &answer);
        answer
    })?;
    match deed {
        Some(Deed::DieAfter) => Err(console.die()),
        Some(Deed::AnswerLost) => {
            session.end();
            Ok(Outcome::Plain(plain))
        }
        Some(Deed::SaysNo) => Ok(Outcome::Answer(answer.and(Err(Refusal::invalid("Internal error"))))),
        _ => Ok(Outcome::Answer(answer)),
    }
}

/// Gives `act` the cluster alone, and the session as it now is.
pub fn with_world<T>(store: &Store, session: &mut Session, act: impl FnOnce(&mut World<'_>) -> T) -> Result<T, Broken> {
    store.transact(|cluster| {
        session.check(cluster);
        let now = clock::now(cluster);
        act(&mut World {
            cluster,
            session,
            store,
            now,
        })
    })
}

/// Passwords that are not among the arguments are asked for, new ones twice. Nothing is locked meanwhile.
fn ask_passwords(store: &Store, command: &mut Command, console: &mut Console) -> Result<Result<(), Refusal>, Broken> {
    let (place, twice) = match command {
        Command::Login(login) => (&mut login.password, false),
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
