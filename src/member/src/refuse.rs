//! `refuse`: a member says no to an event, before it or in it, and why. The refusal is published, if need be by the member
//! alone: a page of text holds all that anybody needs to check it.

mod published;

use std::path::Path;

use record::messages::{ApprovalRequest, Opening, Refusal, Review};
use record::plan::Inbound;
use record::{Body, Bundle, Bytes, Digest, Time, bundle, cbor, text};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{clock, files, show, standing};

/// Shows what is refused and the reason, asks, and writes the refusal. What was refused before is written again as it was,
/// for its files may be lost: the home remembers a refusal before they are there.
///
/// # Errors
/// A file that names no plan of this member's, a reason that cannot be published or is another one than before, a wrong
/// passphrase or PIN, or other words.
pub fn run(session: &mut Session, what: &Path, reason: Option<String>, out: &Path) -> Result<(), Error> {
    let refused = Refused::read(session, what)?;
    let before = standing::refusal_of(session, &refused.plan)?;
    let name = format!("refusal-{}", session.id());
    let outbox = Outbox::claim_with_page(out, &format!("{name}.cbor"), &format!("{name}.txt"))?;
    let (rehearsal, then) = (refused.rehearsal, before.as_ref().map(|before| before.at));
    let refusal = match before {
        Some(before) => {
            let right = is_plausible(session, &before)?;
            same(before, reason, right.then_some(session.now))?
        }
        None => refused.refusal(session, reason)?,
    };
    session.terminal.show(&page(&refusal, rehearsal, then))?;
    session.terminal.show(&after_the_record(session, &refusal)?)?;
    session.terminal.show(&show::spoken("plan", &refusal.plan))?;
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm_to("refuse", "plan", &refusal.plan)?;
    let told = refusal.clone();
    let (bytes, signature) = session.sign(&mut keys, refusal)?;
    let text = published::text(&told, session.home.member(), &bytes, &signature)?;
    let wrote = outbox.deliver_with_page(&bytes, &signature, &text)?;
    session.terminal.show(&wrote)?;
    session.terminal.show(&show::note(
        "Send the first two to infra. The third says the same to everybody, in a mail or a forum: it needs nobody's help.",
    ))
}

/// Whether the clock of now can be the right one of the two, if the refusal is of the future by it: not much behind, nor
/// before what the home knows of this plan.
fn is_plausible(session: &Session, before: &Refusal) -> Result<bool, Error> {
    let now = session.now;
    let opened = session.home.opening(&before.plan)?.map(|opening| opening.at);
    let reviews = session.home.made::<Review>()?.into_iter();
    let reviewed = reviews
        .filter(|(_, review)| review.plan == before.plan)
        .map(|(_, review)| review.at)
        .min();
    let known = opened.into_iter().chain(reviewed).max();
    Ok(before.at <= now.plus(MOST_AHEAD) && known.is_none_or(|known| !clock::is_ahead(known, now)))
}

/// A refusal stands as it was given: another reason would be another one. Only a time that is of the future by a clock that
/// is right now is mended: no console takes it.
fn same(before: Refusal, reason: Option<String>, right: Option<Time>) -> Result<Refusal, Error> {
    match reason.is_none_or(|reason| reason == before.reason) {
        true => Ok(match right.filter(|now| clock::is_ahead(before.at, *now)) {
            Some(now) => Refusal { at: now, ..before },
            None => before,
        }),
        false => Err(Error::Refused {
            event: before.event,
            at: before.at,
        }),
    }
}

/// What is refused: an event by its plan, or by what its console asked.
struct Refused {
    event: String,
    plan: Digest,
    session: Option<Bytes>,
    rehearsal: bool,
}

impl Refused {
    /// From the inbound bundle, which the member need not have agreed to; or from a file of the console.
    fn read(session: &Session, path: &Path) -> Result<Self, Error> {
        let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
        let (kind, _, _) = bundle::peek(&bytes).map_err(Error::bundle(path))?;
        match kind.as_str() {
            Opening::TYPE => {
                let asked = decode::<Opening>(session, path, &bytes)?;
                Self::asked(session, asked.event, asked.plan, asked.session)
            }
            ApprovalRequest::TYPE => {
                let asked = decode::<ApprovalRequest>(session, path, &bytes)?;
                Self::asked(session, asked.event, asked.plan, asked.session)
            }
            _ => {
                let (_, inbound) = session.read_plan(path)?;
                standing::in_office(session, &inbound, session.now.max(inbound.plan.opens))?;
                Ok(Self::of(&inbound, None))
            }
        }
    }

