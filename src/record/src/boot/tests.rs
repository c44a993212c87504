//! Quotes that a TPM made, documents as a NitroTPM's, and what must not pass for either.
//!
//! tests/vectors/boot/README.md says how its files were made.

mod hostile;
mod nitro;
mod tpm2;

use super::*;
use crate::Digest;
use crate::messages::{ImageManifest, NitroPcr};

/// The session of all vectors.
const SESSION: [u8; 16] = [0x5e; 16];

/// The nonces of all vectors.
fn nonces() -> Vec<Nonce> {
    (1..=3).map(|n| nonce(&format!("member-{n}"), n)).collect()
}

fn nonce(member: &str, octet: u8) -> Nonce {
    Nonce {
        member: member.into(),
        nonce: Bytes(vec![octet; 16]),
    }
}

const RSA: &[u8] = include_bytes!("../../../../tests/vectors/boot/accept/rsa.cbor");
const ECC: &[u8] = include_bytes!("../../../../tests/vectors/boot/accept/ecc.cbor");

/// The parts of a TPM's quote, to be changed.
#[derive(Clone)]
struct Parts {
    attest: Bytes,
    signature: Bytes,
    key: Bytes,
    pcrs: Vec<Pcr>,
    nonces: Vec<Nonce>,
}

impl Parts {
    fn of(quote: &[u8]) -> Self {
        match cbor::decode(quote).expect("a quote") {
            Evidence::Tpm2 {
                attest,
                signature,
                key,
                pcrs,
                nonces,
            } => Self {
                attest,
                signature,
                key,
                pcrs,
                nonces,
            },
            Evidence::Nitro { .. } => panic!("a NitroTPM's"),
        }
    }

    fn check(self) -> Result<Quoted, QuoteError> {
        let Self {
            attest,
            signature,
            key,
            pcrs,
            nonces,
        } = self;
        let evidence = Evidence::Tpm2 {
            attest,
            signature,
            key,
            pcrs,
            nonces,
        };
        check(&cbor::encode(&evidence).expect("CBOR"), &SESSION)
    }
}

/// A quote with one thing changed is refused with these words.
#[track_caller]
fn refused(quote: &[u8], change: impl FnOnce(&mut Parts), error: &str) {
    let mut parts = Parts::of(quote);
    change(&mut parts);
    assert_eq!(parts.check().expect_err("changed").to_string(), error);
}

fn manifest(pcrs: Vec<Pcr>, nitro_pcrs: Vec<NitroPcr>) -> ImageManifest {
    ImageManifest {
        name: "console".into(),
        size: 1,
        sha256: Digest::of(b"image"),
        partitions: Vec::new(),
        verity_root: None,
        uki: None,
        pcrs,
        nitro_pcrs,
        engine: Digest::of(b"engine"),
        revision: None,
        lock: None,
        sbom: None,
    }
}
