//! A command's turn on the cluster: alone on it, noted in the audit log; and how sessions end.

use crate::answers::Answer;
use crate::audit::{Attempt, Opcode};
use crate::clock;
use crate::error::Broken;
use crate::faults::Deed;
use crate::given::Given;
use crate::session::Session;
use crate::store::Store;
use crate::switches::RECONNECTION;
use crate::world::World;

/// One turn, with the files that were read before it; what it makes is written after it. What it did and what it was refused is in the log, and the answer in the words that are set.
pub fn turn(
    store: &Store,
    session: &mut Session,
    given: &Given,
    attempt: Option<&Attempt>,
    act: impl FnOnce(&mut World<'_>) -> Answer,
) -> Result<Answer, Broken> {
    let (answer, made) = in_world(store, session, given, |world| {
        let answer = act(world);
        if let Some(attempt) = attempt {
            attempt.note(world, &answer);
        }
        (world.word(answer), world.made.take())
    })?;
    let Some((made, Err(refusal))) = made.filter(|_| answer.is_ok()).map(|made| (made.token, made.write())) else {
        return Ok(answer);
    };
    with_world(store, session, |world| {
        world.session.retain_tokens(|token| Some(token.facts.id) != made);
    })?;
    Ok(Err(refusal))
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
fn with_world<T>(store: &Store, session: &mut Session, act: impl FnOnce(&mut World<'_>) -> T) -> Result<T, Broken> {
    in_world(store, session, &Given::default(), act)
}

fn in_world<T>(
    store: &Store,
    session: &mut Session,
    given: &Given,
    act: impl FnOnce(&mut World<'_>) -> T,
) -> Result<T, Broken> {
    store.transact(|cluster| {
        session.check(cluster);
        session.miss_tokens();
        let now = clock::now(cluster);
        let result = act(&mut World {
            cluster,
            session,
            store,
            given,
            made: None,
            now,
        });
        session.show_tokens().map(|()| result)
    })?
}

/// Nodes come and go by a fault, just before the command has its effect.
pub fn change_nodes(world: &mut World<'_>, deed: Option<Deed>) {
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
