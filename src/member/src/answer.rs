//! `answer`: the signatures that bind the HSM's users to this member's keys.

use std::collections::BTreeSet;
use std::path::Path;

use record::messages::{Attendance, KeyAnswer, KeyRequest, KeyToken, KeyUse, Opening, Phase};
use record::plan::Kind;
use record::roster::{admin_of, approver_of};
use record::{Bytes, Digest};

use crate::error::{Error, key_name};
use crate::keys::Keys;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::show;

/// Shows what each signature allows, and signs.
///
/// # Errors
/// A request to somebody else, one that makes no sense or comes too late, a wrong passphrase or PIN, or other words.
pub fn run(session: &mut Session, path: &Path, again: bool, out: &Path) -> Result<(), Error> {
    let (bytes, request) = session.read::<KeyRequest>(path)?;
    let digest = Digest::of(&bytes);
    check(session, &request)?;
    let earlier = registered_before(session, &request, &digest)?;
    if let (Some(request), false) = (earlier, again) {
        return Err(Error::RegisteredBefore { request });
    }
    let outbox = Outbox::claim(out, &answer_name(path)?)?;
    session
        .terminal
        .show(&page(&request, earlier, session.home.member().rehearsal))?;
    session.terminal.show(&show::spoken("request", &digest))?;
    let member = session.id().to_owned();
    let wanted: Vec<KeyUse> = request.tokens.iter().map(|token| token.key).collect();
    let mut keys = session.unlock(&wanted)?;
    session.terminal.confirm("request", &digest)?;
    // Before anything is signed: what was asked is what a later request is compared with.
    session.home.keep_made(&bytes)?;
    let answer = KeyAnswer {
        request: digest,
        member,
        signatures: sign(&mut keys, &request)?,
    };
    session.deliver(&mut keys, answer, outbox)
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
        let own = own_user(session.id(), token.key);
        if token.user != own {
            let key = token.key;
            return Err(Error::NotMyUser { key, user, own });
        }
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
    if asks_approval_key(request) {
        demand_no_open_event(session)?;
    }
    Ok(())
}

fn asks_approval_key(request: &KeyRequest) -> bool {
    request.tokens.iter().any(|token| token.key == KeyUse::Approval)
}

/// The HSM's users of a member, as every roster names them.
fn own_user(id: &str, key: KeyUse) -> String {
    match key {
        KeyUse::Approval => approver_of(id),
        KeyUse::Admin => admin_of(id),
    }
}

/// What the approval key signs here is 32 opaque octets, and so is a quorum token. A console that could pass the one off
/// as the other would need no approval, so that key registers once, before there is anything to approve; once more only
/// if its member says so. The very same request gets the very same answer again.
fn registered_before(session: &Session, request: &KeyRequest, digest: &Digest) -> Result<Option<Digest>, Error> {
    if !asks_approval_key(request) {
        return Ok(None);
    }
    let answered = session.home.made::<KeyRequest>()?;
    let other = answered
        .iter()
        .find(|(before, request)| before != digest && asks_approval_key(request));
    Ok(other.map(|(request, _)| *request))
}

/// And nothing while tokens for a key can live. In the event that initialises the cluster no key exists.
fn demand_no_open_event(session: &Session) -> Result<(), Error> {
    let made = session.home.made::<Attendance>()?;
    let ended = |run: &Bytes| {
        made.iter()
            .any(|(_, word)| word.phase == Phase::End && word.session == *run)
    };
    let keyless = |opening: &Opening| {
        let plan = session.home.reviewed(&opening.plan);
        plan.is_ok_and(|inbound| inbound.plan.deed() == Kind::ClusterInitialisation)
    };
    let openings = session.home.openings()?;
    match openings
        .iter()
        .find(|opening| !ended(&opening.session) && !keyless(opening))
    {
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

fn sign(keys: &mut Keys, request: &KeyRequest) -> Result<Vec<Bytes>, Error> {
    let tokens = request.tokens.iter();
    tokens
        .map(|token| Ok(keys.sign_rsa(token.key, &token.token)?.into()))
        .collect()
}

fn page(request: &KeyRequest, earlier: Option<Digest>, rehearsal: bool) -> Vec<String> {
    let mut page = show::top("What the console asks your keys to sign", rehearsal);
    page.extend(show::note(
        "Each thing to be signed is 32 octets that say nothing of themselves. What they are for is the console's word, \
         and nobody can check it here: only that the HSM's users are yours, and that your approval key does this once.",
    ));
    if let Some(earlier) = earlier {
        page.extend(show::part("YOUR APPROVAL KEY SIGNED FOR ITS REGISTRATION BEFORE"));
        page.extend(show::note(
            "A console that says that this was lost could have you approve something else: one such signature is one of the \
             quorum. Sign only if the members in the room saw the stop. The record holds both answers.",
        ));
        page.extend(show::digest("the earlier request, SHA-256", &earlier));
    }
    page.extend(show::field("the console says that it is for", &request.purpose));
    page.extend(show::digest(
        "the console says that the roster put into force is, SHA-256",
        &request.roster,
    ));
    page.extend(show::field("signatures that it asks for", &counted(&request.tokens)));
    for (number, token) in (1..).zip(&request.tokens) {
        page.extend(one(number, token));
    }
    page
}

/// One too many is easily overlooked among many that are alike.
fn counted(tokens: &[KeyToken]) -> String {
    let by = |key: KeyUse| tokens.iter().filter(|token| token.key == key).count();
    let bare = tokens.iter().filter(|token| token.approval_data.is_none()).count();
    let mut said = format!(
        "{} by your approval key, {} by your admin key",
        by(KeyUse::Approval),
        by(KeyUse::Admin)
    );
    if bare > 0 {
        said += &format!("; {bare} of them without data: a login has one such for each HSM");
    }
    said
}

fn one(number: usize, token: &KeyToken) -> Vec<String> {
    let mut lines = show::part(&format!(
        "{number}. Your {} signs for the HSM user {}",
        key_name(token.key),
        token.user
    ));
    lines.extend(show::field("the console says that this allows", &token.allows));
    if token.approval_data.is_none() {
        lines.extend(show::field(
            "NO DATA CAME WITH IT",
            "these octets may be anything, a quorum token too; sign only if others see at the console that it asks for \
             this now, and that no token waits: before a cluster's first key, or at an admin's login",
        ));
    }
    lines.extend(show::digest("what is signed", &token.token));
    lines
}

const REQUEST: &str = "key-request";
