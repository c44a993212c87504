//! The root that somebody trusts: its certificate in a file, or its fingerprint.

use std::path::PathBuf;
use std::str::FromStr;

use record::Digest;
use verifier::{Source, layout};
use x509::Certificate;

use crate::fault::Fault;

/// What was said of the root.
#[derive(Clone, Debug)]
pub enum Trusted {
    /// A certificate, PEM or DER.
    File(PathBuf),
    /// SHA-256 over the whole certificate, which the store has: 64 hexadecimal digits, with or without colons.
    Fingerprint(Digest),
}

impl FromStr for Trusted {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|digit| *digit != ':').collect();
        Ok(match Digest::from_hex(&digits.to_lowercase()) {
            Some(digest) => Self::Fingerprint(digest),
            None => Self::File(text.into()),
        })
    }
}

impl Trusted {
    /// The certificate. One that is named by its fingerprint is looked for among the store's roots.
    ///
    /// # Errors
    /// A file that is no certificate, or a store without such a root.
    pub fn certificate(&self, store: &dyn Source) -> Result<Certificate, Fault> {
        match self {
            Self::File(path) => crate::certificate(path),
            Self::Fingerprint(digest) => {
                let found =
                    (1..=MOST).map_while(|number| store.read(&layout::certificate(&format!("root-{number}"))).ok()?);
                let mut same = found.filter(|bytes| Digest::of(bytes) == *digest);
                let read = same.next().and_then(|bytes| Certificate::parse(&bytes).ok());
                read.ok_or_else(|| Fault::no_such_root(digest))
            }
        }
    }
}

/// Roots are numbered without gaps, one or two in ten years.
const MOST: u32 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_openssl_shows_it() {
        let hex = "09ab7f193fb33c7740de05a2aaf9fac23620a5f61f78363b1955c23dbaf43907";
        let digest = Digest::from_hex(hex).expect("a digest");
        let colons: Vec<String> = digest.0.iter().map(|octet| format!("{octet:02X}")).collect();
        for text in [hex.to_owned(), hex.to_uppercase(), colons.join(":")] {
            let read: Trusted = text.parse().expect("either");
            assert!(matches!(read, Trusted::Fingerprint(found) if found == digest), "{text}");
        }
        let other: Trusted = "root-1.pem".parse().expect("either");
        assert!(matches!(other, Trusted::File(_)));
    }
}
