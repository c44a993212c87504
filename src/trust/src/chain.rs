//! The signer's chain: to which root it leads, for the purpose, and what the revocation lists say.

use x509::{Certificate, Crl, Time, VerifiedChain, verify_chain};

use crate::anchors::{Anchor, Anchors};
use crate::file::ProofFile;
use crate::mark::is_rehearsal;
use crate::refused::Refused;
use crate::verify::Question;

/// Signer, issuers, root: checked with every list that there is.
pub(crate) fn check<'a>(
    question: &Question<'_>,
    file: &'a ProofFile,
    certificates: &'a [Certificate],
    anchor: &'a Anchor,
    anchors: &Anchors,
) -> Result<(VerifiedChain<'a>, Vec<Crl>), Refused> {
    let (signer, between) = certificates.split_first().ok_or(Refused::NotTheChain)?;
    let crls = [&file.crls[..], question.revocation.further].concat();
    let to = |root| {
        let policy = question.revocation.policy;
        verify_chain(signer, between, root, question.now, &question.purpose, &crls, policy)
    };
    // Of two roots, one taking the other's place, the error of the one that could have issued it says most.
    let mut tried = anchor.roots.iter().map(to);
    let first = tried.next().ok_or(Refused::NotTheChain)?;
    let chain = first.or_else(|error| tried.find_map(Result::ok).ok_or(error))?;
    demand_exact(&chain, certificates)?;
    demand_unmarked(&chain, anchors)?;
    demand_used(&file.crls, &chain)?;
    match chain.may_sign() {
        true => Ok((chain, crls)),
        false => Err(Refused::MayNotSign {
            subject: signer.tbs().subject().to_string(),
        }),
    }
}

/// A file has the chain and nothing beside it, so that one signature has one proof.
fn demand_exact(chain: &VerifiedChain<'_>, certificates: &[Certificate]) -> Result<(), Refused> {
    let path = chain.certificates();
    let same = path.len() == certificates.len() + 1 && path.iter().zip(certificates).all(|(one, other)| *one == other);
    same.then_some(()).ok_or(Refused::NotTheChain)
}

fn demand_unmarked(chain: &VerifiedChain<'_>, anchors: &Anchors) -> Result<(), Refused> {
    let marked = chain
        .certificates()
        .iter()
        .find(|certificate| is_rehearsal(certificate));
    match marked {
        Some(certificate) if !anchors.is_rehearsal() => Err(Refused::Rehearsal {
            subject: certificate.tbs().subject().to_string(),
        }),
        _ => Ok(()),
    }
}

/// A list of somebody else says nothing, and whoever put it there thinks that it does.
fn demand_used(crls: &[Crl], chain: &VerifiedChain<'_>) -> Result<(), Refused> {
    let issuers = &chain.certificates()[1..];
    let unused = crls.iter().find(|crl| !issuers.iter().any(|issuer| is_of(crl, issuer)));
    unused.map_or(Ok(()), |crl| {
        Err(Refused::StrangeList {
            issuer: crl.tbs().issuer().to_string(),
        })
    })
}

/// Number and date of the newest list of this issuer that counts at that time; `verify_chain` has verified it.
pub(crate) fn newest_list(crls: &[Crl], issuer: &Certificate, at: Time) -> Option<(u64, Time)> {
    let current = crls.iter().filter(|crl| is_of(crl, issuer)).map(Crl::tbs);
    let current = current.filter(|crl| crl.this_update() <= at && at < crl.next_update());
    let newest = current.max_by_key(|crl| crl.number())?;
    Some((newest.number(), newest.this_update()))
}

fn is_of(crl: &Crl, issuer: &Certificate) -> bool {
    let tbs = crl.tbs();
    tbs.issuer() == issuer.tbs().subject() && Some(tbs.authority_key_id()) == issuer.tbs().subject_key_id()
}
