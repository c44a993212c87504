//! Delegates that are new, and delegates that take another's place: which is which, and what becomes of the old one.

use super::certificates::issued;
use crate::plan::{Inbound, Kind, Replaces, Step};
use crate::text;

/// Checks what is issued against what stands.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let Some(standing) = &inbound.standing else {
        return no_replacement(inbound);
    };
    match inbound.plan.deed() {
        Kind::DelegateIssuance => {
            let known = issued(inbound).find(|(name, _)| standing.newest(name).is_some());
            if let Some((name, _)) = known {
                return Err(format!(
                    "'{name}' has a certificate already: it is replaced, not issued"
                ));
            }
            no_replacement(inbound)
        }
        Kind::DelegateReplacement => inbound
            .plan
            .step
            .iter()
            .try_for_each(|step| replaces_one(inbound, step)),
        _ => no_replacement(inbound),
    }
}

fn no_replacement(inbound: &Inbound) -> Result<(), String> {
    let replaces = |step: &&Step| matches!(step, Step::IssueCertificate { replaces: Some(_), .. });
    match inbound.plan.step.iter().find(replaces) {
        Some(step) => Err(format!(
            "the step '{}' replaces a certificate in a '{}'",
            step.id(),
            inbound.plan.deed()
        )),
        None => Ok(()),
    }
}

/// A replacement says which certificate it is for, and until when both are in use: revoked now, or left to end.
fn replaces_one(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let Step::IssueCertificate {
        name, number, replaces, ..
    } = step
    else {
        return Ok(());
    };
    let Some(Replaces { certificate, until }) = replaces else {
        return Err(format!(
            "{name}-{number} does not say what it replaces, and until when both are in use"
        ));
    };
    let newest = inbound.standing.as_ref().and_then(|standing| standing.newest(name));
    if newest.map(|newest| newest.stem()).as_ref() != Some(certificate) {
        return Err(format!(
            "{name}-{number} replaces '{}', which is not the newest of its name",
            text::plain(certificate, 63)
        ));
    }
    let revoked = inbound.plan.step.iter().any(|step| match step {
        Step::IssueCrl(list) => list
            .revoked
            .iter()
            .any(|entry| entry.certificate.as_ref() == Some(certificate)),
        _ => false,
    });
    match revoked == (*until <= inbound.plan.closes) {
        true => Ok(()),
        false => Err(format!(
            "{certificate} is in use until {until}, so it is {}revoked in this event",
            if revoked { "not " } else { "" }
        )),
    }
}
