//! Strict X.509: what is signed is parsed, compared with a profile, and followed to its root, before anybody relies on it.
//!
//! Bytes in, values out: no file, clock, process or randomness. A value of a type of this crate has passed the type's
//! checks. The encoding is always the one canonical DER (decoded, encoded again, compared), so equal values have equal
//! bytes. Keys are P-384 or Ed25519; everything else is refused by name.

mod algorithm;
mod certificate;
mod chain;
mod crl;
mod csr;
mod encoding;
mod error;
mod extension;
mod foreign;
mod key;
mod key_usage;
mod name;
pub mod oid;
mod profile;
mod reason;
mod signature;
mod tbs;
mod time;

pub use algorithm::Algorithm;
pub use certificate::Certificate;
pub use chain::{ChainError, CrlPolicy, VerifiedChain, verify_chain};
pub use crl::{Crl, CrlEntry, TbsCrl};
pub use csr::Csr;
pub use error::Error;
pub use extension::{BasicConstraints, Extension};
pub use foreign::{ForeignError, verify_foreign_chain};
pub use key::PublicKey;
pub use key_usage::KeyUsage;
pub use name::{Attribute, Name};
pub use oid::Oid;
pub use profile::{Ca, Profile, ProfileError};
pub use reason::Reason;
pub use signature::{ecdsa_der_from_raw, ecdsa_raw_from_der};
pub use tbs::TbsCertificate;
pub use time::Time;
