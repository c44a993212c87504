//! A public key as SubjectPublicKeyInfo, from the point in either of its encodings or from the token's own SPKI.

use crate::{Attributes, Error, Kind};

/// The SubjectPublicKeyInfo in DER. Where point and SPKI are both there, they must agree. Whether the point lies on the
/// curve is for the caller, who has the arithmetic.
pub(crate) fn of(attributes: &Attributes) -> Result<Vec<u8>, Error> {
    let (head, length) = match attributes.kind {
        Kind::P384 => (P384_HEAD, 97),
        Kind::Ed25519 => (ED25519_HEAD, 32),
        Kind::Other => return Err(bad(attributes, "it is neither P-384 nor Ed25519")),
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
