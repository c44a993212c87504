//! The policy's rules for a plan: keepers of keys, the schedule of roots, the life of revocation lists.
//!
//! What certificates contain is checked where they are derived.

use super::{KeySource, Plan, Step};
use crate::policy::{Keeper, Policy};
use crate::{Time, text};

/// Whether the plan does what the policy allows, and if not, what else.
pub fn follows(plan: &Plan, policy: &Policy) -> Result<(), String> {
    let quorum_of = |key: &str| plan.made_keys().find(|made| made.1 == key).map(|made| made.2);
    for step in &plan.step {
        match step {
            Step::IssueCertificate {
                name,
                number,
                key,
                issuer,
                not_before,
                not_after,
                ..
            } if name == "root" => {
                let made = match key {
                    KeySource::Made(made) => made,
                    KeySource::Request(_) => return Err("a root's key is made in the event".into()),
                };
                if made != issuer || *number != plan.generation {
                    return Err(format!(
                        "root-{number} does not sign itself, or is not of generation {}",
                        plan.generation
                    ));
                }
                if quorum_of(made) != Some(true) {
                    return Err(format!("the key {made} of the root is not guarded by the quorum"));
                }
                check_schedule(policy, *number, *not_before, *not_after)?;
            }
            Step::IssueCertificate { name, number, key, .. } => {
                let rule = policy
                    .delegate(name)
                    .ok_or_else(|| format!("the policy has no delegate '{}'", text::plain(name, 63)))?;
                let wanted = match rule.keeper {
                    Keeper::Hsm => Some(rule.quorum),
                    Keeper::Outside => None,
                };
                let found = match key {
                    KeySource::Made(made) => quorum_of(made),
                    KeySource::Request(_) => None,
                };
                if found != wanted {
                    return Err(format!("the key of {name}-{number} is not kept as the policy says"));
                }
            }
            Step::IssueCrl {
                issuer,
                this_update,
                next_update,
                ..
            } => {
                let longest = policy.crl.days * 86_400;
                if next_update.0 - this_update.0 > longest {
                    return Err(format!(
                        "the CRL of {issuer} lasts longer than {} days",
                        policy.crl.days
                    ));
                }
            }
            Step::MakeKey { .. } => {}
        }
    }
    Ok(())
}

fn check_schedule(policy: &Policy, generation: u32, from: Time, until: Time) -> Result<(), String> {
    let rule = &policy.root;
    let year = rule.first_end_year + rule.cycle_years * u64::from(generation.saturating_sub(1));
    if until.year() != year {
        return Err(format!(
            "root-{generation} ends in {}, but the schedule says {year}",
            until.year()
        ));
    }
    if until.0 - from.0 > rule.life_years * 366 * 86_400 {
        return Err(format!("root-{generation} lasts longer than {} years", rule.life_years));
    }
    Ok(())
}