    fn asked(session: &Session, event: String, plan: Digest, run: Bytes) -> Result<Self, Error> {
        let inbound = standing::reviewed(session, &plan, &event, session.now).map_err(|error| match error {
            Error::NotReviewed { plan, .. } => Error::RefusePlan { plan },
            error => error,
        })?;
        Ok(Self::of(&inbound, Some(run)))
    }

    fn refusal(self, session: &mut Session, reason: Option<String>) -> Result<Refusal, Error> {
        let reason = match reason {
            Some(reason) => reason,
            None => session.terminal.reason()?,
        };
        if !text::is_sentence(&reason) {
            return Err(Error::Reason {
                letters: reason.chars().count(),
            });
        }
        Ok(Refusal {
            event: self.event,
            plan: self.plan,
            session: self.session,
            member: session.id().to_owned(),
            reason,
            at: session.now,
        })
    }

    fn of(inbound: &Inbound, session: Option<Bytes>) -> Self {
        Self {
            event: inbound.plan.event.clone(),
            plan: inbound.digest,
            session,
            rehearsal: inbound.plan.rehearsal,
        }
    }
}

fn decode<B: Body>(session: &Session, path: &Path, bytes: &[u8]) -> Result<B, Error> {
    Bundle::decode_marked(bytes, session.home.member().rehearsal).map_err(Error::bundle(path))
}

/// A member who signed the event's record refuses what they said was right.
fn after_the_record(session: &Session, refusal: &Refusal) -> Result<Vec<String>, Error> {
    let signed = match session.home.countersigned_of(&refusal.plan) {
        Ok(signed) => signed,
        // Nobody is kept from a refusal by what is only told.
        Err(cause) => {
            return Ok(show::note(&format!(
                "Whether you signed this event's record is not known: {cause}"
            )));
        }
    };
    let Some(at) = signed.filter(|at| *at <= refusal.at) else {
        return Ok(Vec::new());
    };
    let mut page = show::part(&format!("YOU SIGNED THIS EVENT'S RECORD AT {at}"));
    page.extend(show::note(
        "A refusal now comes after it. That record has no word of it, and your signature under it stays; the same record \
         can be signed once more, and no other one that lacks this refusal. If the record is wrong, tell all others.",
    ));
    Ok(page)
}

fn page(refusal: &Refusal, rehearsal: bool, then: Option<Time>) -> Vec<String> {
    let mut page = show::top(&format!("Refusal of the event {}", refusal.event), rehearsal);
    page.extend(show::field(
        "you say",
        &format!("{} refuses, at {}", refusal.member, refusal.at),
    ));
    page.extend(show::field("your reason", &refusal.reason));
    page.extend(match &refusal.session {
        Some(run) => show::octets("in the console's session", run),
        None => show::field("when", "whether the event was open is not said"),
    });
    if let Some(then) = then {
        page.extend(show::part(&format!("YOU REFUSED THIS BEFORE, AT {then}")));
        page.extend(show::note(match then == refusal.at {
            true => {
                "The same refusal is written again, with its reason and its time, in case its files were lost. It says \
                 nothing that it did not say then."
            }
            false => {
                "By the clock of now that time is of the future, and no console takes it. The same refusal is written \
                 again, with the time of now."
            }
        }));
    }
    page.extend(show::part("What your refusal does"));
    page.extend(show::note(
        "It stands for good, whoever asks you again. You count no more in this event: nothing that you say of this plan \
         is taken afterwards, nor will this program sign it. If too few members are left, the event ends with a record. \
         Your refusal and your reason are in the record and are published; you may still sign the record if you were \
         present.",
    ));
    page
}

/// Seconds by which a clock may have been ahead: a time zone. A clock that lost its battery is years behind.
const MOST_AHEAD: u64 = 86_400;
