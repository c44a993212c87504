//! rustls-webpki as the judge of a chain and its purpose, with P-384 lent to it: it brings no cryptography.

use std::time::SystemTime;

use p384::ecdsa::signature::Verifier;
use pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use webpki::{
    BorrowedCertRevocationList, EndEntityCert, KeyUsage, RevocationCheckDepth, RevocationOptionsBuilder,
    UnknownStatusPolicy, anchor_from_trusted_cert,
};

/// A chain to be judged, all DER.
pub struct Chain<'a> {
    pub leaf: &'a [u8],
    pub delegate: &'a [u8],
    pub root: &'a [u8],
    pub crl: &'a [u8],
}

impl Chain<'_> {
    /// Whether it is good for this purpose now, by dates, purposes and the root's revocation list.
    pub fn is_good_for(&self, purpose: &str) -> Result<(), webpki::Error> {
        let root = CertificateDer::from(self.root);
        let anchors = [anchor_from_trusted_cert(&root)?];
        let list = BorrowedCertRevocationList::from_der(self.crl)?.into();
        let lists = [&list];
        // The list covers delegates; a keeper outside publishes its own.
        let revocation = RevocationOptionsBuilder::new(&lists)
            .expect("there is a list")
            .with_depth(RevocationCheckDepth::Chain)
            .with_status_policy(UnknownStatusPolicy::Allow)
            .build();
        let leaf = CertificateDer::from(self.leaf);
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970");
        EndEntityCert::try_from(&leaf)?
            .verify_for_usage(
                &[&P384],
                &anchors,
                &[CertificateDer::from(self.delegate)],
                UnixTime::since_unix_epoch(now),
                KeyUsage::required(oid(purpose).leak()),
                Some(revocation),
                None,
            )
            .map(drop)
    }
}

/// The content octets of an object identifier (X.690 section 8.19).
fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u32> = dotted
        .split('.')
        .map(|number| number.parse().expect("a number"))
        .collect();
    let (first, rest) = (numbers[0] * 40 + numbers[1], &numbers[2..]);
    let mut octets = Vec::new();
    for number in [first].iter().chain(rest) {
        let groups = (0..5)
            .rev()
            .map(|n| (number >> (7 * n)) as u8 & 0x7f)
            .skip_while(|group| *group == 0);
        let groups: Vec<u8> = groups.collect();
        let last = groups.len().saturating_sub(1);
        octets.extend(
            groups
                .iter()
                .enumerate()
                .map(|(n, group)| if n == last { *group } else { group | 0x80 }),
        );
    }
    octets
}

#[derive(Debug)]
struct P384;

impl SignatureVerificationAlgorithm for P384 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
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
