//! Why a quote was refused, with what was found.

use std::fmt;

/// What does not fit.
#[derive(Debug)]
#[expect(
    missing_docs,
    reason = "each variant is documented, and its message says what the fields are"
)]
pub enum QuoteError {
    /// Not a quote in its one encoding.
    Cbor(Box<crate::Error>),
    /// A structure of the TPM that ends too early.
    Cut { what: &'static str, octets: usize },
    /// A structure of the TPM with something behind it.
    Trailing { what: &'static str, octets: usize },
    /// More octets than anything of its kind has.
    TooLong {
        what: &'static str,
        octets: usize,
        limit: usize,
    },
    /// Nobody's nonce, or more than any roster has members.
    NonceCount { found: usize, most: usize },
    /// A nonce of somebody who cannot be a member.
    NotAMember { found: String },
    /// A nonce of another size.
    NonceSize { member: String, octets: usize },
    /// Nonces in another order than that of the members, or a member twice.
    NonceOrder { before: String, after: String },
    /// The quote does not name this member.
    NotCovered { member: String },
    /// The quote has another nonce under this member's name.
    NonceOfAnother { member: String },
    /// What was signed covers something else than these nonces in this session.
    OtherNonce { expected: String, found: String },
    /// What a TPM signs begins otherwise.
    Magic { found: u32 },
    /// The TPM attested something else than registers.
    Kind { found: u16 },
    /// The name of the key that signed is not a SHA-256 name.
    Signer { octets: usize },
    /// A truth value that is neither.
    Safe { found: u8 },
    /// Registers of no bank, or of several.
    Banks { found: u32 },
    /// Registers of another bank.
    Bank { found: u16 },
    /// A selection among another number of registers than 24.
    SelectionSize { octets: u8 },
    /// No register is in it.
    NoRegisters,
    /// The registers listed beside the quote are not those that were quoted.
    OtherRegisters { selected: String, listed: String },
    /// The values listed beside the quote are not those that were quoted.
    RegisterDigest { listed: String, quoted: String },
    /// A key of another kind.
    KeyKind { found: u16 },
    /// An attestation key must have this attribute.
    AttributeMissing { name: &'static str, attributes: u32 },
    /// A key that also decrypts.
    AttributeDecrypt { attributes: u32 },
    /// An attribute that no specification knows.
    AttributeReserved { attributes: u32 },
    /// Another parameter than these keys have.
    KeyParameter {
        what: &'static str,
        found: u32,
        expected: u32,
    },
    /// A part of the key of another size.
    KeySize { what: &'static str, octets: usize },
    /// No point of the curve, or no modulus.
    UnsoundKey,
    /// A signature of another scheme.
    Scheme { found: u16 },
    /// A signature of another hash.
    SignatureHash { found: u16 },
    /// A signature of a scheme that the key is not for.
    SchemeOfAnotherKey { key: &'static str },
    /// The key did not sign this.
    BadSignature,
    /// Not a NitroTPM's document; the decoder's words.
    Document(String),
    /// A document signed otherwise than with ES384 alone; the protected header's first octets.
    DocumentHeader { found: String },
    /// A document of another bank than SHA-384.
    DocumentDigest { found: String },
    /// A register that a document cannot have.
    DocumentRegister { number: u32, octets: usize },
    /// No certificate above the signer's, or too many.
    DocumentBundle { found: usize, most: usize },
    /// A register with another value than the manifest's.
    OtherRegister {
        number: u32,
        found: String,
        expected: String,
    },
    /// The manifest names a register that the quote does not cover.
    RegisterMissing { number: u32 },
}

impl QuoteError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotCovered { .. } | Self::NonceOfAnother { .. } => {
                "the console makes its quote after everybody said to be present; ask for one over your own nonce"
            }
            Self::OtherNonce { .. } => "this quote was made for another event or at another time; ask for a fresh one",
            Self::OtherRegister { .. } => {
                "leave everything as it is, and tell the other members: this console did not boot what the manifest says"
            }
            Self::RegisterMissing { .. } => "ask for a quote over every register that the manifest names",
            Self::Bank { .. } | Self::Banks { .. } => "ask for a quote over the SHA-256 bank alone",
            _ => "approve nothing on it: a bad quote is worse than none; ask how this one was made",
        }
    }

    fn fmt_key(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyKind { found } => write!(f, "the key is neither RSA nor of a curve: its kind is {found:04x}"),
            Self::AttributeMissing { name, attributes } => {
                write!(f, "the key is no attestation key: it lacks {name} ({attributes:08x})")
            }
            Self::AttributeDecrypt { attributes } => {
                write!(f, "the key is no attestation key: it may decrypt ({attributes:08x})")
            }
            Self::AttributeReserved { attributes } => {
                write!(f, "the key has attributes that nobody knows ({attributes:08x})")
            }
            Self::KeyParameter { what, found, expected } => write!(f, "the key's {what} is {found}, not {expected}"),
            Self::KeySize { what, octets } => write!(f, "the key's {what} has {octets} octets"),
            Self::UnsoundKey => f.write_str("the key is none that could have signed"),
            Self::Scheme { found } => write!(f, "the signature is of the scheme {found:04x}"),
            Self::SignatureHash { found } => write!(f, "the signature is over a hash {found:04x}, not SHA-256"),
            Self::SchemeOfAnotherKey { key } => write!(f, "the signature is of another scheme than its key, {key}"),
            _ => f.write_str("the signature of the quote is not good"),
        }
    }

    fn fmt_document(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(what) => write!(f, "not the document of a NitroTPM: {what}"),
            Self::DocumentHeader { found } => {
                write!(f, "the document is not signed with ES384 alone: its header is {found}")
            }
            Self::DocumentDigest { found } => write!(f, "the document's registers are of '{found}', not SHA384"),
            Self::DocumentRegister { number, octets } => {
                write!(f, "the document has a register {number} of {octets} octets")
            }
            Self::DocumentBundle { found, most } => {
                write!(
                    f,
                    "the document comes with {found} certificates above its own, not 1 to {most}"
                )
            }
            Self::OtherRegister {
                number,
                found,
                expected,
            } => {
                write!(f, "PCR {number} is {found}, the manifest says {expected}")
            }
            Self::RegisterMissing { number } => {
                write!(f, "the quote says nothing of PCR {number}, which the manifest names")
            }
            _ => self.fmt_key(f),
        }
    }

