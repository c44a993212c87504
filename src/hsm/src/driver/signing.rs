//! Signatures: made with a key, and checked with one.

use serde::Deserialize;

use super::{CloudHsm, keys::filter};
use crate::{
    Approved, Error, KeyInfo, Request, Service,
    wire::{self, malformed},
};

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
    let answer = hsm.ask(hsm.approved(request("crypto sign ecdsa", key, message), approved))?;
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

/// No page gives the words for a wrong signature, so only such as speak of the signature are taken for a no; any other
/// refusal stays one.
pub(super) fn verify(hsm: &mut CloudHsm, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error> {
    let request = request("crypto verify ecdsa", key, message).with("--signature", wire::base64(signature));
    match hsm.tell(request) {
        Ok(()) => Ok(true),
        Err(Error::Unknown { text }) if speaks_of_a_wrong_signature(&text) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A complaint about the command itself names the option, with its dashes.
fn speaks_of_a_wrong_signature(text: &str) -> bool {
    let text = text.to_lowercase();
    let wrong = [
        "fail",
        "invalid",
        "incorrect",
        "mismatch",
        "not valid",
        "not verif",
        "did not",
    ];
    text.contains("signature") && !text.contains("--") && wrong.iter().any(|word| text.contains(word))
}

/// A short message goes into the line, where its encoding is documented; a long one into a file.
fn request(command: &str, key: &KeyInfo, message: &[u8]) -> Request {
    let request = Request::new(command)
        .with("--key-filter", filter(key))
        .words(["--hash-function", "sha384"]);
    let request = match message.len() <= LINE_LIMIT {
        true => request.with_data("--data", wire::base64(message), message),
        false => request.with_input("--data-path", "data.bin", message.to_vec()),
    };
    request.words(["--data-type", "raw"])
}

/// In bytes; in the line the message is a third longer.
const LINE_LIMIT: usize = 16 << 10;
