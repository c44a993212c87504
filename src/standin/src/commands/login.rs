//! `login` and `logout`.

use serde_json::json;

use super::users::identity;
use crate::answers::Answer;
use crate::audit::{Opcode, Place};
use crate::cli::{Account, Login};
use crate::error::Refusal;
use crate::presence::Presence;
use crate::session::Identity;
use crate::words::random;
use crate::world::World;

pub fn login(world: &mut World<'_>, order: &Login) -> Answer {
    log_in(world, &order.account, order.password.as_deref().unwrap_or_default())
}

/// With the password alone. For a user with MFA that is not enough, and no wrong password either; but a wrong one is
/// counted for them too, or this would be a way to try as many as one likes.
pub fn log_in(world: &mut World<'_>, account: &Account, password: &str) -> Answer {
    right_password(world, account, password)?;
    let user = world.cluster.user(&account.name(), account.role);
    match user.is_some_and(|user| user.mfa_key().is_some()) {
        true => Err(Refusal::MfaRequired),
        false => enter(world, account),
    }
}

/// The user is there, not locked, and this is the password; a wrong one is counted.
pub fn right_password(world: &mut World<'_>, account: &Account, password: &str) -> Result<(), Refusal> {
    if world.session.who().is_some() {
        return Err(Refusal::AlreadyLoggedIn);
    }
    let user = world.cluster.user_mut(&account.name(), account.role);
    user.ok_or(Refusal::LoginFailed)?.log_in(password)
}

/// Everything was checked: the user is in.
pub fn enter(world: &mut World<'_>, account: &Account) -> Answer {
    let (name, role) = (account.name(), account.role);
    let mfa = world
        .cluster
        .user(&name, role)
        .is_some_and(|user| user.mfa_key().is_some());
    let data = identity(&name, role);
    let handle = u32::from_be_bytes(random()?) >> 8 | HANDLES;
    let who = Identity { name, role };
    let presence = Presence::begin(&world.store.sessions(), &who)?;
    world.session.begin(who, presence, handle);
    let mut event = world.event(Opcode::Login);
    event.mfa = Some(mfa);
    world.log(event);
    Ok(data)
}

pub fn logout(world: &mut World<'_>) -> Answer {
    world.user()?;
    // Logins are noted by every HSM, logouts by one.
    let event = world.event(Opcode::Logout);
    world.cluster.log(Place::First, event);
    world.session.end();
    Ok(json!("Logout successful"))
}

/// Session handles begin here.
const HANDLES: u32 = 0x0700_0000;
