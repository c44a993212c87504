//! CRLs made by OpenSSL are read; the same with one thing changed are refused.

use x509::{Crl, Reason, TbsCrl, Time};

use crate::support::der::{Node, changed};
use crate::support::{ROOT, Workshop};

const AKI: &str = "authorityKeyIdentifier=keyid:always";

fn issuer(name: &str) -> Workshop {
    let workshop = Workshop::new(name);
    workshop.key("root", "p384");
    workshop.certificate("root", "root", 300, ROOT);
    workshop
}

fn revoked(workshop: &Workshop) -> Vec<u8> {
    workshop.crl(
        "root",
        &[("0A", ",keyCompromise"), ("80FF", ""), ("0B", ",superseded")],
        AKI,
        "-crldays 30",
    )
}

#[test]
fn reads_every_field() {
    let workshop = issuer("fields");
    let crl = Crl::parse(&revoked(&workshop)).unwrap();
    let key = workshop.public_key("root");
    crl.verified_by(&key).unwrap();
    let tbs = crl.tbs();
    assert_eq!(tbs.issuer().to_string(), "O=Test, CN=root");
    assert_eq!((tbs.number(), tbs.authority_key_id()), (10, key.key_id().as_slice()));
    assert_eq!(tbs.next_update().0 - tbs.this_update().0, 30 * 86_400);
    assert_eq!(tbs.entries().len(), 3);
    assert_eq!(tbs.entry(&[10]).unwrap().reason, Some(Reason::KeyCompromise));
    assert_eq!(tbs.entry(&[0x80, 0xff]).unwrap().reason, None);
    assert_eq!(
        tbs.entry(&[11]).unwrap().date,
        Time::parse_rfc3339("2030-01-01T00:00:00Z").unwrap()
    );
    assert!(tbs.entry(&[12]).is_none());
    assert_eq!(tbs.extensions().len(), 2);
}

#[test]
fn reads_an_empty_one_and_writes_the_pem_that_openssl_writes() {
    let workshop = issuer("empty");
    let crl = Crl::parse(&workshop.crl("root", &[], AKI, "-crldays 30")).unwrap();
    assert!(crl.tbs().entries().is_empty());
    assert_eq!(crl.to_pem().as_bytes(), workshop.read("x.crl"));
    assert_eq!(Crl::parse_pem(crl.to_pem().as_bytes()).unwrap(), crl);
}

#[test]
fn assembles_only_what_the_issuer_signed() {
    let workshop = issuer("assemble");
    let crl = Crl::parse(&revoked(&workshop)).unwrap();
    let tbs = || TbsCrl::parse(crl.tbs().der()).unwrap();
    let again = Crl::assemble(tbs(), crl.signature(), &workshop.public_key("root")).unwrap();
    assert_eq!(again.der(), crl.der());
    workshop.key("other", "p384");
    let error = Crl::assemble(tbs(), crl.signature(), &workshop.public_key("other")).unwrap_err();
    assert_eq!(error.to_string(), "the signature does not verify");
    assert_eq!(
        crl.verified_by(&workshop.public_key("other")).unwrap_err().to_string(),
        "the signature does not verify"
    );
}

/// What the refusal begins with, and the element whose change causes it.
type Case = (&'static str, &'static [usize], fn(&mut Node));

#[test]
fn refuses_what_rfc_5280_forbids_and_other_encodings() {
    let der = revoked(&issuer("forbidden"));
    let cases: &[Case] = &[
        ("the crl is not of version 2", &[0, 0], |node| {
            *node = Node::Leaf(2, vec![0])
        }),
        ("the crl cannot be read: ", &[0], |node| drop(node.children().remove(0))),
        ("the crl does not say when the next one comes", &[0], |node| {
            drop(node.children().remove(4))
        }),
        ("the crl ends before it begins", &[0, 4], |node| {
            *node = Node::Leaf(0x17, b"700101000000Z".to_vec())
        }),
        ("the crl is not in canonical DER", &[0, 4], |node| {
            *node = Node::Leaf(0x18, b"20490101000000Z".to_vec())
        }),
        ("the crl has an empty list of revoked certificates", &[0, 5], |node| {
            node.children().clear()
        }),
        ("the crl lists serial number 0a twice", &[0, 5], |node| {
            let twice = node.children()[0].clone();
            node.children().push(twice);
        }),
        ("the serial number is zero", &[0, 5, 0, 0], |node| {
            *node = Node::Leaf(2, vec![0])
        }),
        ("the crl gives reason code 0", &[0, 5, 0, 2, 0, 1], |node| {
            *node = Node::Leaf(4, vec![10, 1, 0])
        }),
        ("the crl gives reason code 8", &[0, 5, 0, 2, 0, 1], |node| {
            *node = Node::Leaf(4, vec![10, 1, 8])
        }),
        ("the extension reasonCode is wrong: ", &[0, 5, 0, 2, 0, 1], |node| {
            *node = Node::Leaf(4, vec![10, 1, 7])
        }),
        (
            "the extension of a crl entry is wrong: 2.5.29.29 is unknown",
            &[0, 5, 0, 2, 0, 0],
            |node| *node = Node::Leaf(6, vec![0x55, 29, 29]),
        ),
        (
            "the extension of a crl entry is wrong: 2.5.29.21 is critical",
            &[0, 5, 0, 2, 0],
            |node| {
                node.children().insert(1, Node::Leaf(1, vec![0xff]));
            },
        ),
        ("the crl has no authorityKeyIdentifier", &[0, 6, 0], |node| {
            drop(node.children().remove(0))
        }),
        ("the crl has no cRLNumber", &[0, 6, 0], |node| {
            drop(node.children().remove(1))
        }),
        (
            "the extension cRLNumber is wrong: it has more than 64 bits",
            &[0, 6, 0, 1, 1],
            |node| {
                *node = Node::Leaf(4, vec![2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
            },
        ),
        ("the extension cRLNumber is wrong: ", &[0, 6, 0, 1, 1], |node| {
            *node = Node::Leaf(4, vec![2, 1, 0xff])
        }),
        ("the crl names P-384 inside and Ed25519 outside", &[1], |node| {
            *node = Node::parse(&[0x30, 5, 6, 3, 0x2b, 0x65, 0x70])
        }),
        ("the crl cannot be read: ", &[], |node| {
            node.children().push(Node::Leaf(5, vec![]))
        }),
    ];
    for (expected, path, change) in cases {
        let text = Crl::parse(&changed(&der, |tree| change(tree.at(path))))
            .unwrap_err()
            .to_string();
        assert!(text.starts_with(expected), "{text:?} is not {expected:?}");
    }
}

#[test]
fn every_reason_has_its_code_and_name() {
    for reason in Reason::ALL {
        assert_eq!(Reason::from_code(reason.code().into()).unwrap(), reason);
        assert_eq!(Reason::from_name(&reason.to_string()), Some(reason));
    }
    assert_eq!(
        Reason::from_code(7).unwrap_err().to_string(),
        "the crl gives reason code 7"
    );
    assert_eq!(Reason::from_name("unspecified"), None);
}
