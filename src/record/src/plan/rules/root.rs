//! Roots: each signs itself, ends with its edition's schedule, and is cross-certified with the one before it both ways.

use super::certificates::{begins_with_the_event, root_key};
use crate::plan::{Inbound, KeySource, Kind, Step};

/// Checks a root's certificate.
pub fn check(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let Step::IssueCertificate {
        number,
        key,
        issuer,
        not_before,
        not_after,
        ..
    } = step
    else {
        return Ok(());
    };
    let plan = &inbound.plan;
    if !plan.deed().makes_a_root() {
        return Err(format!("a '{}' makes no root", plan.deed()));
    }
    let KeySource::Made(made) = key else {
        return Err("a root's key is made in the event".into());
    };
    if made != issuer || *number != plan.generation {
        return Err(format!(
            "root-{number} does not sign itself, or is not of generation {}",
            plan.generation
        ));
    }
    if inbound.is_guarded(made) != Some(true) {
        return Err(format!("the key {made} of the root is not guarded by the quorum"));
    }
    begins_with_the_event(inbound, "root", *not_before)?;
    let year = inbound.issuing_policy().root.end_year(plan.opens);
    if not_after.year() != year {
        return Err(format!(
            "root-{number} ends in {}, but the schedule says {year}",
            not_after.year()
        ));
    }
    let most = inbound.issuing_policy().root.life_years;
    if not_after.0 - not_before.0 > most * 366 * 86_400 {
        return Err(format!("root-{number} lasts longer than {most} years"));
    }
    Ok(())
}

/// Checks a cross-certificate: between this event's root and the one before it, which nobody distrusts.
pub fn cross(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let Step::IssueCross {
        subject,
        issuer,
        not_before,
        ..
    } = step
    else {
        return Ok(());
    };
    let plan = &inbound.plan;
    if !matches!(plan.deed(), Kind::RootRotation | Kind::ThresholdChange) {
        return Err(format!("a '{}' makes no cross-certificate", plan.deed()));
    }
    let (new, old) = (root_key(inbound), format!("root-{}", plan.generation.saturating_sub(1)));
    let pair = [subject.as_str(), issuer.as_str()];
    if pair != [new.as_str(), old.as_str()] && pair != [old.as_str(), new.as_str()] {
        return Err(format!(
            "the cross-certificate for {} by {} is not between {old} and {new}",
            crate::text::plain(subject, 63),
            crate::text::plain(issuer, 63)
        ));
    }
    begins_with_the_event(inbound, "the cross-certificate", *not_before)
}
