//! Keys by their names, and what they sign.

use issue::derive::{Derived, assemble};
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};
use p384::pkcs8::EncodePublicKey as _;
use record::results::Results;
use record::sshsig::{self, SshKey, namespace};
use record::{Bundle, Digest};

use verifier::layout::{Log, Series};

use super::Left;

/// The signature of a key over what is derived, put to it.
pub fn signed(planned: &Derived, key: &str) -> Vec<u8> {
    let signature: Signature = private(key).sign(planned.bytes());
    assemble(planned, &public(key), &signature.to_bytes()).unwrap()
}

/// The console's signature over the results, by its key of that name.
pub fn console(left: &Left, event: String, name: &str) -> String {
    let results = Results {
        event,
        plan: left.plan.as_slice().into(),
        record: left.record.as_slice().into(),
        journal: left.journal.as_slice().into(),
        certificates: left.certificates.clone(),
        crls: left.crls.clone(),
    };
    let bytes = Bundle::new(true, results).encode().unwrap();
    let key = SshKey::from_p384_spki(public(name).spki_der()).unwrap();
    let raw: Signature = private(name).sign(&sshsig::to_be_signed(namespace::BUNDLE, &bytes));
    sshsig::assemble_p384(
        &key,
        namespace::BUNDLE,
        &bytes,
        raw.to_bytes().as_slice().try_into().unwrap(),
    )
    .unwrap()
}

/// The key of the log of signatures.
pub fn sig_key() -> tlog::Signer {
    key_of(Log::SIGNATURES)
}

/// The log's key.
pub fn log_key() -> tlog::Signer {
    key_of(Log::MAIN)
}

/// The key of one of the logs.
pub fn key_of(log: Log) -> tlog::Signer {
    let first = match log.series {
        Series::Main => 77,
        Series::Signatures => 8,
    };
    let seed = [first + u8::try_from(log.number - 1).unwrap(); 32];
    tlog::Signer::new(&log.origin(true), zeroize::Zeroizing::new(seed)).unwrap()
}

pub fn private(name: &str) -> SigningKey {
    let half = |n: u8| Digest::of(format!("{n} {name}").as_bytes()).0;
    SigningKey::from_slice(&[&half(1)[..], &half(2)[..16]].concat()).unwrap()
}

pub fn public(name: &str) -> x509::PublicKey {
    x509::PublicKey::from_spki_der(private(name).verifying_key().to_public_key_der().unwrap().as_bytes()).unwrap()
}
