//! The proof of what booted: a quote against its session, and a NitroTPM's document against AWS's root.
//!
//! What holds here is that some key signed these registers for these nonces. Whether a TPM's key is in a TPM nobody sees in
//! the octets: whoever knows the key from elsewhere compares [`Quoted`]'s. A NitroTPM's key has AWS's word for it.

use std::fmt;

use record::Time;
use record::boot::{Proof, QuoteError, Quoted};
use record::digest::hex;
use x509::ForeignError;

/// Checks a quote for a session. A NitroTPM's document must be made within these times, give or take a clock, and lead to
/// the root whose DER has this SHA-256: [`AWS_NITRO_ROOT`] but in tests.
///
/// # Errors
/// [`BootError`].
pub fn check_boot(
    quote: &[u8],
    session: &[u8],
    (from, until): (Time, Time),
    nitro_root: &[u8; 32],
) -> Result<Quoted, BootError> {
    let quoted = record::boot::check(quote, session).map_err(|cause| BootError::Quote(Box::new(cause)))?;
    if let Proof::Nitro(document) = &quoted.proof {
        let at = document.at;
        // The nonces are no older than the session: a document that says so was made with a stolen key, or a wrong clock.
        if at.plus(CLOCKS) < from || until.plus(CLOCKS) < at {
            return Err(BootError::Time { at, from, until });
        }
        let seconds = x509::Time(i64::try_from(at.0).unwrap_or(i64::MAX));
        let key = x509::verify_foreign_chain(&document.certificate, &document.bundle, nitro_root, seconds);
        let key = key.map_err(|cause| BootError::Chain(Box::new(cause)))?;
        let signed = document.verify(key.point());
        signed.map_err(|cause| BootError::Quote(Box::new(cause)))?;
    }
    Ok(quoted)
}

/// Who signed a quote, and what nobody vouches for, in one phrase.
#[must_use]
pub fn signer(quoted: &Quoted) -> String {
    match &quoted.proof {
        Proof::Tpm2(quote) => format!(
            "the key {} ({}), of which nobody vouches here that it is in a TPM",
            quote.key, quote.algorithm
        ),
        Proof::Nitro(document) => format!(
            "the NitroTPM {} at {}, under AWS's root for these",
            document.module, document.at
        ),
    }
}

/// The registers of a quote: `PCR 4 <hex>, PCR 7 <hex>`.
#[must_use]
pub fn registers(quoted: &Quoted) -> String {
    let one = |(number, value): &(u32, &[u8])| format!("PCR {number} {}", hex(value));
    quoted.registers().iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Why a quote proves nothing.
#[derive(Debug)]
pub enum BootError {
    /// What its own octets show.
    Quote(Box<QuoteError>),
    /// A NitroTPM's document under other certificates than AWS's.
    Chain(Box<ForeignError>),
    /// A NitroTPM's document of another time.
    Time {
        /// When it was made, as it says.
        at: Time,
        /// From when it could be.
        from: Time,
        /// Until when.
        until: Time,
    },
}

impl BootError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Quote(cause) => cause.hint(),
            Self::Chain(_) => {
                "approve nothing on it: nobody but AWS signs a NitroTPM's document; ask how this one was made"
            }
            Self::Time { .. } => "compare the clocks; if they are right, ask for a fresh document",
        }
    }
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quote(cause) => cause.fmt(f),
            Self::Chain(cause) => write!(f, "the document of the NitroTPM is not AWS's: {cause}"),
            Self::Time { at, from, until } => {
                write!(
                    f,
                    "the document of the NitroTPM was made at {at}, not between {from} and {until}"
                )
            }
        }
    }
}

impl std::error::Error for BootError {}

/// SHA-256 of the certificate "aws.nitro-enclaves", the root of AWS's Nitro attestation (EC2 User Guide, "Validate a
/// NitroTPM Attestation Document"; AWS Nitro Enclaves User Guide, "Verifying the root of trust").
pub const AWS_NITRO_ROOT: [u8; 32] = [
    0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef, 0xe4, 0x56, 0x46, 0x31, 0x95, 0xd6, 0x06, 0x31, 0x7e, 0xd7, 0xcd,
    0xcc, 0x3c, 0x17, 0x56, 0xe0, 0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b,
];

/// How far clocks may be apart, in seconds.
const CLOCKS: u64 = 300;
