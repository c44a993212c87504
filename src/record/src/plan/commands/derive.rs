//! From the plan's steps to their commands, in an order in which the quorum can be met at every moment: whoever comes has
//! everything before anybody goes, and loses a share before the user who has it.

use super::{Command, Consent, ConsentTo, Deed};
use crate::plan::{Inbound, Step};
use crate::standing::HsmKey;
use crate::{Digest, Member};

/// The commands of all steps, in order. An HSM without users has none.
#[must_use]
pub fn commands(inbound: &Inbound) -> Vec<Command> {
    if !inbound.plan.hsm.kind.has_users() {
        return Vec::new();
    }
    inbound
        .plan
        .step
        .iter()
        .flat_map(|step| of_step(inbound, step))
        .collect()
}

fn of_step(inbound: &Inbound, step: &Step) -> Vec<Command> {
    let one = |deed: Deed, consent: Option<Consent>| Command {
        step: step.id().to_owned(),
        deed,
        consent,
        remedy: false,
    };
    let by_admins = |deed: Deed| one(deed, Some(admins(inbound)));
    let before = |id: &str| inbound.roster.members.iter().find(|member| member.id == id);
    let after = |id: &str| inbound.roster_after().members.iter().find(|member| member.id == id);
    match step {
        Step::AddMember { member, .. } => after(member).map_or_else(Vec::new, |new| {
            let mut commands = vec![
                by_admins(create(&new.admin, true)),
                by_admins(second_factor(new, false)),
                by_admins(create(&new.approver, false)),
                // The password is gone with a stop; nobody else ever knew it.
                Command {
                    remedy: true,
                    ..by_admins(fresh(new))
                },
                one(register(new), None),
            ];
            let share = |key: &HsmKey| one(share(key, &new.approver), Some(users(inbound, key)));
            commands.extend(guarded(inbound).map(share));
            commands
        }),
        Step::RemoveMember { member, .. } => before(member).map_or_else(Vec::new, |old| {
            let unshare = |key: &HsmKey| one(unshare(key, &old.approver), Some(users(inbound, key)));
            let mut commands: Vec<_> = guarded(inbound).map(unshare).collect();
            commands.push(by_admins(delete(&old.approver, false)));
            commands.push(by_admins(delete(&old.admin, true)));
            commands
        }),
        Step::ReplaceMemberKeys { member, .. } => match (before(member), after(member)) {
            (Some(old), Some(new)) => {
                let mut commands = Vec::new();
                if old.admin_key != new.admin_key {
                    commands.push(by_admins(second_factor(new, true)));
                }
                if old.approval_key != new.approval_key {
                    commands.push(by_admins(fresh(new)));
                    commands.push(one(register(new), None));
                }
                commands
            }
            _ => Vec::new(),
        },
        Step::ChangeOwnerPassword { .. } => vec![by_admins(Deed::OwnerPassword {
            user: inbound.plan.hsm.owner.clone(),
        })],
        Step::SetQuorum { value, .. } => values(inbound.policy.quorum.threshold, *value)
            .map(|(service, threshold)| {
                let deed = Deed::SetQuorum { service, value: *value };
                one(deed, Some(consent(ConsentTo::Quorum, threshold)))
            })
            .to_vec(),
        _ => Vec::new(),
    }
}

/// The three values, and how many admins agree to each. The one that guards the others is never the smallest: it rises
/// first, and from then on as many must agree; or it falls last.
fn values(from: u8, to: u8) -> [(&'static str, u8); 3] {
    match to > from {
        true => [("quorum", from), ("user", to), ("cluster", to)],
        false => [("user", from), ("cluster", from), ("quorum", from)],
    }
}

/// The keys that stand and that the quorum guards, in the order in which they were made.
fn guarded(inbound: &Inbound) -> impl Iterator<Item = &HsmKey> {
    let keys = inbound.standing.iter().flat_map(|standing| &standing.keys);
    keys.filter(|key| key.quorum.is_some())
}

fn admins(inbound: &Inbound) -> Consent {
    consent(ConsentTo::User, inbound.policy.quorum.threshold)
}

fn users(inbound: &Inbound, key: &HsmKey) -> Consent {
    Consent {
        key: Some(key.key.clone()),
        ..consent(ConsentTo::KeyManagement, inbound.threshold_of(&key.key))
    }
}

fn consent(service: ConsentTo, threshold: u8) -> Consent {
    Consent {
        service,
        key: None,
        threshold,
    }
}

fn create(user: &str, admin: bool) -> Deed {
    Deed::Create {
        user: user.to_owned(),
        admin,
    }
}

fn delete(user: &str, admin: bool) -> Deed {
    Deed::Delete {
        user: user.to_owned(),
        admin,
    }
}

fn second_factor(member: &Member, replaces: bool) -> Deed {
    Deed::SecondFactor {
        user: member.admin.clone(),
        key: Digest::of(&member.admin_key),
        replaces,
    }
}

fn fresh(member: &Member) -> Deed {
    Deed::FreshPassword {
        user: member.approver.clone(),
    }
}

fn register(member: &Member) -> Deed {
    Deed::Register {
        user: member.approver.clone(),
        key: Digest::of(&member.approval_key),
    }
}

fn share(key: &HsmKey, user: &str) -> Deed {
    Deed::Share {
        key: key.key.clone(),
        label: key.label.clone(),
        user: user.to_owned(),
    }
}

fn unshare(key: &HsmKey, user: &str) -> Deed {
    Deed::Unshare {
        key: key.key.clone(),
        label: key.label.clone(),
        user: user.to_owned(),
    }
}
