//! The key owner is no member: whoever approves does not own, and whoever owns does not approve. A token has no users.

use crate::plan::Inbound;

/// Checks the owner against both rosters, and against the keys that stand.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let hsm = &inbound.plan.hsm;
    if let Some(standing) = &inbound.standing
        && let Some(key) = standing.keys.iter().find(|key| key.owner != hsm.owner)
    {
        return Err(format!(
            "the key {} belongs to {}, not to {}",
            key.key, key.owner, hsm.owner
        ));
    }
    if !hsm.kind.has_users() {
        return Ok(());
    }
    let members = [Some(&inbound.roster), inbound.next_roster.as_ref()];
    let mut members = members.into_iter().flatten().flat_map(|roster| &roster.members);
    match members.find(|member| member.approver == hsm.owner || member.admin == hsm.owner) {
        Some(member) => Err(format!("the key owner {} is a user of {}", hsm.owner, member.id)),
        None => Ok(()),
    }
}
