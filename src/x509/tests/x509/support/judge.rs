//! rustls-webpki as the second judge of chains, with our two algorithms lent to it.

use pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use std::time::Duration;
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, KeyUsage, RevocationOptionsBuilder,
    anchor_from_trusted_cert,
};
use x509::{Certificate, Crl, Oid, Time};

/// Whether webpki takes the chain, and its words if not.
pub fn accepts(
    leaf: &Certificate,
    intermediates: &[Certificate],
    root: &Certificate,
    at: Time,
    purpose: &Oid,
    crls: &[Crl],
) -> Result<(), String> {
    let own = |certificate: &Certificate| CertificateDer::from(certificate.der().to_vec());
    let (leaf, root, intermediates) = (own(leaf), own(root), intermediates.iter().map(own).collect::<Vec<_>>());
    let anchor = anchor_from_trusted_cert(&root).map_err(|error| format!("{error:?}"))?;
    let crls: Vec<CertRevocationList<'_>> = crls
        .iter()
        .map(|crl| BorrowedCertRevocationList::from_der(crl.der()).unwrap().into())
        .collect();
    let crls: Vec<_> = crls.iter().collect();
    let revocation = RevocationOptionsBuilder::new(&crls).ok().map(|options| {
        options
            .with_expiration_policy(webpki::ExpirationPolicy::Enforce)
            .build()
    });
    let at = UnixTime::since_unix_epoch(Duration::from_secs(at.0 as u64));
    let leaf = EndEntityCert::try_from(&leaf).map_err(|error| format!("{error:?}"))?;
    let anchors = [anchor];
    // webpki wants a purpose that lives for ever.
    let purpose: &'static [u8] = purpose.value().to_vec().leak();
    let verified = leaf.verify_for_usage(
        &[&P384, &Ed25519],
        &anchors,
        &intermediates,
        at,
        KeyUsage::required(purpose),
        revocation,
        None,
    );
    verified.map(drop).map_err(|error| format!("{error:?}"))
}

#[derive(Debug)]
struct P384;

impl SignatureVerificationAlgorithm for P384 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        use signature::Verifier;
        let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| InvalidSignature)?;
        let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P384
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA384
    }
}

#[derive(Debug)]
struct Ed25519;

impl SignatureVerificationAlgorithm for Ed25519 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = key.try_into().map_err(|_| InvalidSignature)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| InvalidSignature)?;
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
        key.verify_strict(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }
}