    fn fmt_attestation(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic { found } => write!(f, "what was signed is not a TPM's: it begins with {found:08x}"),
            Self::Kind { found } => write!(
                f,
                "the TPM attested something else than registers: its kind is {found:04x}"
            ),
            Self::Signer { octets } => {
                write!(
                    f,
                    "the name of the key that signed is not a SHA-256 name, but {octets} octets"
                )
            }
            Self::Safe { found } => write!(f, "the TPM's word whether its clock is safe is {found}"),
            Self::Banks { found } => write!(f, "the quote is of {found} banks of registers, not of SHA-256 alone"),
            Self::Bank { found } => write!(f, "the quote is of the bank {}, not of SHA-256", bank(*found)),
            Self::SelectionSize { octets } => {
                write!(
                    f,
                    "the quote selects among {} registers, not 24",
                    u32::from(*octets) * 8
                )
            }
            Self::NoRegisters => f.write_str("the quote is of no register"),
            Self::OtherRegisters { selected, listed } => {
                write!(
                    f,
                    "the quote is of the registers {selected}, but beside it are {listed}"
                )
            }
            Self::RegisterDigest { listed, quoted } => {
                write!(
                    f,
                    "the values beside the quote are not those quoted: their digest is {listed}, the quote has {quoted}"
                )
            }
            _ => self.fmt_document(f),
        }
    }
}

impl fmt::Display for QuoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cbor(cause) => write!(f, "not a quote: {cause}"),
            Self::Cut { what, octets } => write!(f, "the {what} ends too early, after {octets} octets"),
            Self::Trailing { what, octets } => write!(f, "the {what} has {octets} octets too many"),
            Self::TooLong { what, octets, limit } => {
                write!(f, "the {what} has {octets} octets; none has more than {limit}")
            }
            Self::NonceCount { found, most } => write!(f, "the quote covers {found} nonces, not 1 to {most}"),
            Self::NotAMember { found } => write!(f, "the quote covers a nonce of '{found}', which is no member's name"),
            Self::NonceSize { member, octets } => {
                write!(f, "the quote covers a nonce of {member} with {octets} octets, not 16")
            }
            Self::NonceOrder { before, after } => {
                write!(
                    f,
                    "the quote has {after} after {before}, not each member once and in order"
                )
            }
            Self::NotCovered { member } => write!(f, "the quote does not cover a nonce of {member}"),
            Self::NonceOfAnother { member } => {
                write!(f, "the quote has a nonce for {member} that {member} did not draw")
            }
            Self::OtherNonce { expected, found } => {
                let found = if found.is_empty() { "nothing" } else { found };
                write!(f, "the quote is over another nonce: it covers {found}, not {expected}")
            }
            _ => self.fmt_attestation(f),
        }
    }
}

impl std::error::Error for QuoteError {}

/// TPM_ALG_ID of the banks that there are.
fn bank(found: u16) -> String {
    match found {
        0x0004 => "SHA-1".into(),
        0x000c => "SHA-384".into(),
        0x000d => "SHA-512".into(),
        other => format!("{other:04x}"),
    }
}
