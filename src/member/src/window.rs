//! An approval request against the plan: whatever differs from what was derived here is refused.

mod command;

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::{Derived, Keys};
use record::messages::{ActionKind, ApprovalRequest, KeyUse, TokenRequest};
use record::plan::{Command, Inbound, commands};
use record::{Bytes, Digest, Time};
use x509::PublicKey;

use crate::error::Error;

/// One token whose action was derived here.
pub struct Allowed {
    /// What it would be used for.
    pub deed: Deed,
    /// What the RSA signature is over.
    pub token: Digest,
}

/// What a token would be used for.
#[derive(Clone)]
pub enum Deed {
    /// A signature over these bytes.
    Sign(Box<Derived>),
    /// This command to the HSM.
    Command(Command),
}

impl Deed {
    /// The plan's step.
    #[must_use]
    pub fn step(&self) -> &str {
        match self {
            Self::Sign(derived) => &derived.step,
            Self::Command(command) => &command.step,
        }
    }

    /// The digest of the bytes, or of the command's text.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Sign(derived) => derived.digest(),
            Self::Command(command) => command.action().digest,
        }
    }

    /// The key that would be used or shared.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Sign(derived) => Some(&derived.issuer),
            Self::Command(command) => command.consent.as_ref()?.key.as_deref(),
        }
    }

    /// Which of the member's keys approves it.
    #[must_use]
    pub fn approved_with(&self) -> KeyUse {
        match self {
            Self::Command(command)
                if command
                    .consent
                    .as_ref()
                    .is_some_and(|consent| consent.service.is_admins()) =>
            {
                KeyUse::Admin
            }
            _ => KeyUse::Approval,
        }
    }
}

/// Checks every token of a request. Comes back with what they allow, and with the digests of everything that the plan has
/// approved, with the public keys that the request names.
///
/// # Errors
/// The first difference, with the step that it is at.
pub fn check(
    request: &ApprovalRequest,
    inbound: &Inbound,
    now: Time,
) -> Result<(Vec<Allowed>, BTreeSet<Digest>), Error> {
    let derived = issue::derive::derive(inbound, &keys(inbound, &request.keys)?, now).map_err(Error::derive)?;
    let (mut tokens, mut actions, mut allowed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for asked in &request.tokens {
        let deed = match asked.action.kind {
            ActionKind::Command if command::at(&asked.action.step, inbound) => {
                command::find(asked, inbound).map(Deed::Command)?
            }
            _ => find(asked, &derived).map(|found| Deed::Sign(Box::new(found.clone())))?,
        };
        if Digest::of(&asked.approval_data) != asked.token {
            return Err(Error::TokenNotItsData {
                of: deed.step().to_owned(),
            });
        }
        if !tokens.insert(asked.token) {
            return Err(Error::TokenTwice {
                step: deed.step().to_owned(),
            });
        }
        if !actions.insert((asked.action.step.clone(), asked.action.digest)) {
            return Err(Error::ActionTwice {
                step: deed.step().to_owned(),
            });
        }
        allowed.push(Allowed {
            deed,
            token: asked.token,
        });
    }
    if allowed.is_empty() {
        return Err(Error::AsksNothing {
            what: "approval request",
        });
    }
    let commands = commands(inbound).into_iter().map(|command| command.action().digest);
    Ok((allowed, derived.iter().map(Derived::digest).chain(commands).collect()))
}

/// The public keys of the keys that the plan makes and uses: all of them, no other, no two the same, and those that stand
/// as their certificates have them.
///
/// # Errors
/// Whichever is not so.
pub fn keys(inbound: &Inbound, given: &BTreeMap<String, Bytes>) -> Result<Keys, Error> {
    let event_keys = inbound.keys();
    let planned: BTreeSet<&str> = event_keys.iter().map(|key| key.key.as_str()).collect();
    if !given.keys().map(String::as_str).eq(planned.iter().copied()) {
        let found: Vec<_> = given.keys().map(|key| record::text::plain(key, 63)).collect();
        let planned: Vec<_> = planned.into_iter().collect();
        return Err(Error::OtherKeys {
            planned: planned.join(", "),
            found: found.join(", "),
        });
    }
    let mut keys = Keys::new();
    for (name, spki) in given {
        let bad = |cause| Error::BadKey {
            key: name.clone(),
            cause: Box::new(cause),
        };
        let key = PublicKey::from_spki_der(spki).map_err(bad)?;
        if keys.values().any(|other| *other == key) {
            return Err(Error::SameKeyTwice { key: name.clone() });
        }
        let stands = event_keys.iter().any(|planned| planned.key == *name && !planned.made);
        if stands && issue::derive::standing_key(inbound, name).map_err(Error::derive)? != key {
            return Err(Error::NotItsCertificates { key: name.clone() });
        }
        keys.insert(name.clone(), key);
    }
    Ok(keys)
}

/// What the plan has signed in the token's step, if the token is for exactly that.
fn find<'a>(asked: &TokenRequest, derived: &'a [Derived]) -> Result<&'a Derived, Error> {
    let step = record::text::plain(&asked.action.step, 63);
    let Some(found) = derived.iter().find(|derived| derived.step == asked.action.step) else {
        return Err(Error::NotPlanned { step });
    };
    if asked.service != KEY_USAGE || asked.action.kind != ActionKind::Sign {
        return Err(Error::OtherService {
            service: record::text::plain(&asked.service, 40),
            step,
        });
    }
    if asked.key.as_ref() != Some(&found.issuer) {
        let asked = record::text::plain(asked.key.as_deref().unwrap_or("none"), 63);
        return Err(Error::OtherIssuer {
            step,
            issuer: found.issuer.clone(),
            asked,
        });
    }
    match asked.action.digest == found.digest() {
        true => Ok(found),
        false => Err(Error::OtherBytes {
            step,
            derived: found.digest(),
            asked: asked.action.digest,
        }),
    }
}

/// The HSM's service for tokens that let a key sign.
const KEY_USAGE: &str = "key-usage";
