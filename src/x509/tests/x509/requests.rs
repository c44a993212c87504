//! Certificate requests as `openssl req` writes them, good and bad.

use x509::{Algorithm, Csr};

use crate::support::Workshop;
use crate::support::der::{Node, changed};

fn refused(bytes: &[u8]) -> String {
    Csr::parse(bytes).unwrap_err().to_string()
}

#[test]
fn takes_what_openssl_req_writes() {
    let workshop = Workshop::new("good");
    for (kind, options) in [("p384", ""), ("p384", "-sha384"), ("p384", "-sha512"), ("ed25519", "")] {
        workshop.key("k", kind);
        let pem = workshop.request("k", options, "");
        let csr = Csr::parse(&pem).unwrap();
        assert_eq!(csr.public_key(), &workshop.public_key("k"));
        assert_eq!(csr.subject(), "CN=Release");
        let der = workshop.openssl("req -in r.csr -outform DER");
        assert_eq!(Csr::parse(&der).unwrap().fingerprint(), csr.fingerprint());
        assert_eq!(csr.der(), der);
    }
}

#[test]
fn shows_odd_subjects_plainly() {
    let workshop = Workshop::new("subject");
    workshop.key("k", "ed25519");
    workshop.openssl("req -new -utf8 -key k.key -subj /CN=caf\u{e9}\u{202e}/L=x -out s.csr");
    assert_eq!(Csr::parse(&workshop.read("s.csr")).unwrap().subject(), "CN=caf??, L=x");
}

#[test]
fn refuses_weak_and_unknown_keys_by_name() {
    let workshop = Workshop::new("keys");
    for (kind, name) in [
        ("rsa", "rsa-2048 (1.2.840.113549.1.1.1)"),
        ("p256", "p-256 (1.2.840.10045.2.1)"),
        ("ed448", "ed448 (1.3.101.113)"),
    ] {
        workshop.key("k", kind);
        assert_eq!(refused(&workshop.request("k", "", "")), format!("the key is {name}"));
    }
    workshop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out k.key");
    assert_eq!(
        refused(&workshop.request("k", "", "")),
        "the key is rsa-4096 (1.2.840.113549.1.1.1)"
    );
}

#[test]
fn refuses_a_request_without_proof_of_possession() {
    let workshop = Workshop::new("proof");
    for kind in ["p384", "ed25519"] {
        workshop.key("k", kind);
        workshop.request("k", "", "");
        let der = workshop.openssl("req -in r.csr -outform DER");
        let flipped = changed(&der, |tree| match tree.at(&[2]) {
            Node::Leaf(3, bits) => bits[40] ^= 1,
            other => panic!("{other:?}"),
        });
        let text = "the certificate request's own signature does not verify";
        assert_eq!(refused(&flipped), text);
        // Somebody else's key under the first one's signature.
        workshop.key("other", kind);
        let other = Node::parse(&workshop.spki("other"));
        assert_eq!(refused(&changed(&der, |tree| *tree.at(&[0, 2]) = other)), text);
        let renamed = changed(&der, |tree| {
            *tree.at(&[0, 1, 0, 0, 1]) = Node::Leaf(12, b"Rel3ase".to_vec())
        });
        assert_eq!(refused(&renamed), text);
    }
}

#[test]
fn refuses_a_signature_of_another_algorithm() {
    let workshop = Workshop::new("algorithm");
    workshop.key("k", "ed25519");
    workshop.request("k", "", "");
    let der = workshop.openssl("req -in r.csr -outform DER");
    let swapped = changed(&der, |tree| {
        *tree.at(&[1]) = Node::parse(Algorithm::P384.identifier_der())
    });
    assert_eq!(
        refused(&swapped),
        "a key of Ed25519 cannot have made a signature of P-384"
    );
    let sha256 = changed(&der, |tree| {
        *tree.at(&[1]) = Node::parse(&[0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])
    });
    assert_eq!(
        refused(&sha256),
        "a key of Ed25519 cannot have made a signature of P-384"
    );
    workshop.key("k", "p384");
    assert_eq!(
        refused(&workshop.request("k", "-sha1", "")),
        "the signature algorithm is ecdsa-with-SHA1 (1.2.840.10045.4.1)"
    );
}

