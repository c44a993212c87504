//! Chains: as of the event, whatever was issued led to its root, for its purposes, and was not revoked; and what two roots
//! say of each other is the same, both ways.

use std::collections::BTreeMap;

use issue::derive::{Derived, x509_time};
use x509::{Certificate, Crl, CrlPolicy, Oid, Time};

use super::Case;
use super::outputs::Outputs;
use crate::finding::Findings;

/// Checks all certificates of an event; says what was checked of cross-certificates.
pub(super) fn check(
    case: &Case<'_>,
    derived: &[Derived],
    outputs: &Outputs,
    findings: &mut Findings,
) -> Option<String> {
    let known = Known::of(case, outputs, findings)?;
    for (certificate, file) in outputs.certificates.iter().zip(&outputs.files) {
        let issuer = derived.iter().find(|planned| planned.file == *file);
        if let Some(issuer) = issuer.map(|planned| planned.issuer.as_str())
            && !is_own(certificate)
        {
            known.check(certificate, issuer, file, findings);
        }
    }
    None
}

/// Everything that a chain can go through, as of the event.
struct Known {
    /// By stem: those that stood, and those that the event made.
    certificates: BTreeMap<String, Certificate>,
    /// The newest of each issuer.
    crls: Vec<Crl>,
    at: Time,
    /// Whether each issuer must have a list.
    lists: CrlPolicy,
}

impl Known {
    fn of(case: &Case<'_>, outputs: &Outputs, findings: &mut Findings) -> Option<Self> {
        let (mut certificates, mut crls) = (BTreeMap::new(), outputs.crls.clone());
        let file = case.plan_file();
        if let Some(standing) = &case.inbound.standing {
            for one in &standing.certificates {
                let read = findings.take(Certificate::parse(&one.der), &file, "standing-unreadable")?;
                certificates.insert(one.stem(), read);
            }
            for one in &standing.crls {
                let read = findings.take(Crl::parse(&one.der), &file, "standing-unreadable")?;
                let same = |other: &Crl| {
                    let (other, own) = (other.tbs(), read.tbs());
                    other.issuer() == own.issuer() && other.authority_key_id() == own.authority_key_id()
                };
                if !outputs.crls.iter().any(same) {
                    crls.push(read);
                }
            }
        }
        let made = outputs.files.iter().zip(&outputs.certificates);
        certificates.extend(made.filter_map(|(file, one)| Some((stem(file)?.to_owned(), one.clone()))));
        Some(Self {
            certificates,
            crls,
            at: x509_time(case.record.ended),
            // Where the event ended early, the list of the issuer may not have been signed.
            lists: match case.aborted() {
                true => CrlPolicy::IfPresent,
                false => CrlPolicy::Required,
            },
        })
    }

    /// A certificate leads to the root of its issuer, for each of its purposes.
    fn check(&self, certificate: &Certificate, issuer: &str, file: &str, findings: &mut Findings) {
        let Some((root, between)) = self.path(issuer) else {
            return findings.add(file, "chain", format!("its issuer {issuer} leads to no root"));
        };
        let purposes = certificate.tbs().ekus().map_or(&[][..], |(purposes, _)| purposes);
        findings.demand(!purposes.is_empty(), file, "no-purpose", || {
            "it is for no purpose".into()
        });
        for purpose in purposes {
            findings.take(self.chain(certificate, &between, root, purpose), file, "chain");
        }
    }

    fn chain(
        &self,
        certificate: &Certificate,
        between: &[Certificate],
        root: &Certificate,
        purpose: &Oid,
    ) -> Result<(), String> {
        let crls = self.lists;
        x509::verify_chain(certificate, between, root, self.at, purpose, &self.crls, crls)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// From an issuer up to its root, with what is between them.
    fn path(&self, issuer: &str) -> Option<(&Certificate, Vec<Certificate>)> {
        let (mut between, mut last) = (Vec::new(), self.certificates.get(issuer)?);
        while !is_own(last) && between.len() < MOST_BETWEEN {
            between.push(last.clone());
            let above = |one: &&Certificate| {
                let (one, last) = (one.tbs(), last.tbs());
                one.subject() == last.issuer() && one.subject_key_id() == last.authority_key_id()
            };
            let mut all = self.certificates.values().filter(above);
            last = all.find(|one| is_own(one))?;
        }
        is_own(last).then_some((last, between))
    }
}

fn is_own(certificate: &Certificate) -> bool {
    certificate.tbs().issuer() == certificate.tbs().subject()
}

fn stem(file: &str) -> Option<&str> {
    file.strip_prefix("certs/")?.strip_suffix(".der")
}

/// A delegate is between a subkey and the root, and nothing else ever is.
const MOST_BETWEEN: usize = 1;
