//! What an event that makes a root makes with it: every delegate of the policy once, a CRL of every issuer kept in this
//! HSM, and, where the old root is trusted still, its last word for the new one.

use std::collections::BTreeSet;

use super::certificates::{issued, issues};
use crate::plan::{Inbound, Kind, Step, cross_name};

/// Checks that nothing is missing.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let deed = inbound.plan.deed();
    if deed.makes_a_root() {
        everything_once(inbound)?;
    }
    lists(inbound)?;
    match deed {
        Kind::RootRotation | Kind::ThresholdChange => both_ways(inbound),
        _ => Ok(()),
    }
}

fn everything_once(inbound: &Inbound) -> Result<(), String> {
    let named: Vec<(&str, u32)> = issued(inbound).collect();
    let next = |name: &str| {
        inbound
            .standing
            .as_ref()
            .map_or(1, |standing| standing.next_number(name))
    };
    let wanted = inbound
        .issuing_policy()
        .delegate
        .iter()
        .map(|rule| rule.name.as_str())
        .chain(["root"]);
    for name in wanted {
        let number = next(name);
        if !named.contains(&(name, number)) || named.iter().filter(|one| one.0 == name).count() != 1 {
            let what = match inbound.plan.deed() {
                Kind::RootGeneration => "a founding event",
                _ => "an event that makes a root",
            };
            return Err(format!("{what} makes {name}-{number}, once"));
        }
    }
    // The console's key signs what leaves the console.
    let number = next("console");
    let console = format!("console-{number}");
    match inbound
        .plan
        .made_keys()
        .any(|(_, key, quorum)| key == console && !quorum)
    {
        true => Ok(()),
        false => Err(format!("no key {console} is made that needs no quorum")),
    }
}

/// Every issuer that is made gets a CRL; where a root is replaced, so does the old one while it is in this HSM.
fn lists(inbound: &Inbound) -> Result<(), String> {
    let lists: BTreeSet<&str> = inbound
        .plan
        .step
        .iter()
        .filter(|step| matches!(step, Step::IssueCrl { .. }))
        .filter_map(Step::issuer)
        .collect();
    let missing = inbound
        .plan
        .made_keys()
        .find(|(_, key, _)| issues(inbound, key) && !lists.contains(key));
    if let Some((_, key, _)) = missing {
        return Err(format!("{key} issues certificates and gets no CRL"));
    }
    let old = format!("root-{}", inbound.plan.generation.saturating_sub(1));
    let replaced = matches!(inbound.plan.deed(), Kind::RootRotation | Kind::ThresholdChange);
    match replaced && !lists.contains(old.as_str()) {
        true => Err(format!("{old} is in use until it ends, and gets no CRL")),
        false => Ok(()),
    }
}

/// Cross-certificates both ways (RFC 4210 §4.4 has the same: old with new, new with old).
fn both_ways(inbound: &Inbound) -> Result<(), String> {
    let (new, old) = (
        format!("root-{}", inbound.plan.generation),
        format!("root-{}", inbound.plan.generation.saturating_sub(1)),
    );
    let made: BTreeSet<String> = inbound
        .plan
        .step
        .iter()
        .filter(|step| matches!(step, Step::IssueCross { .. }))
        .filter_map(|step| Some(step.certificate()?.0))
        .collect();
    for (subject, issuer) in [(&new, &old), (&old, &new)] {
        if !made.contains(&cross_name(subject, issuer)) {
            return Err(format!("{issuer} does not cross-certify {subject}"));
        }
    }
    Ok(())
}
