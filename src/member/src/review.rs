//! `review`: derive and read a plan on one's own machine, and agree to its digest.

pub mod compare;

use std::path::Path;

use record::messages::Review;
use record::plan::Inbound;
use verifier::log_policies;

use crate::error::Error;
use crate::home::Seen;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{clock, show, standing};
use compare::Copy;

/// Shows the plan, asks, keeps it, and writes the review.
///
/// # Errors
/// A plan that is refused, a roster without this member, a wrong passphrase or PIN, or other words.
pub fn run(session: &mut Session, plan: &Path, copy: &Copy, out: &Path) -> Result<(), Error> {
    let (bytes, inbound) = session.read_plan(plan)?;
    standing::not_refused(session, &inbound.digest)?;
    // Often days ahead, and a first term may begin with the event.
    standing::in_office(session, &inbound, inbound.plan.opens)?;
    standing::not_over(session, &inbound)?;
    clock::demand_not_before(session.now, &inbound)?;
    let seen = checkpoint(session, &inbound)?;
    log_policies::check_planned(&inbound).map_err(|what| Error::LogPolicy { what })?;
    let outbox = Outbox::claim(out, &format!("review-{}.cbor", session.id()))?;
    let derived = issue::derive::with_placeholder_keys(&inbound, session.now).map_err(Error::derive)?;
    let stands = compare::page(session, &inbound, copy)?;
    let compared = copy.compared(&inbound);
    session
        .terminal
        .show(&show::plan::page(&inbound, &derived, session.id()))?;
    session.terminal.show(&stands)?;
    session.terminal.show(&seen)?;
    session.terminal.show(&others(session, &inbound, compared)?)?;
    session.terminal.show(&show::spoken("plan", &inbound.digest))?;
    let member = session.id().to_owned();
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm("plan", &inbound.digest)?;
    session.home.keep_reviewed(&bytes)?;
    if let Some(found) = &inbound.standing {
        session.home.keep_checkpoint(found.checkpoint.as_bytes())?;
    }
    let review = Review {
        event: inbound.plan.event,
        plan: inbound.digest,
        member,
        at: session.now,
        compared,
    };
    session.deliver(&mut keys, review, outbox)
}

/// The log as the plan has it, against what this member saw of it before: an old plan stands on an old checkpoint.
fn checkpoint(session: &Session, inbound: &Inbound) -> Result<Vec<String>, Error> {
    let Some(found) = &inbound.standing else {
        return Ok(Vec::new());
    };
    let seen = session.home.demand_onward("plan", found.checkpoint.as_bytes())?;
    Ok(match seen {
        Seen::Onward { before, now } => {
            let said = format!("the plan's has {now} entries; the newest that you saw before had {before}");
            show::field("checkpoint of the log", &said)
        }
        _ => show::field("checkpoint of the log", "the first that this home sees"),
    })
}

/// Earlier reviews of the same plan; and other plans of the same event that this member agreed to: only one is attended.
fn others(session: &Session, inbound: &Inbound, compared: Option<bool>) -> Result<Vec<String>, Error> {
    let mut page = Vec::new();
    let mut earlier: Vec<_> = session
        .home
        .made::<Review>()?
        .into_iter()
        .map(|(_, review)| review)
        .collect();
    earlier.retain(|review| review.plan == inbound.digest);
    earlier.sort_by_key(|review| (review.at, review.compared));
    if !earlier.is_empty() {
        page.extend(show::part("YOU REVIEWED THIS PLAN BEFORE"));
    }
    for review in &earlier {
        let how = match review.compared {
            Some(true) => ", and compared what stands with the store",
            Some(false) => ", without the store",
            None => "",
        };
        page.extend(show::field("reviewed", &format!("at {}{how}", review.at)));
    }
    let before = |how: bool| earlier.iter().any(|review| review.compared == Some(how));
    match compared {
        Some(false) if before(true) => page.extend(show::note(
            "You compared then, and with this review you would say that you did not: hand in that one.",
        )),
        Some(true) if before(false) => page.extend(show::note(
            "With this review you say that you compared: hand in this one.",
        )),
        _ if !earlier.is_empty() => page.extend(show::note(
            "All of them stand, and the console takes the one that is handed in.",
        )),
        _ => {}
    }
    for plan in session.home.plans_of(&inbound.plan.event)? {
        if plan != inbound.digest {
            page.extend(show::part("YOU REVIEWED ANOTHER PLAN FOR THIS EVENT"));
            page.extend(show::digest("that plan, SHA-256", &plan));
            page.extend(show::note(
                "Both reviews stand until you are present with one of the plans. Ask why there are two.",
            ));
        }
    }
    Ok(page)
}
