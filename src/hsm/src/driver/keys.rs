//! Keys: made, found, exported, used.

use std::cmp::Ordering;

use serde::Deserialize;

use super::{CloudHsm, with_approval};
use crate::{
    Approved, Error, KeyInfo, KeyPair, KeySpec, Request, Service, spki,
    user::check_user_name,
    wire::{self, malformed},
};

pub(super) fn generate(hsm: &mut CloudHsm, spec: &KeySpec) -> Result<KeyPair, Error> {
    let answer = hsm.ask(generate_request(spec)?)?;
    let shown = answer.shown.clone();
    let pair: KeyPair = answer.typed()?;
    for (key, label) in [(&pair.public, &spec.public_label), (&pair.private, &spec.label)] {
        check_reference(&shown, key)?;
        if key.label() != label {
            return Err(Error::WrongAnswer {
                what: "key",
                expected: label.clone(),
                found: key.label().into(),
            });
        }
    }
    Ok(pair)
}

fn generate_request(spec: &KeySpec) -> Result<Request, Error> {
    check_labels(spec)?;
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

/// Reads the whole list and compares labels here: what a filter says when nothing matches is undocumented.
pub(super) fn find(hsm: &mut CloudHsm, label: &str) -> Result<Option<KeyInfo>, Error> {
    let mut found: Vec<KeyInfo> = Vec::new();
    let (mut seen, mut next) = (0, None);
    loop {
        let (shown, page) = page(hsm, next.as_deref())?;
        seen += page.matched_keys.len() as u64;
        found.extend(page.matched_keys.into_iter().filter(|key| key.label() == label));
        next = page.next_token;
        match seen.cmp(&page.total_key_count) {
            Ordering::Equal => break,
            Ordering::Less if next.is_some() && seen < MOST_KEYS => {}
            _ => {
                return Err(malformed(
                    &shown,
                    format!("the list has {seen} of {} keys", page.total_key_count),
                ));
            }
        }
    }
    match found.len() {
        0 | 1 => Ok(found.pop()),
        matched => Err(Error::LabelNotUnique {
            label: label.into(),
            matched,
        }),
    }
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
        .with("--filter", format!("key-reference={}", key.reference));
    spki::public_key(hsm.ask(request)?.file(PUBLIC_KEY)?, key)
}

/// Raw data, not a digest: the digest form is known not to clear session tokens.
pub(super) fn sign(
    hsm: &mut CloudHsm,
    key: &KeyInfo,
    message: &[u8],
    approved: Option<&Approved>,
) -> Result<[u8; 96], Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Signed {
        key_reference: String,
        signature: String,
    }
    if let Some(approved) = approved {
        approved.check(Service::KeyUsage, Some(key))?;
    }
    let answer = hsm.ask(with_approval(sign_request(key, message), approved))?;
    let shown = answer.shown.clone();
    let signed: Signed = answer.typed()?;
    if wire::parse_reference(&signed.key_reference) != wire::parse_reference(&key.reference) {
        let (expected, found) = (key.reference.clone(), signed.key_reference);
        return Err(Error::WrongAnswer {
            what: "key",
            expected,
            found,
        });
    }
    let raw = wire::parse_base64(&signed.signature).and_then(|raw| raw.try_into().ok());
    raw.ok_or_else(|| {
        malformed(
            &shown,
            format!("the signature is not 96 bytes in base64: {:.200}", signed.signature),
        )
    })
}

/// A short message goes into the line, where its encoding is documented; a long one into a file.
fn sign_request(key: &KeyInfo, message: &[u8]) -> Request {
    let request = Request::new("crypto sign ecdsa")
        .with("--key-filter", format!("key-reference={}", key.reference))
        .words(["--hash-function", "sha384"]);
    let request = match message.len() <= LINE_LIMIT {
        true => request.with_data("--data", wire::base64(message), message),
        false => request.with_input("--data-path", "data.bin", message.to_vec()),
    };
    request.words(["--data-type", "raw"])
}

/// A reference goes into later commands, so it must be one.
fn check_reference(shown: &str, key: &KeyInfo) -> Result<(), Error> {
    match wire::parse_reference(&key.reference) {
        Some(_) => Ok(()),
        None => Err(malformed(shown, format!("{:?} is no key reference", key.reference))),
    }
}

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
/// In bytes; in the line the message is a third longer.
const LINE_LIMIT: usize = 16 << 10;
const PUBLIC_KEY: &str = "public-key.pem";
