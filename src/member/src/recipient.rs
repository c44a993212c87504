//! `recipient`: to what secrets for this member are sealed. The member says it, signed with their SSH key.

use std::path::{Path, PathBuf};

use record::messages::Recipient;
use record::{Digest, Roster, cbor};

use crate::error::{Error, Opening};
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{files, show, standing};

/// For what it is said: for the event of a plan, or where there is none, for the initialisation of a cluster. One is there.
pub struct Of {
    /// The inbound bundle.
    pub plan: Option<PathBuf>,
    /// The roster.
    pub roster: Option<PathBuf>,
}

/// Shows what will be sealed to, and writes the member's word: the home's own SSH key, or what the member keeps elsewhere.
///
/// # Errors
/// A plan or roster that is refused or has not this member with this key, a recipient that nobody can seal to, or a wrong
/// passphrase or PIN.
pub fn run(session: &mut Session, of: &Of, elsewhere: Option<String>, out: &Path) -> Result<(), Error> {
    let (member, own) = (session.id().to_owned(), &session.home.member().ssh_key);
    let recipient = match &elsewhere {
        Some(named) => named.clone(),
        None if own.starts_with("ssh-ed25519 ") => own.clone(),
        None => return Err(Opening::RecipientWanted.into()),
    };
    let (plan_or_roster, spoken) = settled(session, of)?;
    let body = Recipient {
        member,
        plan_or_roster,
        recipient,
        at: session.now,
    };
    body.check().map_err(|what| Opening::BadRecipient {
        recipient: body.recipient.clone(),
        what,
    })?;
    let outbox = Outbox::claim(out, &format!("recipient-{}.cbor", body.member))?;
    session.terminal.show(&page(session, &body, elsewhere.is_some()))?;
    session.terminal.show(&show::spoken(spoken, &plan_or_roster))?;
    let mut keys = session.unlock(&[])?;
    session.deliver(&mut keys, body, outbox)
}

/// The digest, and of what it is. The roster that comes into force has the member, with the key that will sign.
fn settled(session: &Session, of: &Of) -> Result<(Digest, &'static str), Error> {
    let own = session.home.member();
    let (roster, digest, spoken) = match &of.plan {
        Some(plan) => {
            let (_, inbound) = session.read_plan(plan)?;
            standing::not_refused(session, &inbound.digest)?;
            standing::not_over(session, &inbound)?;
            (inbound.roster_after().clone(), inbound.digest, "plan")
        }
        None => {
            let path = of.roster.as_deref().unwrap_or(Path::new(record::plan::ROSTER));
            let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
            let roster = Roster::open(&bytes, own.rehearsal).map_err(Error::bundle(path))?;
            (roster, Digest::of(&bytes), "roster")
        }
    };
    let entry = roster.member(&own.id).map_err(Error::bundle(record::plan::ROSTER))?;
    match entry.ssh_key == own.ssh_key {
        true => Ok((digest, spoken)),
        false => Err(Error::OtherKey { which: "SSH key" }),
    }
}

fn page(session: &Session, body: &Recipient, elsewhere: bool) -> Vec<String> {
    let title = format!("To what secrets for {} are sealed", body.member);
    let mut page = show::top(&title, session.home.member().rehearsal);
    page.extend(show::field("recipient", &body.recipient));
    page.extend(show::field("known as", &body.shown()));
    page.extend(show::note(match elsewhere {
        true => {
            "The console will seal passwords to it. Whoever has its other half can open them: be sure that this is you \
             alone, and that you can still open it at the event."
        }
        false => {
            "That is your SSH key. Passwords that the console seals to it are opened with this home and its passphrase, and \
             with nothing else."
        }
    }));
    page
}
