//! What stands before the event, read: certificates and CRLs that the plan builds on or must keep clear of.

use std::collections::BTreeMap;

use record::plan::Inbound;
use x509::{Certificate, Crl, Name, PublicKey, TbsCertificate};

use crate::Error;

/// Certificates and CRLs that stand.
#[derive(Default)]
pub struct Standing {
    /// Every certificate ever made, by its stem.
    certificates: BTreeMap<String, Certificate>,
    /// The newest CRL of each issuer, by its stem.
    crls: BTreeMap<String, Crl>,
}

impl Standing {
    /// Reads what the plan's inputs say, and checks that it is this PKI's.
    ///
    /// # Errors
    /// A certificate or CRL that cannot be read, is there twice, or is signed by no key that stands.
    pub fn read(inbound: &Inbound) -> Result<Self, Error> {
        let read = Self::parse(inbound)?;
        read.check_signatures().map_err(|(what, why)| bad(&what, why))?;
        Ok(read)
    }

    /// The same without the signatures: for whoever looks up one key of what was read before.
    ///
    /// # Errors
    /// A certificate or CRL that cannot be read, or is there twice.
    pub fn parse(inbound: &Inbound) -> Result<Self, Error> {
        let mut read = Self::default();
        let Some(standing) = &inbound.standing else {
            return Ok(read);
        };
        for one in &standing.certificates {
            let stem = one.stem();
            let certificate = Certificate::parse(&one.der).map_err(|e| bad(&stem, e.to_string()))?;
            if read.certificates.insert(stem.clone(), certificate).is_some() {
                return Err(bad(&stem, "it is there twice".into()));
            }
        }
        for one in &standing.crls {
            let what = format!("the CRL of {}", one.issuer);
            let crl = Crl::parse(&one.der).map_err(|e| bad(&what, e.to_string()))?;
            if crl.tbs().number() != one.number || read.crls.insert(one.issuer.clone(), crl).is_some() {
                return Err(bad(&what, "it has another number, or is there twice".into()));
            }
        }
        Ok(read)
    }

    /// Each certificate and list is signed by a key that stands: what is not, nobody of this PKI made.
    fn check_signatures(&self) -> Result<(), (String, String)> {
        for (stem, one) in &self.certificates {
            let tbs = one.tbs();
            if !self.issuers(tbs.issuer()).any(|key| one.verified_by(key).is_ok()) {
                return Err((stem.clone(), "no certificate here has the key that signed it".into()));
            }
        }
        for (issuer, crl) in &self.crls {
            let key = self.certificate(issuer).map(TbsCertificate::public_key);
            if key.is_none_or(|key| crl.verified_by(key).is_err()) {
                return Err((format!("the CRL of {issuer}"), "its issuer did not sign it".into()));
            }
        }
        Ok(())
    }

    /// The keys of all certificates of this subject.
    fn issuers<'s>(&'s self, subject: &'s Name) -> impl Iterator<Item = &'s PublicKey> {
        let all = self.certificates.values().map(Certificate::tbs);
        all.filter(move |tbs| tbs.subject() == subject)
            .map(TbsCertificate::public_key)
    }

    /// The certificate of this stem.
    pub fn certificate(&self, stem: &str) -> Option<&TbsCertificate> {
        self.certificates.get(stem).map(Certificate::tbs)
    }

    /// Every certificate, with its stem.
    pub fn certificates(&self) -> impl Iterator<Item = (&str, &TbsCertificate)> {
        self.certificates.iter().map(|(stem, one)| (stem.as_str(), one.tbs()))
    }

    /// The newest CRL of this issuer.
    pub fn crl(&self, issuer: &str) -> Option<&Crl> {
        self.crls.get(issuer)
    }
}

fn bad(what: &str, why: String) -> Error {
    Error::Plan(format!("in standing.cbor, {what}: {why}"))
}
