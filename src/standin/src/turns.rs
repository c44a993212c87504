//! A command's turn on the cluster: alone, or twice with questions between; noted in the audit log.

use crate::answers::Answer;
use crate::audit::{Attempt, Opcode};
use crate::cli::Command;
use crate::clock;
use crate::commands;
use crate::console::Console;
use crate::error::Broken;
use crate::exchange::{self, Exchange};
use crate::faults::Deed;
use crate::session::Session;
use crate::store::Store;
use crate::switches::RECONNECTION;
use crate::world::World;

/// Carries out one command, while nodes come and go by a fault. On return its effects are on the disk.
pub fn carry_out(
    store: &Store,
    session: &mut Session,
    console: &mut Console,
    command: Command,
    deed: Option<Deed>,
) -> Result<Answer, Broken> {
    let attempt = Attempt::of(&command);
    let Some(exchange) = Exchange::of(&command) else {
        return turn(store, session, attempt.as_ref(), |world| {
            change_nodes(world, deed);
            commands::carry_out(world, command)
        });
    };
    let (mut challenge, mut assumed) = (None, true);
    let begun = turn(store, session, attempt.as_ref(), |world| {
        assumed = exchange::has_assumed_texts(world);
        challenge = Some(exchange.begin(world)?);
        Ok(serde_json::Value::Null)
    })?;
    let Some(challenge) = challenge else { return Ok(begun) };
    match exchange.ask(console, assumed)? {
        Err(refusal) => Ok(Err(refusal)),
        Ok(typed) => turn(store, session, attempt.as_ref(), |world| {
            change_nodes(world, deed);
            exchange.finish(world, &challenge, &typed)
        }),
    }
}

/// One turn: what it did and what it was refused is in the log, and the answer in the words that are set.
pub fn turn(
    store: &Store,
    session: &mut Session,
    attempt: Option<&Attempt>,
    act: impl FnOnce(&mut World<'_>) -> Answer,
) -> Result<Answer, Broken> {
    with_world(store, session, |world| {
        let answer = act(world);
        if let Some(attempt) = attempt {
            attempt.note(world, &answer);
        }
        world.word(answer)
    })
}

/// What is left of a session when its connection was lost and is back.
pub fn lose_connection(store: &Store, session: &mut Session) -> Result<(), Broken> {
    with_world(store, session, |world| {
        note_end(world);
        match world.cluster.switches.value(&RECONNECTION) {
            "keeps-tokens" => {}
            "ends-tokens" => world.session.retain_tokens(|_| false),
            _ => world.session.end(),
        }
    })
}

/// The session ends with its process.
pub fn leave(store: &Store, session: &mut Session) -> Result<(), Broken> {
    match session.who() {
        Some(_) => with_world(store, session, |world| {
            note_end(world);
            world.session.end();
        }),
        None => Ok(()),
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

fn change_nodes(world: &mut World<'_>, deed: Option<Deed>) {
    match deed {
        Some(Deed::NodeLost) => world.cluster.lose_node(),
        Some(Deed::NodeJoins) => world.cluster.have_node_join(),
        _ => {}
    }
}

fn note_end(world: &mut World<'_>) {
    if world.session.who().is_some() {
        let event = world.event(Opcode::CloseSession);
        world.log(event);
    }
}
