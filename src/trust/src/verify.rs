//! The one call.

use x509::{Certificate, Crl, CrlPolicy, Oid, Time, VerifiedChain};

use crate::anchors::{Anchor, Anchors};
use crate::artifact::Artifact;
use crate::chain;
use crate::file::ProofFile;
use crate::proofs::Logs;
use crate::refused::Refused;
use crate::verified::{Link, Place, Verified};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The file.
    pub artifact: Artifact,
    /// What it must be signed for.
    pub purpose: Oid,
    /// The clock: signer, issuers and root must be valid at this time.
    pub now: Time,
    /// What is known of revocations.
    pub revocation: RevocationLists<'q>,
}

/// What is known of revocations.
#[derive(Clone, Copy, Debug)]
pub struct RevocationLists<'q> {
    /// Whether each issuer must have a current list, in the proof file or here.
    pub policy: CrlPolicy,
    /// Lists that the caller has, beside those in the proof file. Those of others are passed over.
    pub further: &'q [Crl],
}

/// Whether a file is signed for a purpose: by a signer who may, under a root that is trusted for it, not revoked as far as
/// the lists say, with certificates and signature in the logs that are believed.
///
/// # Errors
/// The first thing that is wrong. Nothing is ever half right.
pub fn verify(question: &Question<'_>, proof: &[u8], anchors: &Anchors) -> Result<Verified, Refused> {
    let file = ProofFile::parse(proof)?;
    let purpose = question.purpose;
    let anchor = anchors.of(&purpose).ok_or(Refused::UnknownPurpose { purpose })?;
    let certificates: Vec<Certificate> = file.certificates.iter().map(|one| one.item.clone()).collect();
    let (chain, crls) = chain::check(question, &file, &certificates, anchor, anchors)?;
    let signature = &file.signature.item;
    let hash = signature.hash_of(&question.artifact);
    signature.verify(&hash, chain.leaf().tbs().public_key())?;
    let logs = anchor.log_policy.as_ref().map(|policy| Logs {
        anchor,
        anchors,
        policy,
    });
    let logged = logs
        .as_ref()
        .map(|logs| logs.signature(&file, hash, question.now))
        .transpose()?;
    let links = links(&file, &chain, &crls, logs.as_ref(), question.now)?;
    Ok(verified(question, anchor, &chain, logged, links))
}

/// Each certificate with its place in the log and the list that does not revoke it.
fn links(
    file: &ProofFile,
    chain: &VerifiedChain<'_>,
    crls: &[Crl],
    logs: Option<&Logs<'_>>,
    now: Time,
) -> Result<Vec<Link>, Refused> {
    let pairs = file.certificates.iter().zip(&chain.certificates()[1..]);
    let link = |(one, issuer): (&crate::Logged<Certificate>, &&Certificate)| {
        let place = logs.map(|logs| logs.certificate(&one.item, one.proof.as_ref()));
        Ok(Link {
            subject: one.item.tbs().subject().clone(),
            place: place.transpose()?,
            not_revoked_by: chain::newest_list(crls, issuer, now),
        })
    };
    pairs.map(link).collect()
}

fn verified(
    question: &Question<'_>,
    anchor: &Anchor,
    chain: &VerifiedChain<'_>,
    logged: Option<(Place, Time)>,
    links: Vec<Link>,
) -> Verified {
    let path = chain.certificates();
    let (place, made) = logged.unzip();
    Verified {
        realm: anchor.realm.clone(),
        purpose: question.purpose,
        signer: chain.leaf().tbs().subject().clone(),
        signer_fingerprint: chain.leaf().fingerprint(),
        root_fingerprint: path[path.len() - 1].fingerprint(),
        made,
        place,
        chain: links,
    }
}
