//! A public key as SubjectPublicKeyInfo, from the point in either of its encodings or from the token's own SPKI.

use crate::{Attributes, Error, Kind};

/// The SubjectPublicKeyInfo in DER. Where point and SPKI are both there, they must agree. Whether the point lies on the
/// curve is for the caller, who has the arithmetic.
pub(crate) fn of(attributes: &Attributes) -> Result<Vec<u8>, Error> {
    if attributes.kind == Kind::Rsa2048 {
        return rsa(attributes);
    }
    let (head, length) = match attributes.kind {
        Kind::P384 => (P384_HEAD, 97),
        Kind::Ed25519 => (ED25519_HEAD, 32),
        Kind::Rsa2048 | Kind::Other => return Err(bad(attributes, "it is neither P-384 nor Ed25519 nor RSA-2048")),
    };
    let from_point = match &attributes.ec_point {
        Some(point) => {
            let point =
                bare(point, attributes.kind, length).ok_or_else(|| bad(attributes, "its point is malformed"))?;
            Some([head, point].concat())
        }
        None => None,
    };
    match (from_point, &attributes.public_key_info) {
        (Some(spki), None) => Ok(spki),
        (Some(spki), Some(info)) if spki == *info => Ok(spki),
        (Some(_), Some(_)) => Err(bad(attributes, "its point and its CKA_PUBLIC_KEY_INFO differ")),
        (None, Some(info)) => match info
            .strip_prefix(head)
            .and_then(|point| bare(point, attributes.kind, length))
        {
            Some(_) => Ok(info.clone()),
            None => Err(bad(attributes, "its CKA_PUBLIC_KEY_INFO is malformed")),
        },
        (None, None) => Err(bad(
            attributes,
            "the token gives neither its point nor its CKA_PUBLIC_KEY_INFO",
        )),
    }
}

/// From modulus and exponent, which the private half has too; `CKA_PUBLIC_KEY_INFO`, where it is there, must agree.
fn rsa(attributes: &Attributes) -> Result<Vec<u8>, Error> {
    let modulus = attributes.modulus.as_deref().map(bare_number).unwrap_or_default();
    let modulus: &[u8; RSA_BITS / 8] = modulus
        .try_into()
        .map_err(|_| bad(attributes, "its modulus has another size"))?;
    match attributes.public_exponent.as_deref().map(bare_number) {
        // Some modules do not tell it of the private half. The head is that of 65537, and a key with another exponent
        // makes no signature that fits.
        None | Some(RSA_EXPONENT) => {}
        Some(_) => return Err(bad(attributes, "its exponent is not 65537")),
    }
    let spki = [RSA_HEAD, modulus, RSA_TAIL].concat();
    match &attributes.public_key_info {
        Some(info) if *info != spki => Err(bad(attributes, "its modulus and its CKA_PUBLIC_KEY_INFO differ")),
        _ => Ok(spki),
    }
}

