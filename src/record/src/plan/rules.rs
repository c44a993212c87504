//! The policy's rules for a plan: what each kind of event may do and must do, who keeps which key, how long things last.
//!
//! What certificates contain is checked where they are derived.

mod certificates;
mod founding;
mod lists;
mod members;
mod people;
mod replacement;
mod root;
mod shape;
mod standing;
#[cfg(test)]
mod tests;

use super::{Inbound, Step};

/// Whether the plan does what kind and policy allow, and if not, what else.
pub fn follows(inbound: &Inbound) -> Result<(), String> {
    shape::check(inbound)?;
    standing::check(inbound)?;
    people::check(inbound)?;
    inbound.plan.step.iter().try_for_each(|step| match step {
        Step::MakeKey { key, .. } => certificates::of_made_key(inbound, key),
        Step::IssueCertificate { name, .. } if name == "root" => root::check(inbound, step),
        Step::IssueCertificate { .. } => certificates::delegate(inbound, step),
        Step::IssueCross { .. } => root::cross(inbound, step),
        Step::IssueSubkey { .. } => certificates::subkey(inbound, step),
        Step::IssueCrl(list) => lists::check(inbound, list),
        Step::AddMember { .. } | Step::RemoveMember { .. } | Step::ReplaceMemberKeys { .. } => {
            members::step(inbound, step)
        }
        Step::SetQuorum { value, .. } => members::quorum(inbound, *value),
        Step::LookAtHsm { .. }
        | Step::ChangeOwnerPassword { .. }
        | Step::Answer { .. }
        | Step::PublishDocument { .. }
        | Step::InitialiseCluster { .. } => Ok(()),
    })?;
    lists::revokes_something(inbound)?;
    founding::check(inbound)?;
    replacement::check(inbound)?;
    members::check(inbound)
}
