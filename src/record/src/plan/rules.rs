//! The policy's rules for a plan: what must be in it, who keeps which key, and how long things last.
//!
//! What certificates contain is checked where they are derived.

use std::collections::BTreeSet;

use super::{Inbound, KeySource, Plan, Step};
use crate::policy::{Keeper, Policy};
use crate::{Roster, Time, text};

/// The ceremony that this version can hold.
const FOUNDING: &str = "root-generation";

/// A certificate or CRL begins at most this long before the event opens, in seconds.
const EARLY: u64 = 86_400;

/// Whether the plan does what the policy allows, and if not, what else.
pub fn follows(plan: &Plan, policy: &Policy) -> Result<(), String> {
    if plan.kind != FOUNDING || !policy.records.contains_key(&plan.kind) {
        return Err(format!(
            "there is no ceremony '{}', or the policy does not know its record",
            plan.kind
        ));
    }
    plan.step.iter().try_for_each(|step| match step {
        Step::MakeKey { key, .. } => has_certificate(plan, key),
        Step::IssueCertificate { name, .. } if name == "root" => root(plan, policy, step),
        Step::IssueCertificate { .. } => delegate(plan, policy, step),
        Step::IssueCrl { .. } => crl(plan, policy, step),
    })?;
    founding(plan, policy)
}

/// The key owner is no member: whoever approves does not own, and whoever owns does not approve. A token has no users.
pub fn owner_is_no_member(inbound: &Inbound) -> Result<(), String> {
    if !inbound.plan.hsm.kind.has_users() {
        return Ok(());
    }
    let (owner, roster): (_, &Roster) = (&inbound.plan.hsm.owner, &inbound.roster);
    match roster
        .members
        .iter()
        .find(|member| member.approver == *owner || member.admin == *owner)
    {
        Some(member) => Err(format!("the key owner {owner} is a user of {}", member.id)),
        None => Ok(()),
    }
}

fn root(plan: &Plan, policy: &Policy, step: &Step) -> Result<(), String> {
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
    let KeySource::Made(made) = key else {
        return Err("a root's key is made in the event".into());
    };
    if made != issuer || *number != plan.generation {
        return Err(format!(
            "root-{number} does not sign itself, or is not of generation {}",
            plan.generation
        ));
    }
    if guarded(plan, made) != Some(true) {
        return Err(format!("the key {made} of the root is not guarded by the quorum"));
    }
    begins_with_the_event(plan, "root", *not_before)?;
    let rule = &policy.root;
    let year = rule.first_end_year + rule.cycle_years * u64::from(number.saturating_sub(1));
    if not_after.year() != year {
        return Err(format!(
            "root-{number} ends in {}, but the schedule says {year}",
            not_after.year()
        ));
    }
    if not_after.0 - not_before.0 > rule.life_years * 366 * 86_400 {
        return Err(format!("root-{number} lasts longer than {} years", rule.life_years));
    }
    Ok(())
}

fn delegate(plan: &Plan, policy: &Policy, step: &Step) -> Result<(), String> {
    let Step::IssueCertificate {
        name,
        number,
        key,
        issuer,
        not_before,
        ..
    } = step
    else {
        return Ok(());
    };
    let rule = policy
        .delegate(name)
        .ok_or_else(|| format!("the policy has no delegate '{}'", text::plain(name, 63)))?;
    let wanted = match rule.keeper {
        Keeper::Hsm => Some(rule.quorum),
        Keeper::Outside => None,
    };
    let found = match key {
        KeySource::Made(made) => guarded(plan, made),
        KeySource::Request(_) => None,
    };
    if found != wanted {
        return Err(format!("the key of {name}-{number} is not kept as the policy says"));
    }
    if *issuer != root_key(plan) {
        return Err(format!("{name}-{number} is issued by {issuer}, not by the root"));
    }
    begins_with_the_event(plan, name, *not_before)
}

fn crl(plan: &Plan, policy: &Policy, step: &Step) -> Result<(), String> {
    let Step::IssueCrl {
        issuer,
        this_update,
        next_update,
        ..
    } = step
    else {
        return Ok(());
    };
    if !issues(plan, policy, issuer) {
        return Err(format!("{issuer} issues no certificates, so it has no CRL"));
    }
    begins_with_the_event(plan, issuer, *this_update)?;
    if *next_update <= plan.closes {
        return Err(format!("the CRL of {issuer} ends before the event does"));
    }
    match next_update.0 - this_update.0 > policy.crl.days * 86_400 {
        true => Err(format!(
            "the CRL of {issuer} lasts longer than {} days",
            policy.crl.days
        )),
        false => Ok(()),
    }
}

/// A founding event makes the root, every delegate of the policy once, and a CRL of every issuer kept in this HSM.
fn founding(plan: &Plan, policy: &Policy) -> Result<(), String> {
    let named: Vec<(&str, u32)> = plan
        .step
        .iter()
        .filter_map(certificate)
        .map(|(name, number, _)| (name, number))
        .collect();
    let wanted = policy.delegate.iter().map(|rule| rule.name.as_str()).chain(["root"]);
    for name in wanted {
        if !named.contains(&(name, 1)) || named.iter().filter(|one| one.0 == name).count() != 1 {
            return Err(format!("a founding event makes {name}-1, once"));
        }
    }
    let lists: BTreeSet<&str> = plan.step.iter().filter_map(crl_issuer).collect();
    let missing = plan
        .made_keys()
        .find(|(_, key, _)| issues(plan, policy, key) && !lists.contains(key));
    if let Some((_, key, _)) = missing {
        return Err(format!("{key} issues certificates and gets no CRL"));
    }
    // The console's key signs what leaves the console.
    match plan.made_keys().any(|(_, key, quorum)| key == "console-1" && !quorum) {
        true => Ok(()),
        false => Err("no key console-1 is made that needs no quorum".into()),
    }
}

fn has_certificate(plan: &Plan, key: &str) -> Result<(), String> {
    let made = KeySource::Made(key.to_owned());
    match plan
        .step
        .iter()
        .filter_map(certificate)
        .any(|(_, _, source)| *source == made)
    {
        true => Ok(()),
        false => Err(format!("the key {key} gets no certificate")),
    }
}

fn begins_with_the_event(plan: &Plan, what: &str, from: Time) -> Result<(), String> {
    match (plan.opens.0.saturating_sub(EARLY)..=plan.closes.0).contains(&from.0) {
        true => Ok(()),
        false => Err(format!("what {what} gets begins at {from}, not when the event is held")),
    }
}

fn guarded(plan: &Plan, key: &str) -> Option<bool> {
    plan.made_keys().find(|made| made.1 == key).map(|made| made.2)
}

fn root_key(plan: &Plan) -> String {
    format!("root-{}", plan.generation)
}

fn issues(plan: &Plan, policy: &Policy, key: &str) -> bool {
    let ca = |name: &str| name == "root" || policy.delegate(name).is_some_and(|rule| rule.ca);
    let made = KeySource::Made(key.to_owned());
    plan.step
        .iter()
        .filter_map(certificate)
        .any(|(name, _, source)| *source == made && ca(name))
}

fn certificate(step: &Step) -> Option<(&str, u32, &KeySource)> {
    match step {
        Step::IssueCertificate { name, number, key, .. } => Some((name, *number, key)),
        _ => None,
    }
}

fn crl_issuer(step: &Step) -> Option<&str> {
    match step {
        Step::IssueCrl { issuer, .. } => Some(issuer),
        _ => None,
    }
}
