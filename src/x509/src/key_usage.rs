//! keyUsage as a set of its nine bits, of which profiles use three.

use crate::Error;
use der::asn1::BitStringRef;
use std::fmt;
use std::ops::BitOr;

/// A set of key usages (RFC 5280 section 4.2.1.3).
///
/// A profile can only be written with the three constants; a certificate that is read may hold any of the nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Signatures over anything but certificates and CRLs.
    pub const DIGITAL_SIGNATURE: KeyUsage = KeyUsage(1 << 0);
    /// Signatures over certificates.
    pub const KEY_CERT_SIGN: KeyUsage = KeyUsage(1 << 5);
    /// Signatures over CRLs.
    pub const CRL_SIGN: KeyUsage = KeyUsage(1 << 6);

    /// Whether all of `other` is in this set.
    pub fn contains(self, other: KeyUsage) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn from_value(value: &[u8]) -> Result<Self, Error> {
        let bad = |detail: &str| Error::BadExtension {
            extension: "keyUsage",
            detail: detail.into(),
        };
        let bits: BitStringRef<'_> = super::extension::value("keyUsage", value)?;
        let set: Vec<usize> = bits
            .bits()
            .enumerate()
            .filter(|(_, bit)| *bit)
            .map(|(index, _)| index)
            .collect();
        // X.690 section 11.2.2: a named bit list ends with its last one bit.
        let last = *set.last().ok_or_else(|| bad("it is empty"))?;
        if last + 1 != bits.bit_len() {
            return Err(bad("it ends with zero bits"));
        }
        // The decoder lets the padding of the last byte be anything.
        let padding = bits
            .raw_bytes()
            .last()
            .map_or(0, |byte| byte & ((1 << bits.unused_bits()) - 1));
        if padding != 0 {
            return Err(bad("its padding is not zero"));
        }
        if last >= NAMES.len() {
            return Err(bad("it has more than nine bits"));
        }
        Ok(KeyUsage(set.iter().fold(0, |bits, index| bits | (1 << index))))
    }
}

impl BitOr for KeyUsage {
    type Output = KeyUsage;

    fn bitor(self, other: KeyUsage) -> KeyUsage {
        KeyUsage(self.0 | other.0)
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = NAMES
            .iter()
            .enumerate()
            .filter(|(index, _)| self.0 >> index & 1 == 1)
            .map(|(_, name)| *name)
            .collect();
        f.write_str(&names.join(", "))
    }
}

const NAMES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_named_bits() {
        let usage = KeyUsage::from_value(&[3, 2, 1, 0x86]).unwrap();
        assert_eq!(
            usage,
            KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN
        );
        assert_eq!(usage.to_string(), "digitalSignature, keyCertSign, cRLSign");
        assert_eq!(
            KeyUsage::from_value(&[3, 3, 7, 0, 0x80]).unwrap().to_string(),
            "decipherOnly"
        );
    }

    #[test]
    fn refuses_another_encoding_of_the_same_bits() {
        let text = |value: &[u8]| KeyUsage::from_value(value).unwrap_err().to_string();
        assert_eq!(
            text(&[3, 2, 0, 0x80]),
            "the extension keyUsage is wrong: it ends with zero bits"
        );
        assert_eq!(
            text(&[3, 3, 7, 0x80, 0]),
            "the extension keyUsage is wrong: it ends with zero bits"
        );
        assert_eq!(text(&[3, 1, 0]), "the extension keyUsage is wrong: it is empty");
        assert_eq!(
            text(&[3, 3, 5, 0, 0x20]),
            "the extension keyUsage is wrong: it has more than nine bits"
        );
        assert_eq!(
            text(&[3, 2, 1, 0x87]),
            "the extension keyUsage is wrong: its padding is not zero"
        );
    }
}