#[test]
fn refuses_a_request_that_asks_for_a_ca() {
    let workshop = Workshop::new("ca");
    workshop.key("k", "p384");
    for extensions in [
        "basicConstraints=CA:TRUE",
        "basicConstraints=critical,CA:TRUE,pathlen:0",
        "keyUsage=keyCertSign",
        "keyUsage=digitalSignature,cRLSign",
    ] {
        assert_eq!(
            refused(&workshop.request("k", "", extensions)),
            "the certificate request asks for a CA certificate"
        );
    }
}

#[test]
fn refuses_every_other_extension() {
    let workshop = Workshop::new("extension");
    workshop.key("k", "p384");
    for (extensions, oid) in [
        ("keyUsage=digitalSignature", "2.5.29.15"),
        ("basicConstraints=CA:FALSE", "2.5.29.19"),
        ("extendedKeyUsage=codeSigning", "2.5.29.37"),
        ("subjectAltName=DNS:x.test", "2.5.29.17"),
        ("1.3.6.1.4.1.32473.9=DER:0500", "1.3.6.1.4.1.32473.9"),
    ] {
        let request = workshop.request("k", "", extensions);
        assert_eq!(
            refused(&request),
            format!("the certificate request asks for extension {oid}")
        );
        assert!(
            Csr::parse(&request)
                .unwrap_err()
                .hint()
                .unwrap()
                .contains("the plan decides")
        );
    }
}

#[test]
fn tolerates_only_our_own_key_identifier() {
    let workshop = Workshop::new("key-id");
    workshop.key("k", "p384");
    let ours: String = workshop
        .public_key("k")
        .key_id()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Csr::parse(&workshop.request("k", "", &format!("subjectKeyIdentifier={ours}"))).unwrap();
    let text = "the certificate request asks for another subjectKeyIdentifier than its key has";
    assert_eq!(refused(&workshop.request("k", "", "subjectKeyIdentifier=hash")), text);
}

#[test]
fn refuses_other_attributes() {
    let workshop = Workshop::new("attribute");
    workshop.key("k", "p384");
    for (name, oid) in [
        ("challengePassword=secret", "1.2.840.113549.1.9.7"),
        ("unstructuredName=x", "1.2.840.113549.1.9.2"),
    ] {
        workshop.write(
            "a.cnf",
            format!("[req]\nprompt=no\ndistinguished_name=dn\nattributes=at\n[dn]\nCN=x\n[at]\n{name}\n"),
        );
        let request = workshop.openssl("req -new -config a.cnf -key k.key");
        assert_eq!(
            refused(&request),
            format!("the certificate request carries attribute {oid}")
        );
    }
}

#[test]
fn refuses_other_files_and_sizes() {
    let workshop = Workshop::new("files");
    workshop.key("k", "p384");
    let pem = workshop.request("k", "", "");
    assert!(
        refused(&workshop.read("k.key")).starts_with("the certificate request is not one block of PEM: the label is")
    );
    let text = "the certificate request is not one block of PEM: it does not begin with a PEM line";
    assert_eq!(refused(&[b" ".as_slice(), &pem].concat()), text);
    assert_eq!(refused(b""), text);
    assert_eq!(
        refused(&vec![0x30; 16 * 1024 + 1]),
        "the certificate request has 16385 bytes, the limit is 16384"
    );
    let der = workshop.openssl("req -in r.csr -outform DER");
    assert!(refused(&[der.as_slice(), &[0]].concat()).starts_with("the certificate request cannot be read: "));
    assert!(refused(&der[..der.len() - 1]).starts_with("the certificate request cannot be read: "));
}
