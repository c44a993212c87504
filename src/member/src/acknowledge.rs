//! `acknowledge`: read what went otherwise than planned, and say that it is known.

use std::path::Path;

use record::Digest;
use record::messages::{Acknowledgement, Exceptions};
use record::record::Exception;

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{clock, show, standing};

/// Shows every exception, asks, and writes the acknowledgement.
///
/// # Errors
/// Exceptions of an event that was not attended, none at all, a wrong passphrase or PIN, or other words.
pub fn run(session: &mut Session, exceptions: &Path, out: &Path) -> Result<(), Error> {
    let (bytes, asked) = session.read::<Exceptions>(exceptions)?;
    let inbound = standing::reviewed(session, &asked.plan, &asked.event, session.now)?;
    standing::not_refused(session, &inbound.digest)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_session(&opening, &asked.session, "list of exceptions")?;
    if asked.exceptions.is_empty() {
        return Err(Error::AsksNothing {
            what: "list of exceptions",
        });
    }
    for exception in &asked.exceptions {
        clock::demand_not_behind(session.now, exception.at, "an exception at the console")?;
    }
    let digests = asked.exceptions.iter().map(Exception::digest);
    let digests = digests.collect::<Result<Vec<Digest>, _>>().map_err(Error::encode)?;
    let name = format!("acknowledgement-{}-{}.cbor", digests.len(), session.id());
    let outbox = Outbox::claim(out, &name)?;
    let digest = Digest::of(&bytes);
    session.terminal.show(&page(&asked, inbound.plan.rehearsal))?;
    session.terminal.show(&show::spoken("list", &digest))?;
    let member = session.id().to_owned();
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm("list", &digest)?;
    let word = Acknowledgement {
        event: asked.event,
        plan: asked.plan,
        session: asked.session,
        member,
        exceptions: digests,
        at: session.now,
    };
    session.deliver(&mut keys, word, outbox)
}

fn page(asked: &Exceptions, rehearsal: bool) -> Vec<String> {
    let title = format!("What went otherwise than planned in the event {}", asked.event);
    let mut page = show::top(&title, rehearsal);
    for (number, exception) in (1..).zip(&asked.exceptions) {
        page.extend(show::part(&format!(
            "{number}. at {}, by the console's clock",
            exception.at
        )));
        if let Some(step) = &exception.step {
            page.extend(show::field("at the plan's step", step));
        }
        page.extend(show::field("what happened", &exception.what));
    }
    page.extend(show::part("What your word says"));
    page.extend(show::note(
        "That you know of these, as they are told here; not that you approve of them. Two members say so before the \
         record is written, and the record has all of it. If something is told wrongly, or is missing, do not sign: say \
         it aloud, or refuse.",
    ));
    page
}
