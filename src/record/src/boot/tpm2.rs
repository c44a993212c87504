//! A TPM's quote: signature, nonces and registers, each against the others.

use super::attest::{Attest, Clock};
use super::key::AttestationKey;
use super::signature::Signature;
use super::{QuoteError, manifest};
use crate::Digest;
use crate::digest::hex;
use crate::messages::Pcr;

/// A quote that its key signed, over these registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TpmQuote {
    /// The attestation key: SHA-256 over its TPMT_PUBLIC. The TPM's tools print it as the key's name, after `000b`.
    pub key: Digest,
    /// The key's algorithm: `RSA-2048` or `ECDSA P-256`.
    pub algorithm: &'static str,
    /// The registers of the SHA-256 bank, in the order of their numbers.
    pub registers: Vec<Pcr>,
    /// The TPM's own clock and counters.
    pub clock: Clock,
    /// The version of the TPM's firmware, as its manufacturer numbers it.
    pub firmware: u64,
}

/// Checks the quote against what was asked.
pub(super) fn check(
    attest: &[u8],
    signature: &[u8],
    key: &[u8],
    pcrs: Vec<Pcr>,
    asked: &Digest,
) -> Result<TpmQuote, QuoteError> {
    let key = AttestationKey::parse(key)?;
    let read = Attest::parse(attest)?;
    Signature::parse(signature)?.verify(&key.public, attest)?;
    if read.extra != asked.0 {
        return Err(QuoteError::OtherNonce {
            expected: asked.hex(),
            found: hex(read.extra),
        });
    }
    check_registers(&read, &pcrs)?;
    Ok(TpmQuote {
        key: key.name,
        algorithm: key.public.algorithm(),
        registers: pcrs,
        clock: read.clock,
        firmware: read.firmware,
    })
}

/// The TPM signs a digest only: the values beside it must be those.
fn check_registers(read: &Attest<'_>, pcrs: &[Pcr]) -> Result<(), QuoteError> {
    let listed: Vec<u32> = pcrs.iter().map(|pcr| pcr.number).collect();
    if listed != read.registers {
        let selected = manifest::numbers(&read.registers);
        return Err(QuoteError::OtherRegisters {
            selected,
            listed: manifest::numbers(&listed),
        });
    }
    let values: Vec<u8> = pcrs.iter().flat_map(|pcr| pcr.value.0).collect();
    let listed = Digest::of(&values);
    match listed.0 == read.digest {
        true => Ok(()),
        false => Err(QuoteError::RegisterDigest {
            listed: listed.hex(),
            quoted: hex(read.digest),
        }),
    }
}
