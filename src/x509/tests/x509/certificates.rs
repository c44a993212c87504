//! Certificates made by OpenSSL are read; the same with one thing changed are refused.

use x509::{
    Algorithm, Certificate, KeyUsage, Oid, PublicKey, TbsCertificate, ecdsa_der_from_raw, ecdsa_raw_from_der, oid,
};

use crate::support::der::{Node, changed, tlv};
use crate::support::{DELEGATE, LEAF, PURPOSE, ROOT, Workshop};

fn pair(name: &str) -> (Workshop, Certificate, Certificate) {
    let workshop = Workshop::new(name);
    workshop.key("root", "p384");
    workshop.key("leaf", "ed25519");
    let root = workshop.certificate("root", "root", 3000, ROOT);
    let uri = format!("{LEAF}\nsubjectAltName=URI:https://x.test/a,URI:https://x.test/b\n1.3.6.1.4.1.32473.9=DER:0500");
    let leaf = workshop.certificate_of("leaf", "/C=XX/O=Test/OU=Unit/CN=leaf", "root", 1000, &uri);
    (workshop, root, leaf)
}

#[test]
fn reads_every_field() {
    let (workshop, root, leaf) = pair("fields");
    let tbs = leaf.tbs();
    assert_eq!(tbs.subject().to_string(), "C=XX, O=Test, OU=Unit, CN=leaf");
    assert_eq!(tbs.issuer(), root.tbs().subject());
    assert_eq!(tbs.public_key(), &workshop.public_key("leaf"));
    assert_eq!(tbs.public_key().algorithm(), Algorithm::Ed25519);
    assert_eq!(tbs.signature_algorithm(), Algorithm::P384);
    assert_eq!(tbs.key_usage(), Some((KeyUsage::DIGITAL_SIGNATURE, true)));
    assert_eq!(tbs.ekus(), Some(([Oid::parse(PURPOSE).unwrap()].as_slice(), false)));
    assert_eq!(
        tbs.subject_key_id(),
        Some(workshop.public_key("leaf").key_id().as_slice())
    );
    assert_eq!(
        tbs.authority_key_id(),
        Some(workshop.public_key("root").key_id().as_slice())
    );
    assert_eq!(tbs.subject_alt_uris(), ["https://x.test/a", "https://x.test/b"]);
    assert_eq!(tbs.not_after().0 - tbs.not_before().0, 1000 * 86_400);
    assert_eq!(tbs.extensions().len(), 7);
    assert_eq!(
        tbs.extension(&Oid::parse("1.3.6.1.4.1.32473.9").unwrap())
            .unwrap()
            .value,
        [5, 0]
    );
    assert!(!tbs.is_ca() && tbs.basic_constraints().unwrap().critical);
    assert!(root.tbs().is_ca() && root.tbs().basic_constraints().unwrap().path_len.is_none());
    let text = String::from_utf8(workshop.openssl("x509 -in leaf.pem -noout -serial -fingerprint -sha256")).unwrap();
    let fingerprint: Vec<String> = leaf.fingerprint().iter().map(|byte| format!("{byte:02X}")).collect();
    assert!(
        text.contains(&fingerprint.join(":")) && text.contains(&tbs.serial_hex().to_uppercase()),
        "{text}"
    );
}

#[test]
fn writes_the_pem_that_openssl_writes() {
    let (workshop, root, _) = pair("pem");
    assert_eq!(root.to_pem().as_bytes(), workshop.read("root.pem"));
    // A file may have either form.
    for file in [root.to_pem().as_bytes(), root.der()] {
        assert_eq!(
            Certificate::parse_file(file).map(|read| read.der().to_vec()).unwrap(),
            root.der()
        );
    }
    let refused = |pem: &str| Certificate::parse_pem(pem.as_bytes()).unwrap_err().to_string();
    let text = refused(&format!("hello\n{}", root.to_pem()));
    assert_eq!(
        text,
        "the certificate is not one block of PEM: it does not begin with a PEM line"
    );
    let text = refused(&root.to_pem().replace("CERTIFICATE", "X509 CRL"));
    assert_eq!(
        text,
        "the certificate is not one block of PEM: the label is \"X509 CRL\", not \"CERTIFICATE\""
    );
    for pem in [
        root.to_pem() + &root.to_pem(),
        root.to_pem().replacen("MII", "MI!", 1),
        root.to_pem() + "x",
    ] {
        assert!(
            refused(&pem).starts_with("the certificate is not one block of PEM: "),
            "{}",
            refused(&pem)
        );
    }
}

