//! What a quote must cover: the session of the console and the nonces of the members, so that it serves once only.

use serde::{Deserialize, Serialize};

use super::QuoteError;
use crate::{Bytes, Digest, cbor, text};

/// What a member drew for their word to be present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Nonce {
    /// Whose it is.
    pub member: String,
    /// 16 octets, from their word to be present.
    pub nonce: Bytes,
}

/// What a TPM is given as qualifying data, and a NitroTPM as nonce: SHA-256 over the deterministic CBOR of
/// `[context, session, nonces]`.
///
/// # Errors
/// [`QuoteError::Cbor`]; no list of nonces is one that CBOR cannot hold.
pub fn qualifying(session: &[u8], nonces: &[Nonce]) -> Result<Digest, QuoteError> {
    let covered = cbor::encode(&(CONTEXT, Bytes::from(session), nonces));
    let covered = covered.map_err(|cause| QuoteError::Cbor(Box::new(cause)))?;
    Ok(Digest::of(&covered))
}

/// Somebody's, each of the right size, in the order of the members, and nobody's twice.
pub(super) fn check(nonces: &[Nonce]) -> Result<(), QuoteError> {
    if nonces.is_empty() || nonces.len() > MOST {
        return Err(QuoteError::NonceCount {
            found: nonces.len(),
            most: MOST,
        });
    }
    for nonce in nonces {
        if !text::is_name(&nonce.member) {
            return Err(QuoteError::NotAMember {
                found: text::plain(&nonce.member, 63),
            });
        }
        if nonce.nonce.len() != OCTETS {
            return Err(QuoteError::NonceSize {
                member: nonce.member.clone(),
                octets: nonce.nonce.len(),
            });
        }
    }
    match nonces.windows(2).find(|pair| pair[0].member >= pair[1].member) {
        None => Ok(()),
        Some(pair) => Err(QuoteError::NonceOrder {
            before: pair[0].member.clone(),
            after: pair[1].member.clone(),
        }),
    }
}

/// No other hash of this system begins so.
const CONTEXT: &str = "boot-quote@pki.rust-lang.org";
/// As in an attendance.
const OCTETS: usize = 16;
/// More members than any roster has.
const MOST: usize = 64;
