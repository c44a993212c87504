//! `refuse`: a member says no to an event, before it or in it, and why. The refusal is published, if need be by the member
//! alone: a page of text holds all that anybody needs to check it.

mod published;

use std::path::Path;

use record::messages::{ApprovalRequest, Opening, Refusal};
use record::plan::Inbound;
use record::{Body, Bundle, Bytes, Digest, bundle, cbor, text};

use crate::error::Error;
use crate::files::PUBLIC;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{files, show, standing};

/// Shows what is refused and the reason, asks, and writes the refusal.
///
/// # Errors
/// A file that names no plan of this member's, a reason that cannot be published, a wrong passphrase or PIN, or other words.
pub fn run(session: &mut Session, what: &Path, reason: Option<String>, out: &Path) -> Result<(), Error> {
    let refused = Refused::read(session, what)?;
    standing::not_refused(session, &refused.plan)?;
    let outbox = Outbox::claim(out, &format!("refusal-{}.cbor", session.id()))?;
    let page_file = out.join(format!("refusal-{}.txt", session.id()));
    files::demand_absent(&page_file)?;
    let reason = match reason {
        Some(reason) => reason,
        None => session.terminal.reason()?,
    };
    if !text::is_sentence(&reason) {
        return Err(Error::Reason {
            letters: reason.chars().count(),
        });
    }
    session.terminal.show(&page(session, &refused, &reason))?;
    session.terminal.show(&show::spoken("plan", &refused.plan))?;
    let member = session.id().to_owned();
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm_to("refuse", "plan", &refused.plan)?;
    let refusal = Refusal {
        event: refused.event,
        plan: refused.plan,
        session: refused.session,
        member,
        reason,
        at: session.now,
    };
    let told = refusal.clone();
    let (bytes, signature) = session.sign(&mut keys, refusal)?;
    let text = published::text(&told, session.home.member(), &bytes, &signature)?;
    session.terminal.show(&outbox.deliver(&bytes, &signature)?)?;
    files::create(&page_file, text.as_bytes(), PUBLIC)?;
    files::sync(out)?;
    session.terminal.show(&[format!("and   {}", page_file.display())])?;
    session.terminal.show(&show::note(
        "Send the first two to infra. The third says the same to everybody, in a mail or a forum: it needs nobody's help.",
    ))
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

fn page(session: &Session, refused: &Refused, reason: &str) -> Vec<String> {
    let mut page = show::top(&format!("Refusal of the event {}", refused.event), refused.rehearsal);
    page.extend(show::field(
        "you say",
        &format!("{} refuses, at {}", session.id(), session.now),
    ));
    page.extend(show::field("your reason", reason));
    page.extend(match &refused.session {
        Some(run) => show::octets("in the console's session", run),
        None => show::field("when", "whether the event was open is not said"),
    });
    page.extend(show::part("What your refusal does"));
    page.extend(show::note(
        "It stands for good, whoever asks you again. You count no more in this event: nothing that you say of this plan \
         is taken afterwards, nor will this program sign it. If too few members are left, the event ends with a record. \
         Your refusal and your reason are in the record and are published; you may still sign the record if you were \
         present.",
    ));
    page
}