/// A number without zeros before it.
fn bare_number(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

/// The size of a big-endian number.
pub(crate) fn bits(octets: &[u8]) -> usize {
    let number = bare_number(octets);
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// The point as such, or in a DER OCTET STRING as the standard has it: vendors do both. CloudHSM's own table contradicts
/// its examples.
fn bare(point: &[u8], kind: Kind, length: usize) -> Option<&[u8]> {
    let bare = match point {
        [0x04, announced, inner @ ..] if usize::from(*announced) == length && inner.len() == length => inner,
        all => all,
    };
    let uncompressed = kind == Kind::Ed25519 || bare.first() == Some(&0x04);
    (bare.len() == length && uncompressed).then_some(bare)
}

fn bad(attributes: &Attributes, why: &str) -> Error {
    Error::BadPublicKey {
        why: format!("{}: {why}", attributes.label),
    }
}

/// RFC 5480: the object identifier of secp384r1, in DER.
pub(crate) const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
/// RFC 8410: the object identifier of Ed25519, in DER.
pub(crate) const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// PKCS#11 3.0 knew the curve by name or by another identifier, 3.1 by that of RFC 8410 too.
pub(crate) const ED25519_NAMES: [&[u8]; 3] = [
    ED25519,
    b"\x13\x0cedwards25519",
    &[0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01],
];

/// RFC 5480: SEQUENCE { SEQUENCE { ecPublicKey, secp384r1 }, BIT STRING … }.
const P384_HEAD: &[u8] = &[
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
    0x22, 0x03, 0x62, 0x00,
];
/// CloudHSM takes no other size for a quorum's approvals.
pub(crate) const RSA_BITS: usize = 2048;
/// 65537.
pub(crate) const RSA_EXPONENT: &[u8] = &[1, 0, 1];
/// RFC 3279 §2.3.1: SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { SEQUENCE { INTEGER of 2048 bits, …
const RSA_HEAD: &[u8] = &[
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
];
/// … INTEGER 65537 } }
const RSA_TAIL: &[u8] = &[0x02, 0x03, 0x01, 0x00, 0x01];
/// RFC 8410: SEQUENCE { SEQUENCE { Ed25519 }, BIT STRING … }.
const ED25519_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(point: Option<Vec<u8>>, info: Option<Vec<u8>>) -> Attributes {
        Attributes::for_tests("k", Kind::P384, point, info)
    }

    fn point() -> Vec<u8> {
        [&[0x04][..], &[7; 96]].concat()
    }

    #[test]
    fn takes_the_point_bare_and_as_an_octet_string() {
        let bare = of(&attributes(Some(point()), None)).expect("bare");
        let wrapped = of(&attributes(Some([&[0x04, 97][..], &point()].concat()), None)).expect("wrapped");
        assert_eq!(bare, wrapped);
        assert_eq!(bare, [P384_HEAD, &point()].concat());
    }

    #[test]
    fn takes_the_tokens_own_spki_where_there_is_no_point() {
        let info = [P384_HEAD, &point()].concat();
        assert_eq!(of(&attributes(None, Some(info.clone()))).expect("the SPKI"), info);
    }

    #[test]
    fn refuses_a_point_and_an_spki_that_differ() {
        let info = [P384_HEAD, &[0x04], &[8; 96][..]].concat();
        let refused = of(&attributes(Some(point()), Some(info))).expect_err("two keys in one");
        assert_eq!(
            refused.to_string(),
            "the token's public key is wrong: k: its point and its CKA_PUBLIC_KEY_INFO differ"
        );
    }

    fn rsa_attributes(modulus: Vec<u8>, exponent: Option<Vec<u8>>) -> Attributes {
        let mut attributes = Attributes::for_tests("k", Kind::Rsa2048, None, None);
        (attributes.modulus, attributes.public_exponent) = (Some(modulus), exponent);
        attributes
    }

    #[test]
    fn refuses_an_rsa_key_of_another_size_or_exponent_or_with_two_values() {
        let why = |attributes: &Attributes| of(attributes).expect_err("refused").to_string();
        let modulus = [&[0x80][..], &[7; 255]].concat();
        let good = of(&rsa_attributes([&[0][..], &modulus].concat(), Some(vec![0, 1, 0, 1]))).expect("the SPKI");
        assert_eq!(good, of(&rsa_attributes(modulus.clone(), None)).expect("the SPKI"));
        let short = rsa_attributes(modulus[1..].to_vec(), Some(vec![1, 0, 1]));
        assert_eq!(
            why(&short),
            "the token's public key is wrong: k: its modulus has another size"
        );
        let three = rsa_attributes(modulus.clone(), Some(vec![3]));
        assert_eq!(
            why(&three),
            "the token's public key is wrong: k: its exponent is not 65537"
        );
        let mut two = rsa_attributes(modulus, None);
        two.public_key_info = Some(good[..293].to_vec());
        let differ = "the token's public key is wrong: k: its modulus and its CKA_PUBLIC_KEY_INFO differ";
        assert_eq!(why(&two), differ);
    }

    #[test]
    fn refuses_points_of_other_forms() {
        let compressed = [&[0x02][..], &[7; 48]].concat();
        let long = [&point()[..], &[0]].concat();
        let lying = [&[0x04, 96][..], &point()].concat();
        for point in [compressed, long, lying, vec![0x04], [&[0x05][..], &[7; 96]].concat()] {
            let refused = of(&attributes(Some(point), None)).expect_err("malformed");
            assert_eq!(
                refused.to_string(),
                "the token's public key is wrong: k: its point is malformed"
            );
        }
        let refused = of(&attributes(None, None)).expect_err("nothing");
        assert!(refused.to_string().contains("neither its point nor"), "{refused}");
    }
}
