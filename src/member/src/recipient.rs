//! `recipient`: to what secrets for this member are sealed. The member says it, signed with their SSH key.

use std::path::Path;

use record::messages::Recipient;

use crate::error::{Error, Opening};
use crate::outbox::Outbox;
use crate::session::Session;
use crate::show;

/// Shows what will be sealed to, and writes the member's word: the home's own SSH key, or what the member keeps elsewhere.
///
/// # Errors
/// A recipient that nobody can seal to, or a wrong passphrase or PIN.
pub fn run(session: &mut Session, elsewhere: Option<String>, out: &Path) -> Result<(), Error> {
    let (member, own) = (session.id().to_owned(), &session.home.member().ssh_key);
    let recipient = match &elsewhere {
        Some(named) => named.clone(),
        None if own.starts_with("ssh-ed25519 ") => own.clone(),
        None => return Err(Opening::RecipientWanted.into()),
    };
    let body = Recipient { member, recipient };
    body.check().map_err(|what| Opening::BadRecipient {
        recipient: body.recipient.clone(),
        what,
    })?;
    let outbox = Outbox::claim(out, &format!("recipient-{}.cbor", body.member))?;
    session.terminal.show(&page(session, &body, elsewhere.is_some()))?;
    let mut keys = session.unlock(&[])?;
    session.deliver(&mut keys, body, outbox)
}

fn page(session: &Session, body: &Recipient, elsewhere: bool) -> Vec<String> {
    let title = format!("To what secrets for {} are sealed", body.member);
    let mut page = show::top(&title, session.home.member().rehearsal);
    page.extend(show::field("recipient", &body.recipient));
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
