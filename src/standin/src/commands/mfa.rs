//! `login … mfa-token-sign` and `user change-mfa token-sign`: each begins, asks, and ends.

use std::path::Path;

use super::login::{enter, right_password};
use super::users::{existing, identity, own_or_absent, own_or_admin, unknown};
use crate::answers::Answer;
use crate::approvals::guarded;
use crate::audit::Opcode;
use crate::cli::{Account, ChangeMfa, Login};
use crate::error::Refusal;
use crate::given::Made;
use crate::mfa::Challenge;
use crate::switches::{MFA_KEEPS_LOGIN, MFA_OFF_WORD};
use crate::users::{ApprovalKey, check_password};
use crate::world::World;

/// The password is right: writes what the user must sign as well.
pub fn begin_login(world: &mut World<'_>, order: &Login, token: &Path) -> Result<Challenge, Refusal> {
    right_password(world, &order.account, order.password.as_deref().unwrap_or_default())?;
    mfa_key(world, &order.account)?;
    challenge(world, token)
}

/// Logs in, if everything still holds and the file is signed for every HSM.
pub fn finish_login(world: &mut World<'_>, order: &Login, challenge: &Challenge, signed: &Path) -> Answer {
    right_password(world, &order.account, order.password.as_deref().unwrap_or_default())?;
    let key = mfa_key(world, &order.account)?;
    challenge.check(world.cluster.nodes.len(), world.given.bytes(signed)?, &key)?;
    enter(world, &order.account)
}

/// Settles what can be settled before anybody signs, and writes what the key to be registered must sign.
pub fn begin_change(world: &mut World<'_>, order: &ChangeMfa, token: &Path) -> Result<Challenge, Refusal> {
    existing(world, &order.account)?;
    let wanted = own_or_admin(world, &order.account)?;
    new_password(world, order)?;
    if order.approval.is_none() {
        wanted.needs_none()?;
    }
    challenge(world, token)
}

/// Turns MFA on, or on with another key; the key is from now on the one for approvals too.
pub fn finish_change(
    world: &mut World<'_>,
    order: &ChangeMfa,
    challenge: &Challenge,
    signed: &Path,
    public_key: &Path,
) -> Answer {
    let key = ApprovalKey::from_pem(world.given.text(public_key)?)?;
    challenge.check(world.cluster.nodes.len(), world.given.bytes(signed)?, &key)?;
    let user = world.cluster.user(&order.account.name(), order.account.role);
    let registered = user.and_then(|user| user.approval_key().cloned());
    if registered.is_some_and(|registered| registered != key) && !order.change_quorum {
        return Err(Refusal::OtherQuorumKey);
    }
    change(world, order, Some(key))
}

/// Turns MFA off; the registration for approvals goes with it.
pub fn remove(world: &mut World<'_>, order: &ChangeMfa) -> Answer {
    let word = if order.disable { "disable" } else { "deregister" };
    if !world.cluster.switches.is(&MFA_OFF_WORD, word) {
        let text = format!("error: unexpected argument '--{word}' found");
        return Err(Refusal::Usage { text });
    }
    existing(world, &order.account)?;
    mfa_key(world, &order.account)?;
    change(world, order, None)
}

fn change(world: &mut World<'_>, order: &ChangeMfa, key: Option<ApprovalKey>) -> Answer {
    let name = existing(world, &order.account)?;
    let role = order.account.role;
    let wanted = own_or_admin(world, &order.account)?;
    let (password, on) = (new_password(world, order)?, key.is_some());
    guarded(world, &wanted, order.approval.as_deref(), |world| {
        let joining = world.cluster.joining;
        let user = world
            .cluster
            .user_mut(&name, role)
            .ok_or_else(|| unknown(&name, role))?;
        if let Some(password) = password {
            user.set_password(password)?;
        }
        user.set_mfa(key);
        user.diverged |= joining;
        let mut event = world.event(Opcode::ChangeMfa);
        event.target = Some(world.cluster.person(&name, role));
        event.mfa = Some(on);
        world.log(event);
        Ok(())
    })?;
    let own = world.user()?.is(&name, role);
    if own && world.cluster.switches.is(&MFA_KEEPS_LOGIN, "no") {
        world.session.end();
    }
    Ok(identity(&name, role))
}

fn challenge(world: &mut World<'_>, token: &Path) -> Result<Challenge, Refusal> {
    let challenge = Challenge::new(world.cluster.nodes.len())?;
    world.made = Some(Made {
        path: token.into(),
        text: challenge.file(),
        token: None,
    });
    Ok(challenge)
}

fn mfa_key(world: &World<'_>, account: &Account) -> Result<ApprovalKey, Refusal> {
    let user = world.cluster.user(&account.name(), account.role);
    user.and_then(|user| user.mfa_key().cloned()).ok_or(Refusal::NoMfa)
}

/// The password that goes with the change, if one does: under the same rules as a change of the password alone.
fn new_password<'a>(world: &World<'_>, order: &'a ChangeMfa) -> Result<Option<&'a str>, Refusal> {
    let password = order.change_password.as_deref();
    if let Some(password) = password {
        check_password(password)?;
        own_or_absent(world, &order.account)?;
    }
    Ok(password)
}
