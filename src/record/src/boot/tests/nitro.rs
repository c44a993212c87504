//! Documents as the EC2 User Guide describes a NitroTPM's, made with the crate coset. None of a real one is at hand.

use coset::cbor::Value;
use coset::{CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable as _, iana};
use p384::ecdsa::SigningKey;
use p384::ecdsa::signature::{Signer as _, Verifier as _};

use super::*;
use crate::Time;

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 48]).expect("a key")
}

fn point() -> Vec<u8> {
    key().verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

pub fn asked() -> Digest {
    qualifying(&SESSION, &nonces()).expect("a digest")
}

/// The payload's fields, in the order in which AWS's hypervisors write them.
fn fields() -> Vec<(&'static str, Value)> {
    let pcr = |n: u8| (Value::from(n), Value::Bytes(vec![n; 48]));
    vec![
        ("module_id", Value::from("i-0123456789abcdef0-tpm0123456789abcdef")),
        ("digest", Value::from("SHA384")),
        ("timestamp", Value::from(1_795_341_600_123u64)),
        ("nitrotpm_pcrs", Value::Map((0..24).map(pcr).collect())),
        ("certificate", Value::Bytes(b"the signer's".to_vec())),
        ("cabundle", Value::Array(vec![Value::Bytes(b"the root's".to_vec())])),
        ("public_key", Value::Null),
        ("user_data", Value::Null),
        ("nonce", Value::Bytes(asked().0.to_vec())),
    ]
}

fn sign(fields: Vec<(&str, Value)>, algorithm: iana::Algorithm) -> CoseSign1 {
    let mut payload = Vec::new();
    let map = Value::Map(
        fields
            .into_iter()
            .map(|(name, value)| (Value::from(name), value))
            .collect(),
    );
    payload.extend(map.to_vec().expect("CBOR"));
    let signature = |octets: &[u8]| -> Vec<u8> {
        let signature: p384::ecdsa::Signature = key().sign(octets);
        signature.to_bytes().to_vec()
    };
    CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(algorithm).build())
        .payload(payload)
        .create_signature(b"", signature)
        .build()
}

/// A good document.
pub fn document() -> Vec<u8> {
    sign(fields(), iana::Algorithm::ES384).to_vec().expect("CBOR")
}

fn with(name: &str, value: Value) -> Vec<u8> {
    let mut fields = fields();
    fields
        .iter_mut()
        .filter(|field| field.0 == name)
        .for_each(|field| field.1 = value.clone());
    sign(fields, iana::Algorithm::ES384).to_vec().expect("CBOR")
}

#[track_caller]
fn refused(document: &[u8], error: &str) {
    let found = Document::parse(document, &asked()).expect_err("changed").to_string();
    assert_eq!(found, error);
}

#[test]
fn takes_a_document_with_its_tag_or_without() {
    let untagged = document();
    let tagged = sign(fields(), iana::Algorithm::ES384).to_tagged_vec().expect("CBOR");
    assert_ne!(untagged, tagged);
    for octets in [untagged, tagged] {
        let evidence = Evidence::Nitro {
            document: Bytes(octets),
            nonces: nonces(),
        };
        let quoted = check(&cbor::encode(&evidence).expect("CBOR"), &SESSION).expect("good");
        let Proof::Nitro(document) = &quoted.proof else {
            panic!("a NitroTPM's");
        };
        document.verify(&point()).expect("its own key");
        assert_eq!(document.module, "i-0123456789abcdef0-tpm0123456789abcdef");
        assert_eq!(document.at, Time(1_795_341_600));
        assert_eq!(
            (document.certificate.as_slice(), document.bundle.len()),
            (&b"the signer's"[..], 1)
        );
        assert_eq!(quoted.registers()[11], (11, &[11; 48][..]));
        let pcr = |number: u32, octet: u8| NitroPcr {
            number,
            value: Bytes(vec![octet; 48]),
        };
        let compared = quoted.compare(&manifest(Vec::new(), vec![pcr(4, 4), pcr(11, 11)]));
        assert_eq!(compared.expect("the same"), [4, 11]);
        let other = quoted
            .compare(&manifest(Vec::new(), vec![pcr(4, 5)]))
            .expect_err("another");
        assert_eq!(
            other.to_string(),
            format!("PCR 4 is {}, the manifest says {}", "04".repeat(48), "05".repeat(48))
        );
    }
}

