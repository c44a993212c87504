//! What somebody gave for a bundle, and is none: said by what it is, where a decoder's words would say how it failed.

use crate::Error;

/// What stands in the stead of a decoder's error.
pub(super) fn instead(bytes: &[u8], cause: Error) -> Error {
    match what(bytes) {
        Some((what, hint)) => Error::NoBundle { what, hint },
        None if matches!(cause, Error::Cbor(_)) && !is_map(bytes) => Error::NoBundle {
            what: "this is no CBOR of ours".into(),
            hint: "name a bundle: a file that ends in .cbor, as one of our programs wrote it",
        },
        // It may be one of ours, and damaged.
        None => cause,
    }
}

fn what(bytes: &[u8]) -> Option<(String, &'static str)> {
    if bytes.is_empty() {
        return Some(("the file is empty".into(), "fetch it again from whoever made it"));
    }
    if crate::parcel::is_signature(bytes) {
        let hint = "name the bundle that it signs, a file that ends in .cbor; its signature lies beside it";
        return Some(("this is a signature (SSHSIG), and no bundle".into(), hint));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return None;
    }
    match text
        .strip_prefix("-----BEGIN ")
        .and_then(|rest| rest.split_once("-----"))
    {
        Some((label, _)) if is_label(label) => Some((
            format!("this is PEM ({label}), and no bundle"),
            "name a bundle: a file that ends in .cbor",
        )),
        _ => Some((
            "this is text, and no bundle".into(),
            "name a bundle: a file that ends in .cbor; a plan becomes one by `ceremony plan pack`",
        )),
    }
}

/// RFC 7468, section 3; of bounded length.
fn is_label(label: &str) -> bool {
    label.len() <= 40 && label.bytes().all(|octet| octet.is_ascii_uppercase() || octet == b' ')
}

/// As each envelope begins (RFC 8949, section 3.1: major type 5).
fn is_map(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|octet| octet >> 5 == 5)
}

#[cfg(test)]
mod tests {
    use crate::AnyBundle;

    #[test]
    fn what_is_no_bundle_is_called_what_it_is() {
        let said = |bytes: &[u8]| {
            let error = AnyBundle::decode(bytes).expect_err("no bundle");
            assert!(error.hint().is_some(), "{error}");
            error.to_string()
        };
        assert_eq!(
            said(b"-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"),
            "this is a signature (SSHSIG), and no bundle"
        );
        assert_eq!(
            said(b"-----BEGIN CERTIFICATE-----\nMIIB\n"),
            "this is PEM (CERTIFICATE), and no bundle"
        );
        assert_eq!(said(b"-----BEGIN \xd7\x90-----\n"), "this is text, and no bundle");
        assert_eq!(said(b"event = \"x\"\n# a plan\n"), "this is text, and no bundle");
        assert_eq!(said(b""), "the file is empty");
        assert_eq!(said(b"\x30\x82\x01\x00"), "this is no CBOR of ours");
        assert_eq!(said(b"\xff\xd8\xff\xe0"), "this is no CBOR of ours");
    }

    #[test]
    fn one_of_ours_that_is_cut_off_is_a_damaged_one() {
        for (_, good) in crate::any::tests::vectors() {
            let error = AnyBundle::decode(&good[..good.len() / 2]).expect_err("cut off");
            assert!(
                error.to_string().starts_with("not a bundle that can be read: "),
                "{error}"
            );
        }
    }
}