#[test]
fn assembles_only_what_the_issuer_signed() {
    let (_workshop, root, leaf) = pair("assemble");
    let key = root.tbs().public_key();
    let tbs = || TbsCertificate::parse(leaf.tbs().der()).unwrap();
    let raw = ecdsa_raw_from_der(leaf.signature()).unwrap();
    let again = Certificate::assemble(tbs(), &ecdsa_der_from_raw(&raw).unwrap(), key).unwrap();
    assert_eq!(again.der(), leaf.der());
    let refused =
        |signature: &[u8], key: &PublicKey| Certificate::assemble(tbs(), signature, key).unwrap_err().to_string();
    assert_eq!(refused(root.signature(), key), "the signature does not verify");
    assert_eq!(refused(&raw, key), "the signature is not in the form of P-384");
    let other = leaf.tbs().public_key();
    assert_eq!(
        refused(leaf.signature(), other),
        "a key of Ed25519 cannot have made a signature of P-384"
    );
}

#[test]
fn reads_a_chain_of_ed25519() {
    let workshop = Workshop::new("ed25519");
    workshop.key("root", "ed25519");
    workshop.key("leaf", "p384");
    let root = workshop.certificate("root", "root", 30, ROOT);
    let leaf = workshop.certificate("leaf", "root", 20, LEAF);
    root.verified_by(root.tbs().public_key()).unwrap();
    leaf.verified_by(root.tbs().public_key()).unwrap();
    let again = Certificate::assemble(leaf.tbs().clone(), leaf.signature(), root.tbs().public_key()).unwrap();
    assert_eq!(again, leaf);
    assert_eq!(
        leaf.verified_by(leaf.tbs().public_key()).unwrap_err().to_string(),
        "a key of P-384 cannot have made a signature of Ed25519"
    );
}

/// What the refusal begins with, and the element whose change causes it.
type Case = (&'static str, &'static [usize], fn(&mut Node));

