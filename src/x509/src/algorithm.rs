//! The two algorithms of this PKI, and the exact way in which X.509 names them.

use crate::Error;
use crate::encoding::encode;
use spki::AlgorithmIdentifierOwned;
use std::fmt;

/// A key's algorithm, which settles that of its signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// ECDSA on secp384r1; signatures are ecdsa-with-SHA384 (RFC 5758 section 3.2).
    P384,
    /// Pure Ed25519 (RFC 8410).
    Ed25519,
}

impl Algorithm {
    /// The AlgorithmIdentifier of this algorithm's signatures; neither has parameters.
    pub fn identifier_der(self) -> &'static [u8] {
        match self {
            // SEQUENCE { 1.2.840.10045.4.3.3 }
            Algorithm::P384 => &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03],
            // SEQUENCE { 1.3.101.112 }
            Algorithm::Ed25519 => &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70],
        }
    }

    /// The name of the signature algorithm as OpenSSL and RFC 5758 write it.
    pub fn signature_name(self) -> &'static str {
        match self {
            Algorithm::P384 => "ecdsa-with-SHA384",
            Algorithm::Ed25519 => "Ed25519",
        }
    }

    pub(crate) fn of_signature(identifier: &AlgorithmIdentifierOwned) -> Result<Self, Error> {
        let der = encode("signature algorithm", identifier)?;
        let known = [Algorithm::P384, Algorithm::Ed25519]
            .into_iter()
            .find(|known| known.identifier_der() == der);
        known.ok_or_else(|| Error::UnsupportedSignature {
            found: describe(identifier),
        })
    }

    /// The algorithm named both in what is signed and beside the signature (RFC 5280 section 4.1.1.2).
    pub(crate) fn agreed(
        what: &'static str,
        inner: Algorithm,
        outer: &AlgorithmIdentifierOwned,
    ) -> Result<Self, Error> {
        let outer = Algorithm::of_signature(outer)?;
        if inner == outer {
            Ok(inner)
        } else {
            Err(Error::AlgorithmMismatch { what, inner, outer })
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Algorithm::P384 => "P-384",
            Algorithm::Ed25519 => "Ed25519",
        })
    }
}

fn describe(identifier: &AlgorithmIdentifierOwned) -> String {
    let name = match identifier.oid.to_string().as_str() {
        "1.2.840.113549.1.1.5" => "sha1WithRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256WithRSA",
        "1.2.840.113549.1.1.12" => "sha384WithRSA",
        "1.2.840.113549.1.1.13" => "sha512WithRSA",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384 with parameters",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519 with parameters",
        "1.3.101.113" => "Ed448",
        _ => "unknown",
    };
    format!("{name} ({})", identifier.oid)
}
