//! A keeper outside, who holds the release key and issues subkeys with it.

use issue::CertificateSpec;
use issue::derive::x509_time;
use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::Time;
use x509::{Certificate, KeyUsage, Name, Oid, TbsCertificate};

use super::event::{private, public};
use super::history::{History, day};

/// What the keeper issues; each part open to be changed.
pub struct Subkey {
    pub subject: String,
    pub serial: u64,
    /// The name of its key.
    pub key: &'static str,
    /// The name of the delegate's key, and its certificate.
    pub issuer: (&'static str, &'static str),
    pub from: Time,
    pub days: u64,
}

impl Subkey {
    /// One for code signing, as the policy allows it.
    pub fn good(number: u32) -> Self {
        Self {
            subject: format!("CN=Rust Rehearsal Code Signing code-signing {number}, O=Rust Project - REHEARSAL"),
            serial: 0x6100_0000_0000_0000 + u64::from(number),
            key: "code signing",
            issuer: ("release", "release-1"),
            from: day(350),
            days: 300,
        }
    }

    /// Signs it.
    pub fn issue(&self, history: &History) -> Certificate {
        let issuer = history.certificate(self.issuer.1);
        let spec = CertificateSpec {
            serial: self.serial.to_be_bytes().to_vec(),
            issuer: issuer.tbs().subject().clone(),
            subject: Name::parse(&self.subject).unwrap(),
            not_before: x509_time(self.from),
            not_after: x509_time(self.from.plus(self.days * 86_400)),
            subject_key: public(self.key),
            issuer_key: public(self.issuer.0),
            ca: None,
            key_usage: KeyUsage::DIGITAL_SIGNATURE,
            purposes: vec![Oid::parse(&format!("{}.1.6", history.policy().arc)).unwrap()],
            uris: Vec::new(),
            extra: Vec::new(),
        };
        let tbs = issue::first_certificate(&spec).unwrap();
        let signature: Signature = private(self.issuer.0).sign(&tbs);
        let signature = x509::ecdsa_der_from_raw(&signature.to_bytes()).unwrap();
        Certificate::assemble(TbsCertificate::parse(&tbs).unwrap(), &signature, &public(self.issuer.0)).unwrap()
    }
}
