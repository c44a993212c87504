//! `key share`, `unshare`, `set-attribute`: the owner's, under the key's management quorum; and `key delete`.

use std::path::Path;

use super::users::existing;
use crate::answers::{Answer, message};
use crate::approvals::{Wanted, guarded};
use crate::attributes::Class;
use crate::cli::Sharing;
use crate::error::Refusal;
use crate::filters;
use crate::keys::Key;
use crate::state::Role;
use crate::switches::DESTROYABLE_FALSE;
use crate::world::World;

pub fn share(world: &mut World<'_>, order: &Sharing) -> Answer {
    let (key, name) = shared_key(world, order)?;
    if key.is_associated(&name) {
        return Err(Refusal::invalid(format!("{name} has the key already")));
    }
    change(world, &Target::of(key), order.approval.as_deref(), |key| {
        key.shared_with.push(name);
        Ok(())
    })?;
    message("Key shared successfully")
}

/// Never below the number of users that the key's quorum needs.
pub fn unshare(world: &mut World<'_>, order: &Sharing) -> Answer {
    let (key, name) = shared_key(world, order)?;
    if !key.shared_with.contains(&name) {
        return Err(Refusal::invalid(format!("The key is not shared with {name}")));
    }
    if key.associated_users() - 1 < usize::from(key.manage_quorum.max(key.use_quorum)) {
        return Err(Refusal::InvalidQuorumValue);
    }
    change(world, &Target::of(key), order.approval.as_deref(), |key| {
        key.shared_with.retain(|user| *user != name);
        Ok(())
    })?;
    message("Key unshared successfully")
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
