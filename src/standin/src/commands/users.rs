//! `user create`, `delete`, `list` and `change-password`.

use std::path::Path;

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::approvals::guarded;
use crate::audit::Opcode;
use crate::cli::Account;
use crate::error::Refusal;
use crate::presence::is_logged_in;
use crate::state::{Cluster, Role};
use crate::switches::{OWN_ACCOUNT_QUORUM, UNSHARE_BELOW_QUORUM};
use crate::tokens::Service;
use crate::users::{User, check_password, parse_name};
use crate::wanted::Wanted;
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
        let mut user = User::new(name, account.role, world.cluster.next_user, password)?;
        world.cluster.next_user += 1;
        user.diverged = world.cluster.joining;
        let data = identity(&user.name, user.role);
        let (name, opcode) = (user.name.clone(), creation(user.role));
        world.cluster.users.push(user);
        world.log_about(opcode, &name, account.role);
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
    if world.cluster.switches.is(&UNSHARE_BELOW_QUORUM, "refused") && is_needed(world.cluster, &name, account.role) {
        return Err(Refusal::InvalidQuorumValue);
    }
    let wanted = Wanted::admin(world.cluster, Service::User);
    guarded(world, &wanted, approval, |world| {
        world.log_about(Opcode::DeleteUser, &name, account.role);
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

/// Without this user a key, or an admin service, would have fewer users than approvals that it asks for.
fn is_needed(cluster: &Cluster, name: &str, role: Role) -> bool {
    match role {
        Role::Admin => cluster
            .quorum_values
            .values()
            .any(|value| cluster.admins() <= usize::from(*value)),
        Role::CryptoUser => cluster.keys.iter().any(|key| {
            let asked = usize::from(key.manage_quorum.max(key.use_quorum));
            key.shared_with.iter().any(|user| user == name) && key.associated_users() <= asked
        }),
    }
}

/// The cluster's users, and the appliance user that every cluster has.
pub fn list(world: &World<'_>) -> Value {
    let one = |user: &User| {
        let waiting = user.role == Role::Admin && user.name == "admin" && !world.cluster.activated;
        json!({
            "username": user.name,
            "role": if waiting { "unactivated-admin" } else { user.role.word() },
            "locked": user.is_locked().to_string(),
            "mfa": strategies(user.mfa_key().is_some()),
            "quorum": strategies(user.approval_key().is_some()),
            "cluster-coverage": coverage(user.diverged),
        })
    };
    let appliance = json!({
        "username": APPLIANCE_USER,
        "role": "internal(APPLIANCE_USER)",
        "locked": "false",
        "mfa": [],
        "quorum": [],
        "cluster-coverage": "full",
    });
    json!({ "users": world.cluster.users.iter().map(one).chain([appliance]).collect::<Vec<_>>() })
}

fn strategies(enabled: bool) -> Value {
    match enabled {
        true => json!([{ "strategy": "token-sign", "status": "enabled" }]),
        false => json!([]),
    }
}

/// Whether all HSMs know of it.
pub fn coverage(diverged: bool) -> &'static str {
    if diverged { "inconsistent" } else { "full" }
}

pub struct PasswordChange<'a> {
    pub password: &'a str,
    pub deregister_mfa: bool,
    pub deregister_quorum: bool,
}

/// One's own; as admin another's, under the quorum of `user`, unless that user is logged in.
pub fn change_password(
    world: &mut World<'_>,
    account: &Account,
    change: &PasswordChange<'_>,
    approval: Option<&Path>,
) -> Answer {
    let who = world.user()?;
    let name = existing(world, account)?;
    check_password(change.password)?;
    let wanted = own_or_admin(world, account)?;
    own_or_absent(world, account)?;
    let own = who.is(&name, account.role);
    guarded(world, &wanted, approval, |world| {
        set_password(world, &name, account.role, change, own)
    })
}

/// Whoever is logged in is given no password by another, by whichever command.
pub fn own_or_absent(world: &World<'_>, account: &Account) -> Result<(), Refusal> {
    let (name, role) = (account.name(), account.role);
    match !world.user()?.is(&name, role) && is_logged_in(&world.store.sessions(), &name, role)? {
        true => Err(Refusal::NotAllowed {
            rule: "The password of a user who is logged in cannot be changed",
        }),
        false => Ok(()),
    }
}

/// What a change of password or MFA takes: one's own nothing, unless admins need the quorum there too; another's an
/// admin, under the quorum of `user`.
pub fn own_or_admin(world: &World<'_>, account: &Account) -> Result<Wanted, Refusal> {
    let who = world.user()?;
    let own = who.is(&account.name(), account.role);
    let counted = world.cluster.switches.is(&OWN_ACCOUNT_QUORUM, "counted") && who.role == Role::Admin;
    if own && !counted {
        return Ok(Wanted::nothing(Service::User));
    }
    world.admin()?;
    Ok(Wanted::admin(world.cluster, Service::User))
}

/// When another resets the password of a user with MFA, the registration for approvals is gone too.
fn set_password(world: &mut World<'_>, name: &str, role: Role, change: &PasswordChange<'_>, own: bool) -> Answer {
    let joining = world.cluster.joining;
    let user = world.cluster.user_mut(name, role).ok_or_else(|| unknown(name, role))?;
    user.set_password(change.password)?;
    user.diverged |= joining;
    if change.deregister_quorum || (!own && user.mfa_key().is_some()) {
        user.register(None);
    }
    // Of who has none, the registration for approvals stays.
    if change.deregister_mfa && user.mfa_key().is_some() {
        user.set_mfa(None);
    }
    world.log_about(Opcode::ChangePassword, name, role);
    Ok(identity(name, role))
}

fn creation(role: Role) -> Opcode {
    match role {
        Role::Admin => Opcode::CreateAdmin,
        Role::CryptoUser => Opcode::CreateUser,
    }
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

pub fn unknown(name: &str, role: Role) -> Refusal {
    Refusal::invalid(format!("There is no user {name} with role {}", role.word()))
}

const APPLIANCE_USER: &str = "app_user";
const MOST_USERS: usize = 1024;
