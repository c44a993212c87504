//! What must be true before anything is signed: my office, my review, my attendance, this run of the console.

use record::messages::{Image, KeyUse, Opening, Refusal};
use record::plan::Inbound;
use record::{Bytes, Digest, Time};

use crate::error::{Error, key_name};
use crate::session::Session;

/// The member is in the roster, with the keys of this home, and in office at that moment.
///
/// # Errors
/// Whichever is not so.
pub fn in_office(session: &Session, inbound: &Inbound, at: Time) -> Result<(), Error> {
    let own = session.home.member();
    let entry = inbound
        .roster
        .member(&own.id)
        .map_err(Error::bundle(record::plan::ROSTER))?;
    for (key, spki) in [
        (KeyUse::Approval, &entry.approval_key),
        (KeyUse::Admin, &entry.admin_key),
    ] {
        if Digest::of(spki) != own.fingerprints.of(key) {
            return Err(Error::OtherKey { which: key_name(key) });
        }
    }
    if entry.ssh_key != own.ssh_key {
        return Err(Error::OtherKey { which: "SSH key" });
    }
    match entry.in_office(at) {
        true => Ok(()),
        false => Err(Error::NotInOffice {
            from: entry.from,
            until: entry.until,
            at,
        }),
    }
}

/// The plan of this digest, as the member reviewed it, by a member in office at that moment.
///
/// # Errors
/// Never reviewed, of an event of another name, or the member is not in office.
pub fn reviewed(session: &Session, plan: &Digest, event: &str, at: Time) -> Result<Inbound, Error> {
    let inbound = session.home.reviewed(plan)?;
    if inbound.plan.event != event {
        let found = record::text::plain(event, 63);
        return Err(Error::OtherEvent {
            planned: inbound.plan.event,
            found,
        });
    }
    in_office(session, &inbound, at)?;
    Ok(inbound)
}

/// The member has not refused this plan.
///
/// # Errors
/// They have.
pub fn not_refused(session: &Session, plan: &Digest) -> Result<(), Error> {
    match refusal_of(session, plan)? {
        None => Ok(()),
        Some(refusal) => Err(Error::Refused {
            event: refusal.event,
            at: refusal.at,
        }),
    }
}

/// How the member refused this plan, if they did.
///
/// # Errors
/// What the home remembers cannot be read.
pub fn refusal_of(session: &Session, plan: &Digest) -> Result<Option<Refusal>, Error> {
    let refusals = session.home.made::<Refusal>()?.into_iter();
    let of_plan = refusals.map(|(_, refusal)| refusal).filter(|one| one.plan == *plan);
    Ok(of_plan.min_by_key(|refusal| refusal.at))
}

/// The event's time is not over by the member's clock: nothing is reviewed for an event that nobody can hold any more.
///
/// # Errors
/// It is.
pub fn not_over(session: &Session, inbound: &Inbound) -> Result<(), Error> {
    let (closes, now) = (inbound.plan.closes, session.now);
    match now <= closes {
        true => Ok(()),
        false => Err(Error::PlanOver {
            event: inbound.plan.event.clone(),
            closes,
            now,
        }),
    }
}

/// The event is open by the member's clock.
///
/// # Errors
/// It is not.
pub fn event_open(session: &Session, inbound: &Inbound) -> Result<(), Error> {
    let (opens, closes, now) = (inbound.plan.opens, inbound.plan.closes, session.now);
    match opens <= now && now <= closes {
        true => Ok(()),
        false => Err(Error::EventNotOpen { opens, closes, now }),
    }
}

/// The opening that the member attended.
///
/// # Errors
/// They attended none of this plan.
pub fn attended(session: &Session, inbound: &Inbound) -> Result<Opening, Error> {
    let opening = session.home.opening(&inbound.digest)?;
    opening.ok_or_else(|| Error::NotAttended {
        event: inbound.plan.event.clone(),
    })
}

/// Image and session are those of the opening.
///
/// # Errors
/// Another image, or another session.
pub fn same_run(opening: &Opening, image: &Image, session: &Bytes, doing: &'static str) -> Result<(), Error> {
    if *image != opening.image {
        let (expected, found) = (opening.image.digest, image.digest);
        return Err(Error::OtherImage {
            expected,
            found,
            kind: image.kind,
        });
    }
    same_session(opening, session, doing)
}

/// The session is that of the opening.
///
/// # Errors
/// Another session.
pub fn same_session(opening: &Opening, session: &Bytes, doing: &'static str) -> Result<(), Error> {
    match *session == opening.session {
        true => Ok(()),
        false => Err(Error::OtherSession { doing }),
    }
}
