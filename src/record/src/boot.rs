//! The proof of what booted: a quote of a TPM 2.0, or the document of a NitroTPM, over the nonces of the members.
//!
//! Octets in, values out. What is shown here is that one key signed these registers for this session and these nonces.
//! That the key is in a TPM, and in which, nobody can see in the octets: whoever asks knows the key from elsewhere.

mod attest;
mod error;
mod key;
mod manifest;
mod nitro;
mod nonces;
mod reader;
mod signature;
mod tpm2;

use serde::{Deserialize, Serialize};

pub use attest::Clock;
pub use error::QuoteError;
pub use manifest::OF_THE_IMAGE;
pub use nitro::Document;
pub use nonces::{Nonce, qualifying};
pub use tpm2::TpmQuote;

use crate::messages::Pcr;
use crate::{Bytes, cbor};

/// What is in `Boot::Quote`: one data item in deterministic CBOR, docs/formats/boot.cddl.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Evidence {
    /// Of a TPM 2.0, in the octets that it gives out itself (TPM 2.0 Library, part 2).
    Tpm2 {
        /// TPMS_ATTEST, what is signed.
        attest: Bytes,
        /// TPMT_SIGNATURE.
        signature: Bytes,
        /// TPMT_PUBLIC of the attestation key.
        key: Bytes,
        /// The registers quoted, in the order of their numbers: the TPM signs only their digest.
        pcrs: Vec<Pcr>,
        /// What it was asked to cover, in the order of the members.
        nonces: Vec<Nonce>,
    },
    /// Of a NitroTPM.
    Nitro {
        /// The attestation document, a COSE_Sign1.
        document: Bytes,
        /// What it was asked to cover, in the order of the members.
        nonces: Vec<Nonce>,
    },
}

/// A quote over the nonces of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The nonces that it covers, in the order of the members.
    pub nonces: Vec<Nonce>,
    /// What stands behind it.
    pub proof: Proof,
}

/// What stands behind a quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A TPM's quote, whose signature is good.
    Tpm2(TpmQuote),
    /// A NitroTPM's document. Its signature is checked with [`Document::verify`], once its certificates are.
    Nitro(Document),
}

/// Reads a quote and checks all that its octets show.
///
/// # Errors
/// [`QuoteError`], with what was found and what should be there.
pub fn check(quote: &[u8], session: &[u8]) -> Result<Quoted, QuoteError> {
    if quote.len() > QUOTE_LIMIT {
        return Err(QuoteError::TooLong {
            what: "quote",
            octets: quote.len(),
            limit: QUOTE_LIMIT,
        });
    }
    let evidence: Evidence = cbor::decode(quote).map_err(|cause| QuoteError::Cbor(Box::new(cause)))?;
    let (Evidence::Tpm2 { nonces, .. } | Evidence::Nitro { nonces, .. }) = &evidence;
    nonces::check(nonces)?;
    let asked = qualifying(session, nonces)?;
    let (nonces, proof) = match evidence {
        Evidence::Tpm2 {
            attest,
            signature,
            key,
            pcrs,
            nonces,
        } => (
            nonces,
            Proof::Tpm2(tpm2::check(&attest, &signature, &key, pcrs, &asked)?),
        ),
        Evidence::Nitro { document, nonces } => (nonces, Proof::Nitro(Document::parse(&document, &asked)?)),
    };
    Ok(Quoted { nonces, proof })
}

impl Quoted {
    /// Whether the quote covers this member's nonce: one of those that they drew for this session.
    ///
    /// # Errors
    /// The member is not in its list, or with another nonce.
    pub fn covers(&self, member: &str, drawn: &[Bytes]) -> Result<(), QuoteError> {
        let member = member.to_owned();
        // `nonces::check` saw that nobody is in the list twice.
        match self.nonces.iter().find(|nonce| nonce.member == member) {
            None => Err(QuoteError::NotCovered { member }),
            Some(listed) if drawn.contains(&listed.nonce) => Ok(()),
            Some(_) => Err(QuoteError::NonceOfAnother { member }),
        }
    }
}

/// Room for a NitroTPM's document with its certificates, in octets; a TPM's quote has about 1,500.
pub const QUOTE_LIMIT: usize = 32 * 1024;

#[cfg(test)]
mod tests;
