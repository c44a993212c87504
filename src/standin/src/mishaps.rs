//! What goes wrong around a command: the faults that come before it, and those that come after.

use std::time::Duration;

use crate::answers::Answer;
use crate::console::Console;
use crate::error::{Broken, Refusal};
use crate::faults::Deed;
use crate::passage::Outcome;
use crate::plain::Plain;
use crate::session::Session;
use crate::store::Store;
use crate::turns::lose_connection;

/// Whether a command goes on, with what is to happen later; or what came of it instead.
pub enum Met {
    GoesOn(Option<Deed>),
    Ended(Outcome),
}

/// Counts the command, and has happen what was ordered for it and comes before its effect.
pub fn before(store: &Store, session: &mut Session, console: &Console, name: &str) -> Result<Met, Broken> {
    let (fault, lets_in, plain) = store.transact(|cluster| {
        let plain = Plain::disconnected(cluster);
        (cluster.take_fault(name), cluster.lets_in(), plain)
    })?;
    let deed = fault.as_ref().map(|fault| fault.deed);
    match deed {
        _ if !lets_in => {
            session.end();
            return Ok(Met::Ended(Outcome::Plain(plain)));
        }
        Some(Deed::DieBefore) => return Err(console.die()),
        Some(Deed::Disconnect) => {
            lose_connection(store, session)?;
            return Ok(Met::Ended(Outcome::Plain(plain)));
        }
        Some(Deed::PlainTextError) => return Ok(Met::Ended(Outcome::Plain(plain))),
        Some(Deed::Expire) => session.expire_tokens(),
        Some(Deed::Slow) => std::thread::sleep(Duration::from_secs(fault.map_or(0, |fault| fault.seconds))),
        _ => {}
    }
    Ok(Met::GoesOn(deed))
}

/// What becomes of the answer.
pub fn after(
    store: &Store,
    session: &mut Session,
    console: &Console,
    deed: Option<Deed>,
    answer: Answer,
) -> Result<Outcome, Broken> {
    match deed {
        Some(Deed::DieAfter) => Err(console.die()),
        Some(Deed::AnswerLost) => {
            lose_connection(store, session)?;
            Ok(Outcome::Plain(store.look(Plain::disconnected)?))
        }
        Some(Deed::SaysNo) => Ok(Outcome::Answer(answer.and(Err(Refusal::invalid("Internal error"))))),
        _ => Ok(Outcome::Answer(answer)),
    }
}
