//! One chain of certificates, checked from the leaf up.

use super::{ChainError, CrlPolicy, revocation};
use crate::{Certificate, Crl, Extension, KeyUsage, Oid, TbsCertificate, Time, oid};

pub(super) struct Path<'p> {
    /// Leaf first, root last; each names the next as its issuer.
    pub certificates: &'p [&'p Certificate],
    pub at: Time,
    pub purpose: &'p Oid,
    pub crls: &'p [Crl],
    pub crl_policy: CrlPolicy,
}

impl Path<'_> {
    pub fn check(&self) -> Result<(), ChainError> {
        let root = self.certificates[self.certificates.len() - 1];
        check_root(root)?;
        for pair in self.certificates.windows(2) {
            check_signature(pair[0], pair[1])?;
            check_end(pair[0].tbs(), pair[1].tbs())?;
        }
        for certificate in self.certificates {
            check_dates(certificate.tbs(), self.at)?;
            check_extensions(certificate.tbs())?;
        }
        self.check_leaf()?;
        for (depth, issuer) in self.certificates.iter().enumerate().skip(1) {
            self.check_issuer(issuer.tbs(), &self.certificates[1..depth])?;
        }
        for pair in self.certificates.windows(2) {
            revocation::check(pair[0].tbs(), pair[1].tbs(), self.at, self.crls, self.crl_policy)?;
        }
        Ok(())
    }

    fn check_leaf(&self) -> Result<(), ChainError> {
        let leaf = self.certificates[0].tbs();
        // A CA at the end of a chain may be there to issue only; everybody else is there to sign.
        if !leaf.is_ca() {
            demand(leaf, KeyUsage::DIGITAL_SIGNATURE)?;
        }
        match leaf.ekus() {
            Some((ekus, _)) if ekus.contains(self.purpose) => Ok(()),
            _ => Err(self.no_purpose(leaf)),
        }
    }

    fn check_issuer(&self, issuer: &TbsCertificate, beneath: &[&Certificate]) -> Result<(), ChainError> {
        let constraints = issuer
            .basic_constraints()
            .filter(|constraints| constraints.ca && constraints.critical);
        let constraints = constraints.ok_or_else(|| ChainError::NotACa {
            subject: issuer.subject().clone(),
        })?;
        // RFC 5280 section 4.2.1.9: self-issued certificates do not count.
        let found = beneath
            .iter()
            .filter(|ca| ca.tbs().subject() != ca.tbs().issuer())
            .count();
        match constraints.path_len {
            Some(path_len) if found > usize::from(path_len) => {
                return Err(ChainError::PathTooLong {
                    subject: issuer.subject().clone(),
                    path_len,
                    found,
                });
            }
            _ => {}
        }
        demand(issuer, KeyUsage::KEY_CERT_SIGN)?;
        match issuer.ekus() {
            Some((ekus, _)) if !ekus.contains(self.purpose) => Err(self.no_purpose(issuer)),
            _ => Ok(()),
        }
    }

    fn no_purpose(&self, tbs: &TbsCertificate) -> ChainError {
        ChainError::Purpose {
            subject: tbs.subject().clone(),
            purpose: *self.purpose,
        }
    }
}

fn check_root(root: &Certificate) -> Result<(), ChainError> {
    let tbs = root.tbs();
    let own = tbs.subject() == tbs.issuer() && root.verified_by(tbs.public_key()).is_ok();
    if own {
        Ok(())
    } else {
        Err(ChainError::NotARoot {
            subject: tbs.subject().clone(),
        })
    }
}

fn check_signature(certificate: &Certificate, issuer: &Certificate) -> Result<(), ChainError> {
    let (tbs, issuer) = (certificate.tbs(), issuer.tbs());
    // Were the identifier free to choose, two keys of one name could share it.
    if issuer.subject_key_id() != Some(&issuer.public_key().key_id()) {
        return Err(ChainError::KeyId {
            subject: issuer.subject().clone(),
        });
    }
    let signature = |error| ChainError::Signature {
        subject: tbs.subject().clone(),
        issuer: issuer.subject().clone(),
        error,
    };
    certificate.verified_by(issuer.public_key()).map_err(signature)
}

/// Nobody issues beyond their own end. A cross-certificate, alone of all in having room for a delegate and its subkeys, has
/// issued nothing itself: it ends with the older of two roots, and what is beneath it with the newer one.
fn check_end(tbs: &TbsCertificate, issuer: &TbsCertificate) -> Result<(), ChainError> {
    let is_cross = issuer
        .basic_constraints()
        .is_some_and(|found| found.path_len == Some(1));
    if is_cross || tbs.not_after() <= issuer.not_after() {
        return Ok(());
    }
    let subject = tbs.subject().clone();
    Err(ChainError::OutlivesIssuer {
        subject,
        not_after: tbs.not_after(),
        issuer_not_after: issuer.not_after(),
    })
}

fn check_dates(tbs: &TbsCertificate, at: Time) -> Result<(), ChainError> {
    let subject = || tbs.subject().clone();
    if at < tbs.not_before() {
        return Err(ChainError::NotYetValid {
            subject: subject(),
            not_before: tbs.not_before(),
            at,
        });
    }
    if at > tbs.not_after() {
        return Err(ChainError::Expired {
            subject: subject(),
            not_after: tbs.not_after(),
            at,
        });
    }
    Ok(())
}

fn check_extensions(tbs: &TbsCertificate) -> Result<(), ChainError> {
    let refused = |extension: &&Extension| {
        NOT_APPLIED.contains(&extension.oid) || extension.critical && !APPLIED.contains(&extension.oid)
    };
    match tbs.extensions().iter().find(refused) {
        Some(extension) => Err(ChainError::UnknownExtension {
            subject: tbs.subject().clone(),
            oid: extension.oid,
        }),
        None => Ok(()),
    }
}

pub(super) fn demand(tbs: &TbsCertificate, usage: KeyUsage) -> Result<(), ChainError> {
    if tbs.allows(usage) {
        Ok(())
    } else {
        Err(ChainError::KeyUsage {
            subject: tbs.subject().clone(),
            missing: usage,
        })
    }
}

/// May be critical: this verifier applies them.
const APPLIED: [Oid; 4] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
];
/// Limits that this PKI does not use and this verifier does not apply: refused even where not critical.
const NOT_APPLIED: [Oid; 4] = [
    oid::NAME_CONSTRAINTS,
    oid::POLICY_MAPPINGS,
    oid::POLICY_CONSTRAINTS,
    oid::INHIBIT_ANY_POLICY,
];
