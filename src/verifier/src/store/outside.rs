//! Subkeys that outside keepers issued: certificates of the store that no event made, each allowed by a policy of its time.

use record::Policy;
use record::results::IssuedCertificate;
use record::standing::Standing;
use x509::Certificate;

use super::Walk;
use super::events::Held;
use crate::finding::Findings;
use crate::issued::{check_issued, is_outside};
use crate::layout::{self, OutputName};
use crate::{CheckedEvent, Report, render};

/// Finds and checks them; those that passed.
pub(super) fn check(
    walk: &Walk<'_>,
    events: &[Held],
    standing: &Standing,
    report: &mut Report,
    findings: &mut Findings,
) -> Vec<IssuedCertificate> {
    let policies: Vec<&Policy> = events.iter().map(|held| in_force_after(&held.event)).collect();
    let made = |path: &str| {
        let mut all = events.iter().flat_map(|held| &held.files.certificates);
        all.any(|issued| layout::certificate(&issued.stem()) == path)
    };
    let names =
        walk.shelf
            .under("certs")
            .filter(|path| !made(path))
            .filter_map(|path| match OutputName::parse(path)? {
                OutputName::Certificate { name, number } => Some((name, number)),
                OutputName::Crl { .. } => None,
            });
    let outside = names.filter(|(name, _)| policies.iter().any(|policy| is_outside(name, policy)));
    let outside: Vec<(String, u32)> = outside.collect();
    let passed = outside
        .into_iter()
        .filter_map(|(name, number)| one(walk, &policies, standing, name, number, findings));
    let passed: Vec<IssuedCertificate> = passed.collect();
    if !passed.is_empty() {
        let count = passed.len();
        report.checked.push(format!(
            "subkeys issued by outside keepers: {count}, each by its delegate, as the policy allows"
        ));
    }
    passed
}

/// What an event that was ended early would have brought never was in force.
fn in_force_after(event: &CheckedEvent) -> &Policy {
    let adopted = event
        .record
        .adopted
        .keys()
        .any(|path| path.starts_with("policy/") && path.ends_with(".toml"));
    match adopted {
        true => event.inbound.issuing_policy(),
        false => &event.inbound.policy,
    }
}

fn one(
    walk: &Walk<'_>,
    policies: &[&Policy],
    standing: &Standing,
    name: String,
    number: u32,
    findings: &mut Findings,
) -> Option<IssuedCertificate> {
    let stem = format!("{name}-{number}");
    let path = layout::certificate(&stem);
    let der = walk.shelf.read(&path, findings)?;
    let certificate = findings.take(Certificate::parse(&der), &path, "certificate-malformed")?;
    let pem = layout::certificate_pem(&stem);
    let what = "it is not the PEM of the .der beside it";
    walk.shelf.demand(
        &pem,
        render::pem(&certificate).as_bytes(),
        "pem-differs",
        what,
        findings,
    );
    // The newest policy's word is the one that people read; an older one allowed what was issued under it.
    let mut judged = policies
        .iter()
        .rev()
        .map(|policy| check_issued(&name, &certificate, standing, policy));
    let newest = judged.next()?;
    let allowed = newest.or_else(|refused| judged.find_map(Result::ok).ok_or(refused));
    findings.take(allowed, &path, "issued-outside")?;
    Some(IssuedCertificate {
        name,
        number,
        der: der.into(),
    })
}
