//! `key share`, `unshare`, `set-attribute`: the owner's, under the key's management quorum; and `key delete`.

use std::path::Path;

use super::users::existing;
use crate::answers::{Answer, message};
use crate::approvals::guarded;
use crate::attributes::Class;
use crate::audit::Opcode;
use crate::cli::Sharing;
use crate::error::Refusal;
use crate::filters;
use crate::keys::Key;
use crate::state::Role;
use crate::switches::{DESTROYABLE_FALSE, UNDOCUMENTED_TEXTS, UNSHARE_BELOW_QUORUM};
use crate::wanted::Wanted;
use crate::world::World;

pub fn share(world: &mut World<'_>, order: &Sharing) -> Answer {
    let (key, name) = shared_key(world, order)?;
    if key.is_associated(&name) {
        return Err(Refusal::invalid(format!("{name} has the key already")));
    }
    if !key.has_room(&world.cluster.switches) {
        return Err(Refusal::TooManySharedUsers);
    }
    let (target, user) = (Target::of(key), name.clone());
    change(world, &target, order.approval.as_deref(), |key| {
        key.shared_with.push(name);
        Ok(())
    })?;
    world.log_key(Opcode::ShareObject, target.reference, Some((&user, Role::CryptoUser)));
    message("Key shared successfully")
}

/// Not below the number of users that the key's quorum needs, unless that is allowed.
pub fn unshare(world: &mut World<'_>, order: &Sharing) -> Answer {
    let (key, name) = shared_key(world, order)?;
    if !key.shared_with.contains(&name) {
        return Err(Refusal::invalid(format!("The key is not shared with {name}")));
    }
    let short = key.associated_users() - 1 < usize::from(key.manage_quorum.max(key.use_quorum));
    if short && world.cluster.switches.is(&UNSHARE_BELOW_QUORUM, "refused") {
        return Err(Refusal::InvalidQuorumValue);
    }
    let target = Target::of(key);
    change(world, &target, order.approval.as_deref(), |key| {
        key.shared_with.retain(|user| user != &name);
        Ok(())
    })?;
    world.log_key(Opcode::ShareObject, target.reference, Some((&name, Role::CryptoUser)));
    match world.cluster.switches.is(&UNDOCUMENTED_TEXTS, "ours") {
        true => message("Key unshared successfully"),
        false => message("Key share revoked"),
    }
}

pub fn set_attribute(
    world: &mut World<'_>,
    criteria: &[String],
    (name, value): (&str, &str),
    approval: Option<&Path>,
) -> Answer {
    let target = Target::of(owned(world, criteria)?);
    change(world, &target, approval, |key| {
        key.attributes.change(key.class, name, value)
    })?;
    world.log_key(Opcode::ModifyObject, target.reference, None);
    message("Attribute set successfully")
}

/// The owner alone decides: no quorum covers deletion.
pub fn delete(world: &mut World<'_>, criteria: &[String]) -> Answer {
    let key = owned(world, criteria)?;
    let reference = key.reference;
    let kept = !key.attributes.flag("destroyable") && world.cluster.switches.is(&DESTROYABLE_FALSE, "blocks-delete");
    if kept {
        return Err(Refusal::NotAllowed {
            rule: "The key is not destroyable",
        });
    }
    world.cluster.keys.retain(|key| key.reference != reference);
    world.log_key(Opcode::TombstoneObject, reference, None);
    message("Key deleted successfully")
}

/// A key to change, and the approval that it takes.
struct Target {
    reference: u64,
    wanted: Wanted,
}

impl Target {
    fn of(key: &Key) -> Target {
        Target {
            reference: key.reference,
            wanted: Wanted::management(key),
        }
    }
}

fn change(
    world: &mut World<'_>,
    target: &Target,
    approval: Option<&Path>,
    act: impl FnOnce(&mut Key) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    guarded(world, &target.wanted, approval, |world| {
        act(world
            .cluster
            .key_mut(target.reference)
            .ok_or(Refusal::KeysMatched { keys: 0 })?)
    })
}

/// The private key that the owner means, and the other user's name.
fn shared_key<'a>(world: &'a World<'_>, order: &Sharing) -> Result<(&'a Key, String), Refusal> {
    let key = owned(world, &order.filter)?;
    let name = existing(world, &order.account)?;
    match order.account.role == Role::CryptoUser && key.class == Class::PrivateKey {
        true => Ok((key, name)),
        false => Err(Refusal::NotAllowed {
            rule: "Private keys are shared, with crypto users",
        }),
    }
}

fn owned<'a>(world: &'a World<'_>, criteria: &[String]) -> Result<&'a Key, Refusal> {
    let who = world.crypto_user()?;
    let key = filters::single(world.cluster, &who, criteria)?;
    if key.is_owned_by(&who) {
        Ok(key)
    } else {
        Err(Refusal::NotAllowed {
            rule: "Only the owner manages a key",
        })
    }
}
