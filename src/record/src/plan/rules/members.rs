//! Members who come, go, or get other keys: the steps do exactly what leads from this roster to the next.

use super::shape::OWNER_PASSWORD;
use crate::plan::{Inbound, Kind, Step};
use crate::{Member, text};

/// Checks one step about a member.
pub fn step(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let of = |roster: &crate::Roster| roster.members.iter().any(|one| one.id == member(step));
    let (before, after) = (of(&inbound.roster), inbound.next_roster.as_ref().is_some_and(of));
    let fits = match step {
        Step::AddMember { .. } => !before && after,
        Step::RemoveMember { .. } => before && !after,
        Step::ReplaceMemberKeys { .. } => before && after,
        _ => true,
    };
    match fits {
        true => Ok(()),
        false => Err(format!(
            "the step '{}' does not lead from this roster to the next for '{}'",
            step.id(),
            text::plain(member(step), 63)
        )),
    }
}

/// The admins' quorum becomes the next policy's.
pub fn quorum(inbound: &Inbound, value: u8) -> Result<(), String> {
    match value == inbound.issuing_policy().quorum.threshold {
        true => Ok(()),
        false => Err(format!(
            "{value} admins would have to agree, but the policy says {}",
            inbound.issuing_policy().quorum.threshold
        )),
    }
}

/// Every difference of the rosters has its step, and a replacement of keys is one member's only.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let Some(next) = &inbound.next_roster else {
        return Ok(());
    };
    let has = |deed: &str, id: &str| {
        let found = |step: &&Step| step.deed() == deed && member(step) == id;
        inbound.plan.step.iter().filter(found).count()
    };
    let find = |members: &[Member], id: &str| members.iter().find(|one| one.id == id).cloned();
    if inbound.plan.deed() == Kind::ClusterInitialisation {
        // Everybody of the next roster gets users and keys in the new cluster; nobody has any before.
        return Ok(());
    }
    comes_before_goes(inbound)?;
    for old in &inbound.roster.members {
        let new = find(&next.members, &old.id);
        if let Some(new) = &new
            && (&new.approver, &new.admin) != (&old.approver, &old.admin)
        {
            return Err(format!("{} has other users in the HSM in the next roster", old.id));
        }
        let wanted = match &new {
            None => "remove-member",
            Some(new) if hsm_keys(new) != hsm_keys(old) => "replace-member-keys",
            Some(_) => continue,
        };
        if inbound.plan.hsm.kind.has_users() && has(wanted, &old.id) != 1 {
            return Err(format!("{} needs exactly one step '{wanted}'", old.id));
        }
    }
    for new in next
        .members
        .iter()
        .filter(|new| find(&inbound.roster.members, &new.id).is_none())
    {
        if inbound.plan.hsm.kind.has_users() && has("add-member", &new.id) != 1 {
            return Err(format!("{} needs exactly one step 'add-member'", new.id));
        }
    }
    owners_password(inbound)?;
    match inbound.plan.deed() {
        Kind::MemberKeyReplacement => one_members_keys(inbound, next),
        _ => Ok(()),
    }
}

/// Whoever comes can approve before anybody goes, so that the quorum can be met at every moment.
fn comes_before_goes(inbound: &Inbound) -> Result<(), String> {
    let deeds: Vec<&str> = inbound.plan.step.iter().map(Step::deed).collect();
    let first_goes = deeds.iter().position(|deed| *deed == "remove-member");
    let last_comes = deeds.iter().rposition(|deed| *deed == "add-member");
    match first_goes < last_comes && first_goes.is_some() {
        true => {
            Err("a member is removed before another is added: all who come have their keys before anybody goes".into())
        }
        false => Ok(()),
    }
}

/// Every member has the key owner's password sealed to them, so whoever goes knows it: it changes when all of them are
/// gone, once.
fn owners_password(inbound: &Inbound) -> Result<(), String> {
    let deeds: Vec<&str> = inbound.plan.step.iter().map(Step::deed).collect();
    let last_goes = deeds.iter().rposition(|deed| *deed == "remove-member");
    let changes = deeds.iter().position(|deed| *deed == OWNER_PASSWORD);
    if deeds.iter().filter(|deed| **deed == OWNER_PASSWORD).count() > 1 {
        return Err("the key owner's password changes once at most".into());
    }
    match inbound.plan.hsm.kind.has_users() && last_goes.is_some() && changes < last_goes {
        true => Err(format!(
            "whoever goes knows the key owner's password: a step '{OWNER_PASSWORD}' comes after the last 'remove-member'"
        )),
        false => Ok(()),
    }
}

/// Only one member differs, and in nothing but keys: the term, the labels and the appointment are another matter.
fn one_members_keys(inbound: &Inbound, next: &crate::Roster) -> Result<(), String> {
    let without_keys = |member: &Member| Member {
        approval_key: Vec::new().into(),
        admin_key: Vec::new().into(),
        ssh_key: String::new(),
        ..member.clone()
    };
    let (old, new) = (&inbound.roster.members, &next.members);
    let same = old.len() == new.len() && old.iter().zip(new).all(|(a, b)| without_keys(a) == without_keys(b));
    let changed = old.iter().zip(new).filter(|(a, b)| a != b).count();
    match same && changed == 1 {
        true => Ok(()),
        false => Err("a member-key-replacement changes the keys of exactly one member, and nothing else".into()),
    }
}

/// The keys that the HSM knows of.
fn hsm_keys(member: &Member) -> (&[u8], &[u8]) {
    (&member.approval_key, &member.admin_key)
}

fn member(step: &Step) -> &str {
    match step {
        Step::AddMember { member, .. } | Step::RemoveMember { member, .. } | Step::ReplaceMemberKeys { member, .. } => {
            member
        }
        _ => "",
    }
}
