//! An approval request against the plan: whatever differs from what was derived here is refused.

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::{Derived, Keys};
use record::messages::{ActionKind, ApprovalRequest, TokenRequest};
use record::plan::Inbound;
use record::{Bytes, Digest, Time};
use x509::PublicKey;

use crate::error::Error;

/// One token whose action was derived here.
pub struct Allowed {
    /// What would be signed.
    pub derived: Derived,
    /// What the RSA signature is over.
    pub token: Digest,
}

/// Checks every token of a request.
///
/// # Errors
/// The first difference, with the step that it is at.
pub fn check(request: &ApprovalRequest, inbound: &Inbound, now: Time) -> Result<Vec<Allowed>, Error> {
    let derived = issue::derive::derive(inbound, &keys(inbound, &request.keys)?, now).map_err(Error::derive)?;
    let (mut tokens, mut steps, mut allowed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for asked in &request.tokens {
        let derived = find(asked, &derived)?;
        if Digest::of(&asked.approval_data) != asked.token {
            return Err(Error::TokenNotItsData {
                of: derived.step.clone(),
            });
        }
        if !tokens.insert(asked.token) {
            return Err(Error::TokenTwice {
                step: derived.step.clone(),
            });
        }
        if !steps.insert(&derived.step) {
            return Err(Error::ActionTwice {
                step: derived.step.clone(),
            });
        }
        allowed.push(Allowed {
            derived: derived.clone(),
            token: asked.token,
        });
    }
    match allowed.is_empty() {
        true => Err(Error::AsksNothing {
            what: "approval request",
        }),
        false => Ok(allowed),
    }
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
        if stands && issue::derive::issuer_key(inbound, &Keys::new(), name).map_err(Error::derive)? != key {
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
