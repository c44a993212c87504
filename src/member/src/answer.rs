//! `answer`: the signatures that bind the HSM's users to this member's keys.

use std::collections::BTreeSet;
use std::path::Path;

use record::messages::{Attendance, KeyAnswer, KeyRequest, KeyUse, Phase};
use record::{Bytes, Digest};

use crate::error::{Error, key_name};
use crate::keys::{self, RsaKey};
use crate::outbox::Outbox;
use crate::passphrase::Passphrase;
use crate::session::Session;
use crate::show;

/// Shows what each signature allows, and signs.
///
/// # Errors
/// A request to somebody else, one that makes no sense, or a wrong passphrase.
pub fn run(session: &mut Session, path: &Path, out: &Path) -> Result<(), Error> {
    let (bytes, request) = session.read::<KeyRequest>(path)?;
    check(session, &request)?;
    let outbox = Outbox::claim(out, &answer_name(path)?)?;
    session
        .terminal
        .show(&page(&request, session.home.member().rehearsal))?;
    let member = session.id().to_owned();
    let passphrase = session.terminal.passphrase(&member)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    let signatures = sign(session, &request, &passphrase)?;
    session.deliver(
        &ssh,
        KeyAnswer {
            request: Digest::of(&bytes),
            member,
            signatures,
        },
        outbox,
    )
}

fn check(session: &Session, request: &KeyRequest) -> Result<(), Error> {
    if request.member != session.id() {
        let asked = record::text::plain(&request.member, 63);
        return Err(Error::OtherMember {
            asked,
            own: session.id().to_owned(),
        });
    }
    if request.tokens.is_empty() {
        return Err(Error::AsksNothing { what: "key request" });
    }
    let mut seen = BTreeSet::new();
    for token in &request.tokens {
        let user = record::text::plain(&token.user, 40);
        if token
            .approval_data
            .as_ref()
            .is_some_and(|data| Digest::of(data) != token.token)
        {
            return Err(Error::TokenNotItsData { of: user });
        }
        if !seen.insert(&token.token) {
            return Err(Error::SameTokenTwice { user });
        }
    }
    match request.tokens.iter().any(|token| token.key == KeyUse::Approval) {
        true => demand_no_open_event(session),
        false => Ok(()),
    }
}

/// What the approval key signs here is 32 opaque octets, and so is a quorum token. A console that could pass the one off
/// as the other would need no approval, so that key registers nothing while tokens can live.
fn demand_no_open_event(session: &Session) -> Result<(), Error> {
    let made = session.home.made::<Attendance>()?;
    let ended = |run: &Bytes| {
        made.iter()
            .any(|(_, word)| word.phase == Phase::End && word.session == *run)
    };
    match session.home.openings()?.iter().find(|opening| !ended(&opening.session)) {
        Some(opening) => Err(Error::ApprovalKeyInEvent {
            event: record::text::plain(&opening.event, 63),
        }),
        None => Ok(()),
    }
}

/// `key-request-1-member-1.cbor` is answered by `key-answer-1-member-1.cbor`.
fn answer_name(path: &Path) -> Result<String, Error> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix(REQUEST));
    let rest = name.ok_or_else(|| Error::FileName {
        path: path.into(),
        expected: REQUEST,
    })?;
    Ok(format!("key-answer{rest}"))
}

fn sign(session: &Session, request: &KeyRequest, passphrase: &Passphrase) -> Result<Vec<Bytes>, Error> {
    let unlock = |key: KeyUse| match request.tokens.iter().any(|token| token.key == key) {
        true => keys::unlock(&session.home, key, passphrase).map(Some),
        false => Ok(None),
    };
    let (approval, admin): (Option<Box<dyn RsaKey>>, _) = (unlock(KeyUse::Approval)?, unlock(KeyUse::Admin)?);
    let mut signatures = Vec::new();
    for token in &request.tokens {
        let key = match token.key {
            KeyUse::Approval => approval.as_ref(),
            KeyUse::Admin => admin.as_ref(),
        };
        if let Some(key) = key {
            signatures.push(key.sign(&token.token)?.into());
        }
    }
    Ok(signatures)
}

fn page(request: &KeyRequest, rehearsal: bool) -> Vec<String> {
    let mut page = show::top("What the console asks your keys to sign", rehearsal);
    page.extend(show::field("for", &request.purpose));
    page.extend(show::digest("roster that is put into force, SHA-256", &request.roster));
    for (number, token) in request.tokens.iter().enumerate() {
        let user = record::text::plain(&token.user, 40);
        page.extend(show::part(&format!(
            "{}. Your {} signs for the HSM user {user}",
            number + 1,
            key_name(token.key)
        )));
        page.extend(show::field("which allows", &token.allows));
        page.extend(show::digest("what is signed", &token.token));
    }
    page.extend(show::part(
        "Type the passphrase to sign all of it; anything else leaves it unsigned",
    ));
    page
}

const REQUEST: &str = "key-request";
