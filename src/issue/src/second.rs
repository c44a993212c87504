//! The second builder: writes the same with rcgen, so that a mistake of the first does not go unseen.
//!
//! It shares nothing with the first but the specification: names, keys and key identifiers are encoded anew.

mod convert;

use std::cell::RefCell;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, ExtendedKeyUsagePurpose, IsCa, Issuer,
    PublicKeyData, SignatureAlgorithm, SigningKey,
};
use x509::{Algorithm, Name, PublicKey};

use crate::error::Error;
use crate::spec::{CertificateSpec, CrlSpec};
use convert::{cannot, custom, key_id, key_usages, name, revoked, time, uri_name};

/// The DER bytes of the TBSCertificate.
///
/// # Errors
/// `Error::Unbuildable` with the field that rcgen cannot write.
pub fn certificate(spec: &CertificateSpec) -> Result<Vec<u8>, Error> {
    let issuer = issuer(&spec.issuer, &spec.issuer_key)?;
    params(spec)?
        .signed_by(&Capturing::new(&spec.subject_key), &issuer)
        .map_err(cannot("certificate"))?;
    Ok(issuer.key().captured())
}

/// The DER bytes of the TBSCertList.
///
/// # Errors
/// `Error::Unbuildable` with the field that rcgen cannot write.
pub fn crl(spec: &CrlSpec) -> Result<Vec<u8>, Error> {
    let issuer = issuer(&spec.issuer, &spec.issuer_key)?;
    let revoked_certs: Result<_, _> = spec.entries.iter().map(revoked).collect();
    let params = CertificateRevocationListParams {
        this_update: time("thisUpdate", spec.this_update)?,
        next_update: time("nextUpdate", spec.next_update)?,
        crl_number: spec.number.into(),
        issuing_distribution_point: None,
        revoked_certs: revoked_certs?,
        // rcgen takes the CRL's authority key from here, and not from the issuer.
        key_identifier_method: key_id(&spec.issuer_key),
    };
    params.signed_by(&issuer).map_err(cannot("CRL"))?;
    Ok(issuer.key().captured())
}

/// A key that cannot sign: it keeps what it was asked to sign, and answers with an empty signature.
struct Capturing<'a> {
    key: &'a PublicKey,
    message: RefCell<Vec<u8>>,
}

impl<'a> Capturing<'a> {
    fn new(key: &'a PublicKey) -> Self {
        Capturing {
            key,
            message: RefCell::default(),
        }
    }

    fn captured(&self) -> Vec<u8> {
        self.message.take()
    }
}

impl PublicKeyData for Capturing<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.key.point()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.key.algorithm() {
            Algorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
        }
    }
}

impl SigningKey for Capturing<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.message.replace(message.to_vec());
        Ok(Vec::new())
    }
}

fn issuer<'a>(issuer: &Name, key: &'a PublicKey) -> Result<Issuer<'static, Capturing<'a>>, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("issuer", issuer)?;
    params.key_identifier_method = key_id(key);
    Ok(Issuer::new(params, Capturing::new(key)))
}

fn params(spec: &CertificateSpec) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.serial_number = Some(spec.serial.clone().into());
    params.distinguished_name = name("subject", &spec.subject)?;
    params.not_before = time("notBefore", spec.not_before)?;
    params.not_after = time("notAfter", spec.not_after)?;
    params.is_ca = match spec.ca.map(|ca| ca.path_len) {
        // Not NoCa, which leaves out the subject key identifier as well.
        None => IsCa::ExplicitNoCa,
        Some(None) => IsCa::Ca(BasicConstraints::Unconstrained),
        Some(Some(path_len)) => IsCa::Ca(BasicConstraints::Constrained(path_len)),
    };
    params.key_usages = key_usages(spec.key_usage);
    let purposes = spec.purposes.iter();
    params.extended_key_usages = purposes
        .map(|purpose| ExtendedKeyUsagePurpose::Other(purpose.arcs()))
        .collect();
    let uris: Result<_, _> = spec.uris.iter().map(|uri| uri_name(uri)).collect();
    params.subject_alt_names = uris?;
    params.custom_extensions = spec.extra.iter().map(custom).collect();
    params.use_authority_key_identifier_extension = true;
    params.key_identifier_method = key_id(&spec.subject_key);
    Ok(params)
}
