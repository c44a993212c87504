//! Signatures: a token of the console's for each, then the token's own work.

use std::time::Instant;

use serde::Deserialize;

use super::{
    Pkcs11Hsm,
    call::Call,
    tokens::{self, Tokens},
    unsupported,
};
use crate::{Approved, Error, KeyInfo, Service, Token, wire};

pub(super) fn mint(hsm: &mut Pkcs11Hsm, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error> {
    let (Service::KeyUsage, Some(key)) = (service, key) else {
        return Err(unsupported("mint a token for anything but a signature"));
    };
    hsm.tokens()?;
    let random = random()?;
    let answer = hsm.ask_with(&Call::Mint { key }, || vec![tokens::file(key, &random)])?;
    let missing = || Error::MissingFile {
        shown: answer.shown.clone(),
        name: tokens::NAME.into(),
    };
    let file = answer.files.iter().find(|file| file.name == tokens::NAME);
    let token = Token::parse(&file.ok_or_else(missing)?.bytes, service, Some(&key.reference))?;
    Ok(hsm.tokens()?.keep(token))
}

/// `call` signs with `key`.
pub(super) fn sign<const LENGTH: usize>(
    hsm: &mut Pkcs11Hsm,
    key: &KeyInfo,
    call: &Call<'_>,
    approved: Option<&Approved>,
) -> Result<[u8; LENGTH], Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Signed {
        key_reference: String,
        signature: String,
    }
    let tokens = hsm.tokens()?;
    if let Some(approved) = approved {
        tokens.spend(approved, key, Instant::now())?;
    }
    let answer = hsm.ask(call)?;
    let shown = answer.shown.clone();
    let signed: Signed = answer.typed()?;
    if signed.key_reference != key.reference {
        return Err(Error::WrongAnswer {
            what: "key",
            expected: key.reference.clone(),
            found: signed.key_reference,
        });
    }
    let raw = wire::parse_base64(&signed.signature).and_then(|raw| raw.try_into().ok());
    raw.ok_or_else(|| wire::malformed(&shown, format!("the signature is not {LENGTH} bytes in base64")))
}

pub(super) fn verify(hsm: &mut Pkcs11Hsm, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Judged {
        verified: bool,
    }
    let judged: Judged = hsm
        .ask(&Call::Verify {
            key,
            message,
            signature,
        })?
        .typed()?;
    Ok(judged.verified)
}

impl Pkcs11Hsm {
    /// The tokens of the login; without one there are none, and no key can be used.
    fn tokens(&mut self) -> Result<&mut Tokens, Error> {
        match &mut self.login {
            Some((_, tokens)) => Ok(tokens),
            None => Err(Error::Token {
                shown: "console token".into(),
                error: ::pkcs11::Error::NotLoggedIn,
            }),
        }
    }
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::BadToken {
        why: format!("no random bytes: {error}"),
    })?;
    Ok(bytes)
}