#[test]
fn refuses_what_rfc_5280_forbids_and_other_encodings() {
    let (_workshop, root, _) = pair("forbidden");
    let cases: &[Case] = &[
        ("the serial number is negative", &[0, 1], |node| {
            *node = Node::Leaf(2, vec![0x80])
        }),
        ("the serial number is zero", &[0, 1], |node| {
            *node = Node::Leaf(2, vec![0])
        }),
        ("the serial number has more than 20 octets", &[0, 1], |node| {
            *node = Node::Leaf(2, [&[0][..], &[0xff; 20]].concat())
        }),
        ("the certificate is not of version 3", &[0, 0, 0], |node| {
            *node = Node::Leaf(2, vec![1])
        }),
        ("the certificate cannot be read: ", &[0, 0, 0], |node| {
            *node = Node::Leaf(2, vec![3])
        }),
        ("the certificate carries a unique identifier", &[0], |node| {
            node.children().insert(7, Node::Leaf(0x81, vec![0, 1]))
        }),
        ("the certificate carries a unique identifier", &[0], |node| {
            node.children().insert(7, Node::Leaf(0x82, vec![0, 1]))
        }),
        ("extension 2.5.29.19 is present twice", &[0, 7, 0], |node| {
            let twice = node.children()[0].clone();
            node.children().push(twice);
        }),
        (
            "the certificate cannot be read: the list of extensions is empty",
            &[0, 7, 0],
            |node| node.children().clear(),
        ),
        ("the certificate is not in canonical DER", &[0, 7, 0, 2], |node| {
            node.children().insert(1, Node::Leaf(1, vec![0]))
        }),
        ("the certificate is not in canonical DER", &[0, 4, 1], |node| {
            *node = Node::Leaf(0x18, b"20311122000000Z".to_vec())
        }),
        ("the certificate ends before it begins", &[0, 4, 1], |node| {
            *node = Node::Leaf(0x17, b"700101000000Z".to_vec())
        }),
        ("the certificate cannot be read: ", &[0, 4, 1], |node| {
            *node = Node::Leaf(0x17, b"3111220000Z".to_vec())
        }),
        ("the certificate names P-384 inside and Ed25519 outside", &[1], |node| {
            *node = Node::parse(Algorithm::Ed25519.identifier_der())
        }),
        (
            "the certificate names Ed25519 inside and P-384 outside",
            &[0, 2],
            |node| *node = Node::parse(Algorithm::Ed25519.identifier_der()),
        ),
        (
            "the signature algorithm is ecdsa-with-SHA384 with parameters",
            &[1],
            |node| node.children().push(Node::Leaf(5, vec![])),
        ),
        ("the signature algorithm is ecdsa-with-SHA256", &[0, 2, 0], |node| {
            *node = Node::parse(&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])
        }),
        ("the certificate is not in canonical DER", &[2], |node| {
            *node = Node::Leaf(3, vec![1, 0x80])
        }),
        ("the certificate cannot be read: ", &[], |node| {
            node.children().push(Node::Leaf(5, vec![]))
        }),
        (
            "the name is refused: an RDN does not have exactly one attribute",
            &[0, 5, 0],
            |node| {
                let mut second = node.children()[0].clone();
                *second.at(&[1]) = Node::Leaf(12, b"Tesu".to_vec());
                node.children().push(second);
            },
        ),
        (
            "the name is refused: O is a PrintableString, not a UTF8String",
            &[0, 5, 0, 0, 1],
            |node| *node = Node::Leaf(0x13, b"Test".to_vec()),
        ),
        (
            "the name is refused: it has an attribute of type 2.5.4.12",
            &[0, 5, 0, 0, 0],
            |node| *node = Node::Leaf(6, vec![0x55, 4, 12]),
        ),
        ("the name is refused: O holds '\\u{202e}'", &[0, 5, 0, 0, 1], |node| {
            *node = Node::Leaf(12, "a\u{202e}b".into())
        }),
        ("the name is refused: it has 0 parts", &[0, 5], |node| {
            node.children().clear()
        }),
    ];
    for (expected, path, change) in cases {
        let der = changed(root.der(), |tree| change(tree.at(path)));
        let text = Certificate::parse(&der).unwrap_err().to_string();
        assert!(text.starts_with(expected), "{text:?} is not {expected:?}");
    }
}

