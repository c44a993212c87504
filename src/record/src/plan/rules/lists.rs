//! CRLs: of keys that issue, each the one after that which stands, and lasting beyond the event.

use super::certificates::{begins_with_the_event, issues};
use crate::plan::{Inbound, Kind, PlannedCrl, Step};

/// Checks a CRL.
pub fn check(inbound: &Inbound, list: &PlannedCrl) -> Result<(), String> {
    let (issuer, number) = (&list.issuer, list.number);
    if !issues(inbound, issuer) {
        return Err(format!("{issuer} issues no certificates, so it has no CRL"));
    }
    let standing = inbound.standing.as_ref().and_then(|standing| standing.crl(issuer));
    let next = standing.map_or(1, |crl| crl.number.saturating_add(1));
    if number != next {
        return Err(format!("the next CRL of {issuer} has the number {next}, not {number}"));
    }
    let revokes = matches!(
        inbound.plan.deed(),
        Kind::DelegateRevocation | Kind::DelegateReplacement | Kind::SubkeyIssuance
    );
    if !list.revoked.is_empty() && !revokes {
        return Err(format!("a '{}' revokes nothing", inbound.plan.deed()));
    }
    let stands = |stem: &str| {
        inbound
            .standing
            .as_ref()
            .is_some_and(|standing| standing.certificate(stem).is_some())
    };
    for entry in &list.revoked {
        if let Some(stem) = entry.certificate.as_ref().filter(|stem| !stands(stem)) {
            return Err(format!(
                "'{}' cannot be revoked: no certificate of this name stands",
                crate::text::plain(stem, 63)
            ));
        }
        if entry.at > list.this_update {
            return Err(format!(
                "the CRL of {issuer} revokes from {} on, after it is made",
                entry.at
            ));
        }
    }
    begins_with_the_event(inbound, issuer, list.this_update)?;
    if list.next_update <= inbound.plan.closes {
        return Err(format!("the CRL of {issuer} ends before the event does"));
    }
    let days = inbound.issuing_policy().crl.days;
    match list.next_update.0 - list.this_update.0 > days * 86_400 {
        true => Err(format!("the CRL of {issuer} lasts longer than {days} days")),
        false => Ok(()),
    }
}

/// A revocation revokes something.
pub fn revokes_something(inbound: &Inbound) -> Result<(), String> {
    let revokes = |step: &Step| matches!(step, Step::IssueCrl(list) if !list.revoked.is_empty());
    match inbound.plan.deed() == Kind::DelegateRevocation && !inbound.plan.step.iter().any(revokes) {
        true => Err("a 'delegate-revocation' revokes something, and no list of this plan does".into()),
        false => Ok(()),
    }
}