/// What we verify over is what another reader of COSE verifies over.
#[test]
fn reads_the_signature_as_another_reader_of_cose_does() {
    let document = document();
    let read = CoseSign1::from_slice(&document).expect("COSE");
    let check = |signature: &[u8], octets: &[u8]| {
        let signature = p384::ecdsa::Signature::from_slice(signature)?;
        key().verifying_key().verify(octets, &signature)
    };
    read.verify_signature(b"", check).expect("the other reader takes it");
    let ours = Document::parse(&document, &asked()).expect("we do too");
    ours.verify(&point()).expect("we do too");
    let other = SigningKey::from_slice(&[8; 48]).expect("a key");
    let other = other.verifying_key().to_sec1_point(false);
    let error = ours.verify(other.as_bytes()).expect_err("another key");
    assert_eq!(error.to_string(), "the signature of the quote is not good");
    let error = ours.verify(&[4; 97]).expect_err("no key").to_string();
    assert_eq!(error, "the key is none that could have signed");
}

#[test]
fn refuses_a_change_of_one_octet_anywhere() {
    let document = document();
    for place in (0..document.len()).step_by(4) {
        let mut changed = document.clone();
        changed[place] ^= 1;
        let taken = Document::parse(&changed, &asked()).and_then(|read| read.verify(&point()));
        assert!(taken.is_err(), "octet {place}");
        assert!(Document::parse(&document[..place], &asked()).is_err(), "{place} octets");
    }
}

#[test]
fn refuses_another_nonce_bank_or_algorithm() {
    let error = format!(
        "the quote is over another nonce: it covers {}, not {}",
        "00".repeat(32),
        asked()
    );
    refused(&with("nonce", Value::Bytes(vec![0; 32])), &error);
    let error = format!("the quote is over another nonce: it covers nothing, not {}", asked());
    refused(&with("nonce", Value::Null), &error);
    let error = "the document's registers are of 'SHA256', not SHA384";
    refused(&with("digest", Value::from("SHA256")), error);
    let other = sign(fields(), iana::Algorithm::ES256).to_vec().expect("CBOR");
    refused(
        &other,
        "the document is not signed with ES384 alone: its header is a10126",
    );
    let mut header = sign(fields(), iana::Algorithm::ES384);
    header.unprotected.key_id = vec![1];
    let header = header.to_vec().expect("CBOR");
    refused(
        &header,
        "the document is not signed with ES384 alone: its header is a1013822",
    );
}

#[test]
fn refuses_registers_and_certificates_that_cannot_be() {
    let pcr = |number: u32, octets: usize| Value::Map(vec![(Value::from(number), Value::Bytes(vec![0; octets]))]);
    let error = "the document has a register 4 of 32 octets";
    refused(&with("nitrotpm_pcrs", pcr(4, 32)), error);
    let error = "the document has a register 32 of 48 octets";
    refused(&with("nitrotpm_pcrs", pcr(32, 48)), error);
    refused(
        &with("nitrotpm_pcrs", Value::Map(Vec::new())),
        "the quote is of no register",
    );
    let above = |count: usize| Value::Array(vec![Value::Bytes(vec![0]); count]);
    for count in [0, 9] {
        let error = format!("the document comes with {count} certificates above its own, not 1 to 8");
        refused(&with("cabundle", above(count)), &error);
    }
    let mut fields = fields();
    fields.retain(|field| field.0 != "nitrotpm_pcrs");
    // A Nitro Enclave's document has its registers under another name.
    fields.push(("pcrs", pcr(0, 48)));
    let enclave = sign(fields, iana::Algorithm::ES384).to_vec().expect("CBOR");
    refused(
        &enclave,
        "not the document of a NitroTPM: missing field `nitrotpm_pcrs`",
    );
}
