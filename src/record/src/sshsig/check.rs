//! Whether a signature fits its key and the signed bytes; for FIDO keys also whether somebody touched the token.

use ed25519_dalek::Verifier as _;
use sha2::{Digest as _, Sha256};
use ssh_key::Signature;
use ssh_key::public::{Ed25519PublicKey, KeyData};

use super::error::{SshsigError, plain};
use super::{SshKey, Verified};

/// Algorithm, signature, and for a FIDO key the touch.
pub(super) fn check_signature(key: &SshKey, signed: &[u8], signature: &Signature) -> Result<Verified, SshsigError> {
    if signature.algorithm().as_str() != key.algorithm() {
        let found = plain(signature.algorithm().as_str());
        return Err(SshsigError::OtherAlgorithm {
            expected: key.algorithm(),
            found,
        });
    }
    match key.data() {
        KeyData::Ed25519(public) => check_ed25519(public, signed, signature.as_bytes())?,
        KeyData::SkEd25519(sk) => {
            let (body, touch) = split_touch(signature)?;
            check_ed25519(sk.public_key(), &fido_message(sk.application(), touch, signed), body)?;
        }
        other => other.verify(signed, signature).map_err(|_| SshsigError::BadSignature)?,
    }
    let fido_counter = if key.is_fido() {
        Some(demand_touch(signature)?)
    } else {
        None
    };
    Ok(Verified { fido_counter })
}

/// `verify_strict` refuses the small-order points with which one signature fits several messages; ssh-key does not.
fn check_ed25519(public: &Ed25519PublicKey, signed: &[u8], signature: &[u8]) -> Result<(), SshsigError> {
    let bad = |_| SshsigError::BadSignature;
    let signature = ed25519_dalek::Signature::from_slice(signature).map_err(bad)?;
    let public = ed25519_dalek::VerifyingKey::from_bytes(&public.0).map_err(bad)?;
    public.verify_strict(signed, &signature).map_err(bad)
}

/// PROTOCOL.u2f: what a token signs.
fn fido_message(application: &str, touch: &[u8; TOUCH], signed: &[u8]) -> Vec<u8> {
    [&Sha256::digest(application)[..], touch, &Sha256::digest(signed)[..]].concat()
}

/// PROTOCOL.u2f: flags say whether somebody touched the token. Neither ssh-key nor `ssh-keygen -Y verify` asks.
fn demand_touch(signature: &Signature) -> Result<u32, SshsigError> {
    let (_, [flags, counter @ ..]) = split_touch(signature)?;
    if flags & USER_PRESENT == 0 {
        return Err(SshsigError::NotTouched { flags: *flags });
    }
    Ok(u32::from_be_bytes(*counter))
}

fn split_touch(signature: &Signature) -> Result<(&[u8], &[u8; TOUCH]), SshsigError> {
    signature.as_bytes().split_last_chunk().ok_or(SshsigError::BadSignature)
}

/// Flags, one octet, and counter, four, at the end of a FIDO key's signature.
pub(super) const TOUCH: usize = 5;

/// WebAuthn section 6.1, "UP".
pub(super) const USER_PRESENT: u8 = 0x01;
