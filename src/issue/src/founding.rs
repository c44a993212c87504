//! The root's extension that anchors everything else: the digests of the first roster, policy and log policy.

use record::Digest;

/// What the founding extension binds to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founding {
    /// SHA-256 of the first roster's file.
    pub roster: Digest,
    /// SHA-256 of the first policy's file.
    pub policy: Digest,
    /// SHA-256 of the first log policy's file.
    pub log_policy: Digest,
}

impl Founding {
    /// The extension's value, DER: `SEQUENCE { roster, policy, logPolicy OCTET STRING (SIZE (32)) }`.
    pub fn value(&self) -> Vec<u8> {
        let mut der = vec![0x30, 3 * 34];
        for digest in [self.roster, self.policy, self.log_policy] {
            der.extend([0x04, 32]);
            der.extend(digest.0);
        }
        der
    }

    /// Reads a value, in the one form that it has.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let digest = |n: usize| Some(Digest(value.get(4 + 34 * n..36 + 34 * n)?.try_into().ok()?));
        let founding = Self {
            roster: digest(0)?,
            policy: digest(1)?,
            log_policy: digest(2)?,
        };
        (founding.value() == value).then_some(founding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_way_back_and_has_one_form() {
        let founding = Founding {
            roster: Digest::of(b"r"),
            policy: Digest::of(b"p"),
            log_policy: Digest::of(b"l"),
        };
        let value = founding.value();
        assert_eq!(Founding::parse(&value), Some(founding));
        for n in 0..value.len() {
            assert_eq!(Founding::parse(&value[..n]), None);
        }
        for n in [0, 1, 2, 3, 36, 37, 70, 71] {
            let mut changed = value.clone();
            changed[n] ^= 1;
            assert_eq!(Founding::parse(&changed), None, "octet {n}");
        }
    }
}
