//! Affiliation and country as salted labels: equal ones can be counted, none can be read (RFC 3579, M-2 rule).

use crate::{Digest, cbor::Bytes};

/// What a label is about. An employer's label never equals a country's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A company or institution.
    Affiliation,
    /// A country of residence or citizenship.
    Country,
}

/// The label of a text: the first 8 octets of SHA-256 over salt, subject and text.
///
/// The salt (32 random octets, one a roster) stays with infra; without it the few hundred countries could be tried.
#[must_use]
pub fn label(salt: &[u8; 32], about: About, text: &str) -> Bytes {
    let subject: &[u8] = match about {
        About::Affiliation => b"\0affiliation\0",
        About::Country => b"\0country\0",
    };
    let text = text.trim().to_lowercase();
    Bytes(Digest::of(&[salt.as_slice(), subject, text.as_bytes()].concat()).0[..8].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_give_equal_labels_within_one_roster_only() {
        let one = label(&[1; 32], About::Country, "Elbonia");
        assert_eq!(one, label(&[1; 32], About::Country, " elbonia "));
        assert_ne!(one, label(&[2; 32], About::Country, "Elbonia"));
        assert_ne!(one, label(&[1; 32], About::Affiliation, "Elbonia"));
        assert_eq!(one.len(), 8);
    }
}
