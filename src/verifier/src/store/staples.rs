//! Staples: each certificate's transparency proof, verified as a relying party does it, offline.

use record::results::IssuedCertificate;
use tlog::{Entry, EntryType, Policy, Proof};

use super::Walk;
use super::logs::Logs;
use super::policies::Policies;
use crate::finding::Findings;
use crate::{Report, layout};

/// Checks the staples of all certificates.
pub(super) fn check(
    walk: &Walk<'_>,
    policies: &Policies,
    logs: Option<&Logs<'_>>,
    certificates: &[&IssuedCertificate],
    report: &mut Report,
    findings: &mut Findings,
) {
    let mut count = 0;
    for issued in certificates {
        let path = layout::proof(&issued.stem());
        let Some(bytes) = walk.shelf.read(&path, findings) else {
            continue;
        };
        let proof = policies.first_of(|policy| verify(&issued.der, &bytes, policy));
        let within = |proof: Proof| policies.check_frozen(proof.checkpoint().checkpoint()).map(|()| proof);
        let proof = proof.and_then(within);
        let Some(proof) = findings.take(proof, &path, "staple-bad") else {
            continue;
        };
        findings.demand(proof.extra().is_none(), &path, "staple-extra", || {
            "it carries data that nothing vouches for".into()
        });
        let checkpoint = proof.checkpoint().checkpoint();
        if let Some((_, log)) = logs.and_then(|logs| logs.of_origin(checkpoint.origin())) {
            findings.take(log.reader.check_continues(checkpoint), &path, "staple-other-log");
        }
        count += 1;
    }
    if count > 0 {
        report.checked.push(format!(
            "{}: each proves, offline, that the log has its certificate",
            crate::count(count, "staple", "staples")
        ));
    }
}

/// A proof that holds for this certificate under this policy.
pub(crate) fn verify(der: &[u8], proof: &[u8], policy: &Policy) -> Result<Proof, tlog::Error> {
    let entry = Entry::new(EntryType::Certificate, der)?;
    let proof = Proof::parse(proof)?;
    proof.verify_entry(entry.bytes(), policy)?;
    Ok(proof)
}
