//! Chains: from a leaf to the one root that is trusted.

mod error;
mod path;
mod revocation;

pub use error::ChainError;

use crate::{Certificate, Crl, KeyUsage, Oid, Time};
use path::Path;

/// Whether an issuer may be without a CRL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrlPolicy {
    /// Each issuer of the chain has a current CRL among those given.
    Required,
    /// An issuer without any CRL passes; one that is given counts.
    IfPresent,
}

/// A chain that holds: leaf first, root last.
#[derive(Clone, Debug)]
pub struct VerifiedChain<'a> {
    certificates: Vec<&'a Certificate>,
}

impl<'a> VerifiedChain<'a> {
    /// The certificates, leaf first, root last.
    pub fn certificates(&self) -> &[&'a Certificate] {
        &self.certificates
    }

    /// The leaf.
    pub fn leaf(&self) -> &'a Certificate {
        self.certificates[0]
    }

    /// Whether the leaf's key may sign something other than certificates and CRLs.
    pub fn may_sign(&self) -> bool {
        self.leaf().tbs().allows(KeyUsage::DIGITAL_SIGNATURE)
    }
}

/// Follows the leaf to the root, and checks everything on the way at one point in time.
///
/// `intermediates` may hold certificates that the chain does not need. The leaf's extendedKeyUsage must hold `purpose`,
/// and so must that of each CA that has one. The leaf may be a CA itself: ask `may_sign` before taking its signatures.
pub fn verify_chain<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    root: &'a Certificate,
    at: Time,
    purpose: &Oid,
    crls: &[Crl],
    crl_policy: CrlPolicy,
) -> Result<VerifiedChain<'a>, ChainError> {
    let mut search = Search {
        intermediates,
        root,
        steps: 0,
        first_error: None,
    };
    let check = |certificates: &[&Certificate]| {
        Path {
            certificates,
            at,
            purpose,
            crls,
            crl_policy,
        }
        .check()
    };
    let certificates = search.extend(&[leaf], &check);
    match (certificates, search.first_error) {
        (Some(certificates), _) => Ok(VerifiedChain { certificates }),
        (None, Some(error)) => Err(error),
        (None, None) => Err(no_issuer(leaf)),
    }
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    root: &'a Certificate,
    steps: usize,
    first_error: Option<ChainError>,
}

type Check<'c> = dyn Fn(&[&Certificate]) -> Result<(), ChainError> + 'c;

impl<'a> Search<'a> {
    /// The first extension of `chain` to the root that passes, depth first, root before intermediates.
    fn extend(&mut self, chain: &[&'a Certificate], check: &Check<'_>) -> Option<Vec<&'a Certificate>> {
        let last = chain[chain.len() - 1];
        if issues(self.root, last) && self.step() {
            let whole = [chain, &[self.root]].concat();
            match check(&whole) {
                Ok(()) => return Some(whole),
                Err(error) => drop(self.first_error.get_or_insert(error)),
            }
        }
        let mut ended = true;
        for next in self.intermediates.iter().filter(|next| issues(next, last)) {
            if chain.len() <= MAX_INTERMEDIATES && !chain.contains(&next) && self.step() {
                ended = false;
                if let Some(found) = self.extend(&[chain, &[next]].concat(), check) {
                    return Some(found);
                }
            }
        }
        if ended && !issues(self.root, last) {
            self.first_error.get_or_insert(no_issuer(last));
        }
        None
    }

    fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps <= MAX_STEPS
    }
}

/// Whether one names itself the other's issuer, by name and key identifier.
fn issues(issuer: &Certificate, subject: &Certificate) -> bool {
    let (issuer, subject) = (issuer.tbs(), subject.tbs());
    issuer.subject() == subject.issuer()
        && issuer.subject_key_id().is_some()
        && issuer.subject_key_id() == subject.authority_key_id()
}

fn no_issuer(certificate: &Certificate) -> ChainError {
    let tbs = certificate.tbs();
    ChainError::NoIssuer {
        subject: tbs.subject().clone(),
        issuer: tbs.issuer().clone(),
    }
}

/// Root, delegate, subkey and a cross-certificate need three.
const MAX_INTERMEDIATES: usize = 5;
/// A bound on the work that a heap of look-alike certificates can cause.
const MAX_STEPS: usize = 64;
