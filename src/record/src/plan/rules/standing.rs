//! What stands before the event, and that the plan is about that: its roster and policy, its root, the keys it uses.

use crate::plan::{Inbound, Kind, LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER};
use crate::{Digest, Standing};

/// Checks the plan against what stands.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let plan = &inbound.plan;
    match &inbound.standing {
        Some(standing) => against(inbound, standing)?,
        None if !matches!(plan.deed(), Kind::ClusterInitialisation | Kind::RootGeneration) => {
            return Err(format!(
                "a '{}' needs the input 'standing.cbor': what stands before it",
                plan.deed()
            ));
        }
        None => {}
    }
    generation(inbound)?;
    plan.step
        .iter()
        .filter_map(|step| step.issuer())
        .try_for_each(|issuer| is_there(inbound, issuer))
}

fn against(inbound: &Inbound, standing: &Standing) -> Result<(), String> {
    let plan = &inbound.plan;
    let inputs = &plan.inputs;
    for (name, stands) in [
        (ROSTER, standing.roster),
        (POLICY, standing.policy),
        (LOG_POLICY, standing.log_policy),
    ] {
        let found: Digest = inputs[name].0;
        if found != stands {
            return Err(format!("the {name} in force is {stands}, and the plan's is {found}"));
        }
    }
    guarded(inbound, standing)?;
    if standing.events.iter().any(|past| past.event == plan.event) {
        return Err(format!("there was an event '{}' before", plan.event));
    }
    if let Some(next) = &inbound.next_policy {
        next.check_follows(&inbound.policy)?;
        let changes = next.quorum.threshold != inbound.policy.quorum.threshold;
        if changes != (plan.deed() == Kind::ThresholdChange) {
            return Err(format!(
                "{NEXT_POLICY} has the quorum {}, and {} stands: only a threshold-change changes it",
                next.quorum.threshold, inbound.policy.quorum.threshold
            ));
        }
    }
    match &inbound.next_roster {
        Some(next)
            if next.number != inbound.roster.number.saturating_add(1) || next.previous != Some(inputs[ROSTER].0) =>
        {
            Err(format!(
                "{NEXT_ROSTER} does not follow roster {}, whose digest is {}",
                inbound.roster.number, inputs[ROSTER].0
            ))
        }
        _ => Ok(()),
    }
}

/// Keys that sign certificates are guarded by a quorum: what stands says of how many, and never of none.
fn guarded(inbound: &Inbound, standing: &Standing) -> Result<(), String> {
    let open = standing.keys.iter().find(|key| {
        let issues = super::certificates::issues(inbound, &key.key);
        issues && key.quorum.is_none_or(|m| m < 3)
    });
    match open {
        Some(key) => Err(format!(
            "the key {} issues certificates, and no quorum guards it by standing.cbor",
            key.key
        )),
        None => Ok(()),
    }
}

/// The root after the event: the next one if it makes a root, else the one that stands.
fn generation(inbound: &Inbound) -> Result<(), String> {
    let standing = inbound.standing.as_ref().map_or(0, Standing::generation);
    let deed = inbound.plan.deed();
    // Without anything that stands, a first event may be planned of any generation: its own checks say which.
    let wanted = match deed.makes_a_root() {
        true => standing.saturating_add(1),
        false => standing,
    };
    let found = inbound.plan.generation;
    if found != wanted {
        return Err(format!(
            "the root after this event is of generation {wanted}, not {found}"
        ));
    }
    match deed {
        Kind::RootGeneration if standing > 0 => {
            Err("there is a root already; a further one has a ceremony of its own".into())
        }
        _ => Ok(()),
    }
}

/// The key is made in the event, or stands in the HSM and has a certificate.
fn is_there(inbound: &Inbound, issuer: &str) -> Result<(), String> {
    let made = inbound.plan.made_keys().any(|made| made.1 == issuer);
    let stands = inbound
        .standing
        .as_ref()
        .is_some_and(|standing| standing.key(issuer).is_some() && standing.certificate(issuer).is_some());
    match made || stands {
        true => Ok(()),
        false => Err(format!(
            "the issuer '{}' is neither a key made before nor one that stands in the HSM",
            crate::text::plain(issuer, 63)
        )),
    }
}
