//! `user create`, `delete`, `list` and `change-password`.

use std::path::Path;

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::approvals::{Wanted, guarded};
use crate::cli::Account;
use crate::error::Refusal;
use crate::presence::is_logged_in;
use crate::state::Role;
use crate::tokens::Service;
use crate::users::{User, check_password, parse_name};
use crate::world::World;

pub fn create(world: &mut World<'_>, account: &Account, password: &str, approval: Option<&Path>) -> Answer {
    world.admin()?;
    let name = parse_name(&account.username)?;
    check_password(password)?;
    let taken = name == APPLIANCE_USER || world.cluster.users.iter().any(|user| user.name == name);
    if taken || world.cluster.users.len() >= MOST_USERS {
        return Err(Refusal::invalid(format!(
            "User {name} exists already, or there is no room for another"
        )));
    }
    let wanted = Wanted::admin(world.cluster, Service::User);
    guarded(world, &wanted, approval, |world| {
        let user = User::new(name, account.role, password)?;
        let data = identity(&user.name, user.role);
        world.cluster.users.push(user);
        Ok(data)
    })
}

/// Refused for whoever owns keys or is logged in; a user who goes loses their shares.
pub fn delete(world: &mut World<'_>, account: &Account, approval: Option<&Path>) -> Answer {
    world.admin()?;
    let name = existing(world, account)?;
    if is_logged_in(&world.store.sessions(), &name, account.role)? {
        return Err(Refusal::NotAllowed {
            rule: "A user who is logged in cannot be deleted",
        });
    }
    if world.cluster.keys.iter().any(|key| key.owner == name) {
        return Err(Refusal::NotAllowed {
            rule: "A user who owns keys cannot be deleted",
        });
    }
    let wanted = Wanted::admin(world.cluster, Service::User);
    guarded(world, &wanted, approval, |world| {
        world
            .cluster
            .users
            .retain(|user| user.name != name || user.role != account.role);
        world
            .cluster
            .keys
            .iter_mut()
            .for_each(|key| key.shared_with.retain(|user| *user != name));
        Ok(identity(&name, account.role))
    })
}

/// The cluster's users, and the appliance user that every cluster has.
pub fn list(world: &World<'_>) -> Value {
    let entry = |name: &str, role: &str, locked: bool, quorum: bool| {
        let quorum = if quorum {
            json!([{ "strategy": "token-sign", "status": "enabled" }])
        } else {
            json!([])
        };
        json!({
            "username": name,
            "role": role,
            "locked": locked.to_string(),
            "mfa": [],
            "quorum": quorum,
            "cluster-coverage": "full",
        })
    };
    let one = |user: &User| {
        let waiting = user.role == Role::Admin && user.name == "admin" && !world.cluster.activated;
        let role = if waiting { "unactivated-admin" } else { user.role.word() };
        entry(&user.name, role, user.is_locked(), user.approval_key().is_some())
    };
    let appliance = entry(APPLIANCE_USER, "internal(APPLIANCE_USER)", false, false);
    json!({ "users": world.cluster.users.iter().map(one).chain([appliance]).collect::<Vec<_>>() })
}

pub struct PasswordChange<'a> {
    pub password: &'a str,
    pub deregister_quorum: bool,
}

/// One's own, freely; as admin another's, under the quorum of `user`, unless that user is logged in.
pub fn change_password(
    world: &mut World<'_>,
    account: &Account,
    change: &PasswordChange<'_>,
    approval: Option<&Path>,
) -> Answer {
    let who = world.user()?;
    let name = existing(world, account)?;
    check_password(change.password)?;
    if who.name == name && who.role == account.role {
        return set_password(world, &name, account.role, change);
    }
    world.admin()?;
    if is_logged_in(&world.store.sessions(), &name, account.role)? {
        return Err(Refusal::NotAllowed {
            rule: "The password of a user who is logged in cannot be changed",
        });
    }
    let wanted = Wanted::admin(world.cluster, Service::User);
    guarded(world, &wanted, approval, |world| {
        set_password(world, &name, account.role, change)
    })
}

fn set_password(world: &mut World<'_>, name: &str, role: Role, change: &PasswordChange<'_>) -> Answer {
    let user = world.cluster.user_mut(name, role).ok_or_else(|| unknown(name, role))?;
    user.set_password(change.password)?;
    if change.deregister_quorum {
        user.register(None);
    }
    Ok(identity(name, role))
}

/// The name, as it is written in the cluster, of a user who is there.
pub fn existing(world: &World<'_>, account: &Account) -> Result<String, Refusal> {
    let name = account.username.to_ascii_lowercase();
    let user = world.cluster.user(&name, account.role);
    user.map(|user| user.name.clone())
        .ok_or_else(|| unknown(&name, account.role))
}

pub fn identity(name: &str, role: Role) -> Value {
    json!({ "username": name, "role": role })
}

fn unknown(name: &str, role: Role) -> Refusal {
    Refusal::invalid(format!("There is no user {name} with role {}", role.word()))
}

const APPLIANCE_USER: &str = "app_user";
const MOST_USERS: usize = 1024;
