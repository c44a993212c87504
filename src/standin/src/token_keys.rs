//! Private keys in a PKCS#11 token: made, used and destroyed there. The cluster's other rules stay the cluster's own.

use std::sync::{Mutex, PoisonError};

use p384::PublicKey;
use p384::ecdsa::signature::hazmat::PrehashVerifier;
use p384::ecdsa::{Signature, VerifyingKey};
use pkcs8::DecodePublicKey;
use pkcs11::{Class, Error, Key, Module, NewKey, Pin, Token, TokenName};

use crate::error::Broken;
use crate::init::MakingToken;

/// Opens the token and logs in, to see that it can be done.
pub fn try_out(place: &MakingToken) -> Result<(), Broken> {
    with(place, |_| Ok(()))
}

/// Makes a P-384 pair that the owner may destroy; its public point, uncompressed. Both halves bear the label if it is
/// free there, else a name that tells nothing. What an earlier attempt left under this id is destroyed first.
pub fn make(place: &MakingToken, id: &[u8], label: Option<&str>) -> Result<Box<[u8]>, Broken> {
    let spki = with(place, |token| {
        destroy_all(token, id)?;
        let label = match label.filter(|label| is_free(token, label)) {
            Some(label) => label.to_owned(),
            None => hidden_label(id),
        };
        let mut new = NewKey::p384(&label, &label);
        (new.id, new.destroyable, new.modifiable) = (Some(id.to_vec()), true, true);
        let (public, _) = token.generate(&new)?;
        token.public_key_spki(&public)
    })?;
    let point = PublicKey::from_public_key_der(&spki).map(|key| key.to_sec1_bytes());
    point.map_err(|_| {
        Broken::Token(Error::BadPublicKey {
            why: "it is not on P-384".into(),
        })
    })
}

/// Signs a digest of at least 48 bytes with CKM_ECDSA; r and s. The signature is checked with the cluster's own public
/// point, because anybody with the token's PIN can put another key under this id.
pub fn sign(place: &MakingToken, id: &[u8], point: &[u8], digest: &[u8]) -> Result<Vec<u8>, Broken> {
    // FIPS 186-5: of a longer digest the leftmost bits count.
    let digest = digest.first_chunk::<48>().ok_or(Broken::Randomness)?;
    let signed = with(place, |token| {
        let key = halves(token, id)?
            .into_iter()
            .find(|key| key.attributes.class == Class::Private);
        let key = key.ok_or_else(|| absent(id))?;
        token.sign_ecdsa(&key, digest)
    })?;
    let valid = VerifyingKey::from_sec1_bytes(point)
        .and_then(|key| key.verify_prehash(digest, &Signature::from_slice(&signed)?));
    match valid {
        Ok(()) => Ok(signed.to_vec()),
        Err(_) => Err(Broken::Token(absent(id))),
    }
}

/// Both halves; nothing if they are gone already.
pub fn destroy(place: &MakingToken, id: &[u8]) -> Result<(), Broken> {
    with(place, |token| destroy_all(token, id))
}

fn destroy_all(token: &mut Token, id: &[u8]) -> Result<(), Error> {
    let halves = halves(token, id)?;
    halves.iter().try_for_each(|key| token.destroy(key))
}

fn halves(token: &Token, id: &[u8]) -> Result<Vec<Key>, Error> {
    let mut keys = token.keys()?;
    keys.retain(|key| key.attributes.id.as_deref() == Some(id));
    Ok(keys)
}

/// A CloudHSM lets labels repeat; here a label is one key's.
fn is_free(token: &Token, label: &str) -> bool {
    [Class::Private, Class::Public]
        .into_iter()
        .all(|class| matches!(token.look(label, class), Ok(None)))
}

fn hidden_label(id: &[u8]) -> String {
    id.iter()
        .fold("standin-".into(), |text, byte| format!("{text}{byte:02x}"))
}

fn absent(id: &[u8]) -> Error {
    Error::KeyAbsent {
        label: format!("with the id of {}", hidden_label(id)),
    }
}

/// The token, open and logged in; it stays so until the process ends or the token goes away. A PIN that was refused is
/// not tried again: a token counts, and locks.
fn with<T>(place: &MakingToken, act: impl FnOnce(&mut Token) -> Result<T, Error>) -> Result<T, Broken> {
    static OPEN: Mutex<Option<Result<Token, Error>>> = Mutex::new(None);
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let done = match open.get_or_insert_with(|| log_in(place)) {
        Ok(token) => act(token),
        Err(error) => Err(error.clone()),
    };
    let again = match (&*open, &done) {
        (Some(Err(Error::WrongPin { .. } | Error::PinLocked)), _) => false,
        (Some(Err(_)), _) => true,
        (_, Err(error)) => error.outcome_unknown() || *error == Error::NotLoggedIn,
        _ => false,
    };
    if again {
        *open = None;
    }
    done.map_err(Broken::Token)
}

fn log_in(place: &MakingToken) -> Result<Token, Error> {
    let name: TokenName = place.label.parse()?;
    let mut token = Module::load(&place.module)?.open(&name)?;
    match token.login(&Pin::new(&place.pin)) {
        Ok(()) | Err(Error::LoggedIn) => Ok(token),
        Err(error) => Err(error),
    }
}