#[test]
fn refuses_extensions_that_say_something_else() {
    let (_workshop, root, _) = pair("values");
    let refused = |identifier: Oid, value: &[u8]| {
        let der = changed(root.der(), |tree| {
            let extension = Node::Inner(
                0x30,
                vec![Node::parse(&identifier.der()), Node::Leaf(4, value.to_vec())],
            );
            *tree.at(&[0, 7, 0]) = Node::Inner(0x30, vec![extension]);
        });
        Certificate::parse(&der).unwrap_err().to_string()
    };
    let of = |name: &str, detail: &str| format!("the extension {name} is wrong: {detail}");
    assert_eq!(
        refused(oid::BASIC_CONSTRAINTS, &[0x30, 3, 2, 1, 0]),
        of("basicConstraints", "pathLenConstraint without cA")
    );
    assert!(refused(oid::BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 0]).starts_with(&of("basicConstraints", "")));
    assert!(refused(oid::BASIC_CONSTRAINTS, &[0x30, 0, 0]).starts_with(&of("basicConstraints", "")));
    assert_eq!(
        refused(oid::KEY_USAGE, &[3, 2, 0, 0x80]),
        of("keyUsage", "it ends with zero bits")
    );
    assert_eq!(
        refused(oid::EXTENDED_KEY_USAGE, &[0x30, 0]),
        of("extendedKeyUsage", "it is empty")
    );
    assert_eq!(
        refused(oid::EXTENDED_KEY_USAGE, &[0x30, 6, 6, 1, 42, 6, 1, 42]),
        of("extendedKeyUsage", "it has 1.2 twice")
    );
    assert_eq!(
        refused(oid::SUBJECT_KEY_IDENTIFIER, &[4, 0]),
        of("subjectKeyIdentifier", "it has 0 bytes")
    );
    assert_eq!(
        refused(oid::AUTHORITY_KEY_IDENTIFIER, &[0x30, 0]),
        of("authorityKeyIdentifier", "it is not a key identifier alone")
    );
    let with_serial = tlv(0x30, &[0x80, 1, 7, 0x82, 1, 7]);
    assert_eq!(
        refused(oid::AUTHORITY_KEY_IDENTIFIER, &with_serial),
        of("authorityKeyIdentifier", "it is not a key identifier alone")
    );
    assert_eq!(
        refused(oid::SUBJECT_ALT_NAME, &[0x30, 3, 0x82, 1, b'a']),
        of("subjectAltName", "it holds something else than URIs")
    );
    assert_eq!(
        refused(oid::SUBJECT_ALT_NAME, &[0x30, 4, 0x86, 2, b'a', 10]),
        of("subjectAltName", "it holds something else than URIs")
    );
}

#[test]
fn refuses_too_much() {
    let (_workshop, root, _) = pair("too-much");
    let many = changed(root.der(), |tree| {
        let extension = |arc: u8| Node::Inner(0x30, vec![Node::Leaf(6, vec![0x2a, arc]), Node::Leaf(4, vec![5, 0])]);
        *tree.at(&[0, 7, 0]) = Node::Inner(0x30, (0..33).map(extension).collect());
    });
    assert_eq!(
        Certificate::parse(&many).unwrap_err().to_string(),
        "there are 33 extensions, the limit is 32"
    );
    let text = Certificate::parse(&vec![0x30; 16 * 1024 + 1]).unwrap_err().to_string();
    assert_eq!(text, "the certificate has 16385 bytes, the limit is 16384");
}

#[test]
fn names_the_keys_that_it_refuses() {
    let workshop = Workshop::new("other-keys");
    for (kind, name) in [
        ("rsa", "rsa-2048 (1.2.840.113549.1.1.1)"),
        ("p256", "p-256 (1.2.840.10045.2.1)"),
        ("ed448", "ed448 (1.3.101.113)"),
    ] {
        workshop.key("k", kind);
        let error = PublicKey::from_spki_der(&workshop.spki("k")).unwrap_err();
        assert_eq!(error.to_string(), format!("the key is {name}"));
        assert_eq!(error.hint(), Some("make a P-384 or an Ed25519 key"));
        workshop.openssl("req -x509 -new -key k.key -subj /CN=k -out k.pem");
        assert!(Certificate::parse_pem(&workshop.read("k.pem")).is_err());
    }
}

#[test]
fn refuses_version_1() {
    let (workshop, _, _) = pair("version-1");
    workshop.openssl("x509 -req -in x.csr -CA root.pem -CAkey root.key -set_serial 5 -sha384 -out v1.pem");
    assert_eq!(
        Certificate::parse_pem(&workshop.read("v1.pem"))
            .unwrap_err()
            .to_string(),
        "the certificate is not of version 3"
    );
}

#[test]
fn reads_the_delegates_of_the_chain_tests() {
    let (workshop, _, _) = pair("delegate");
    workshop.key("delegate", "p384");
    let delegate = workshop.certificate("delegate", "root", 30, DELEGATE);
    assert_eq!(delegate.tbs().basic_constraints().unwrap().path_len, Some(0));
    assert!(
        delegate
            .tbs()
            .allows(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN | KeyUsage::DIGITAL_SIGNATURE)
    );
}
