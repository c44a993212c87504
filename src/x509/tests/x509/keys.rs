//! Public keys and signatures, judged by OpenSSL.

use x509::{PublicKey, ecdsa_der_from_raw, ecdsa_raw_from_der};

use crate::support::Workshop;
use crate::support::der::{Node, changed};

#[test]
fn verifies_what_openssl_signs_and_nothing_else() {
    let workshop = Workshop::new("sign");
    workshop.write("message", "message");
    for (kind, sign) in [
        ("p384", "dgst -sha384 -sign k.key message"),
        ("ed25519", "pkeyutl -sign -rawin -inkey k.key -in message"),
    ] {
        workshop.key("k", kind);
        let key = workshop.public_key("k");
        let signature = workshop.openssl(sign);
        key.verify(b"message", &signature).unwrap();
        assert_eq!(
            key.verify(b"massage", &signature).unwrap_err().to_string(),
            "the signature does not verify"
        );
        let longer = [signature.as_slice(), &[0]].concat();
        assert_eq!(
            key.verify(b"message", &longer).unwrap_err().to_string(),
            format!("the signature is not in the form of {}", key.algorithm())
        );
        workshop.key("other", kind);
        assert!(workshop.public_key("other").verify(b"message", &signature).is_err());
    }
}

#[test]
fn both_forms_of_ecdsa_lead_back() {
    let workshop = Workshop::new("forms");
    workshop.write("message", "message");
    workshop.key("k", "p384");
    for _ in 0..20 {
        let der = workshop.openssl("dgst -sha384 -sign k.key message");
        let raw = ecdsa_raw_from_der(&der).unwrap();
        assert_eq!(ecdsa_der_from_raw(&raw).unwrap(), der);
    }
}

#[test]
fn the_key_identifier_is_that_of_rfc_7093() {
    let workshop = Workshop::new("key-id");
    for (kind, length) in [("p384", 97), ("ed25519", 32)] {
        workshop.key("k", kind);
        let spki = workshop.spki("k");
        workshop.write("point", &spki[spki.len() - length..]);
        let digest = workshop.openssl("dgst -sha256 -binary point");
        assert_eq!(workshop.public_key("k").key_id(), digest[..20]);
        assert_eq!(workshop.public_key("k").spki_der(), spki);
    }
}

#[test]
fn refuses_p384_points_that_are_not_sound() {
    let workshop = Workshop::new("p384");
    workshop.key("k", "p384");
    let good = workshop.spki("k");
    let refused = |spki: &[u8]| PublicKey::from_spki_der(spki).unwrap_err().to_string();
    let mut off = good.clone();
    *off.last_mut().unwrap() ^= 1;
    assert_eq!(
        refused(&off),
        "the P-384 key is not sound: the point is not on the curve"
    );
    let mut hybrid = good.clone();
    hybrid[23] = 6 | good.last().unwrap() & 1;
    assert_eq!(
        refused(&hybrid),
        "the P-384 key is not sound: the point is not in uncompressed form"
    );
    let compressed = workshop.openssl("ec -in k.key -pubout -conv_form compressed -outform DER");
    assert_eq!(
        refused(&compressed),
        "the key is p-384 in another form (1.2.840.10045.2.1)"
    );
    let explicit = workshop.openssl("ec -in k.key -pubout -param_enc explicit -outform DER");
    assert_eq!(
        refused(&explicit),
        "the key is ec without a named curve (1.2.840.10045.2.1)"
    );
    assert_eq!(
        refused(&[good.as_slice(), &[0]].concat()).split(':').next(),
        Some("the public key cannot be read")
    );
}

#[test]
fn refuses_ed25519_points_that_are_not_sound() {
    let workshop = Workshop::new("ed25519");
    workshop.key("k", "ed25519");
    let good = workshop.spki("k");
    let with = |point: [u8; 32]| [&good[..12], &point].concat();
    let refused = |point| PublicKey::from_spki_der(&with(point)).unwrap_err().to_string();
    let y = |small: u8| std::array::from_fn(|index| if index == 0 { small } else { 0 });
    assert_eq!(
        refused(y(1)),
        "the Ed25519 key is not sound: the point is of small order"
    );
    assert_eq!(
        refused(y(0)),
        "the Ed25519 key is not sound: the point is of small order"
    );
    // y + p for a y below 19 is the same point in 32 bytes as well.
    let sound = (2..19)
        .find(|small| PublicKey::from_spki_der(&with(y(*small))).is_ok())
        .unwrap();
    let mut other: [u8; 32] = [0xff; 32];
    (other[0], other[31]) = (0xed + sound, 0x7f);
    assert_eq!(
        refused(other),
        "the Ed25519 key is not sound: the point is not in canonical form"
    );
    let unsound = (2..19)
        .find(|small| PublicKey::from_spki_der(&with(y(*small))).is_err())
        .unwrap();
    assert_eq!(
        refused(y(unsound)),
        "the Ed25519 key is not sound: the point is not on the curve"
    );
    let null = changed(&good, |tree| tree.at(&[0]).children().push(Node::Leaf(5, vec![])));
    assert_eq!(
        PublicKey::from_spki_der(&null).unwrap_err().to_string(),
        "the key is ed25519 in another form (1.3.101.112)"
    );
}
