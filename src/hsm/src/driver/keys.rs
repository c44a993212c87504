//! Keys: made, listed, found, exported.

use std::cmp::Ordering;

use serde::Deserialize;

use super::CloudHsm;
use crate::{
    Algorithm, Error, KeyInfo, KeyPair, KeySpec, Request, spki,
    user::check_user_name,
    wire::{self, malformed},
};

pub(super) fn generate(hsm: &mut CloudHsm, spec: &KeySpec) -> Result<KeyPair, Error> {
    let answer = hsm.ask(generate_request(spec)?)?;
    let shown = answer.shown.clone();
    let pair: KeyPair = answer.typed()?;
    [&pair.public, &pair.private]
        .into_iter()
        .try_for_each(|key| check_reference(&shown, key))?;
    pair.labelled_as(spec)
}

fn generate_request(spec: &KeySpec) -> Result<Request, Error> {
    check_labels(spec)?;
    if spec.algorithm == Algorithm::Ed25519 {
        return Err(NO_ED25519);
    }
    let id = spec.id.as_ref().map(|id| {
        format!(
            "id=0x{}",
            id.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        )
    });
    let mut request = Request::new("key generate-asymmetric-pair ec --curve secp384r1")
        .with("--public-label", &spec.public_label)
        .with("--private-label", &spec.label)
        .words(["--public-attributes", "verify=true"])
        .words(id.clone())
        .words(["--private-attributes"])
        .words(PRIVATE_ATTRIBUTES)
        .words(id);
    if !spec.shared_with.is_empty() {
        spec.shared_with.iter().try_for_each(|user| check_user_name(user))?;
        request = request.words(["--share-crypto-users"]).words(&spec.shared_with);
    }
    if let Some(quorum) = spec.quorum {
        request = request
            .with("--manage-private-key-quorum-value", quorum.manage.to_string())
            .with("--use-private-key-quorum-value", quorum.use_.to_string());
    }
    Ok(request)
}

fn check_labels(spec: &KeySpec) -> Result<(), Error> {
    for label in [&spec.label, &spec.public_label] {
        if label.is_empty() || label.len() > LABEL_LIMIT || spec.label == spec.public_label {
            return Err(Error::BadArgument { value: label.clone() });
        }
    }
    Ok(())
}

/// The whole list, page after page; a list that ends early proves nothing and is an error.
pub(super) fn list(hsm: &mut CloudHsm) -> Result<Vec<KeyInfo>, Error> {
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let (shown, page) = page(hsm, next.as_deref())?;
        found.extend(page.matched_keys);
        next = page.next_token;
        let seen = found.len() as u64;
        match seen.cmp(&page.total_key_count) {
            Ordering::Equal => return Ok(found),
            Ordering::Less if next.is_some() && seen < MOST_KEYS => {}
            _ => {
                return Err(malformed(
                    &shown,
                    format!("the list has {seen} of {} keys", page.total_key_count),
                ));
            }
        }
    }
}

/// Reads the whole list and compares labels here: what a filter says when nothing matches is undocumented.
pub(super) fn find(hsm: &mut CloudHsm, label: &str) -> Result<Option<KeyInfo>, Error> {
    KeyInfo::the_one_labelled(label, list(hsm)?)
}

#[derive(Deserialize)]
struct Page {
    matched_keys: Vec<KeyInfo>,
    total_key_count: u64,
    next_token: Option<String>,
}

fn page(hsm: &mut CloudHsm, from: Option<&str>) -> Result<(String, Page), Error> {
    let mut request = Request::new("key list --verbose").with("--max-items", PAGE.to_string());
    if let Some(token) = from {
        request = request.with("--starting-token", token);
    }
    let answer = hsm.ask(request)?;
    let shown = answer.shown.clone();
    let page: Page = answer.typed()?;
    if page.matched_keys.is_empty() && page.next_token.is_some() {
        return Err(malformed(&shown, "an empty page names a next one"));
    }
    page.matched_keys
        .iter()
        .try_for_each(|key| check_reference(&shown, key))?;
    Ok((shown, page))
}

pub(super) fn public_key(hsm: &mut CloudHsm, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    if !key.is_public() {
        return Err(Error::BadPublicKey {
            why: format!("{} is a {}", key.reference, key.attributes.class),
        });
    }
    let request = Request::new("key generate-file --encoding pem")
        .with_output("--path", PUBLIC_KEY)
        .with("--filter", filter(key));
    spki::public_key(hsm.ask(request)?.file(PUBLIC_KEY)?, key)
}

/// Exactly this key.
pub(super) fn filter(key: &KeyInfo) -> String {
    format!("key-reference={}", key.reference)
}

/// A reference goes into later commands, so it must be one.
fn check_reference(shown: &str, key: &KeyInfo) -> Result<(), Error> {
    match wire::parse_reference(&key.reference) {
        Some(_) => Ok(()),
        None => Err(malformed(shown, format!("{:?} is no key reference", key.reference))),
    }
}

/// The CLI has `crypto sign ed25519`, on hsm2m.medium without FIPS mode and up to 16,000 bytes. That it counts a quorum's
/// approvals stands on no page, so no key is made whose quorum would be a guess.
pub(super) const NO_ED25519: Error = Error::Unsupported {
    operation: "use Ed25519 keys under a quorum",
};
const PRIVATE_ATTRIBUTES: [&str; 4] = [
    "sign=true",
    "extractable=false",
    "destroyable=false",
    "modifiable=false",
];
const LABEL_LIMIT: usize = 127;
const PAGE: usize = 50;
/// More than the 16,666 keys that the HSM holds.
const MOST_KEYS: u64 = 20_000;
const PUBLIC_KEY: &str = "public-key.pem";
