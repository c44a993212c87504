//! `login` and `logout`.

use serde_json::json;

use crate::answers::Answer;
use crate::cli::Login;
use crate::error::Refusal;
use crate::presence::Presence;
use crate::session::Identity;
use crate::state::Role;
use crate::world::World;

pub fn login(world: &mut World<'_>, order: &Login) -> Answer {
    let password = order.password.as_deref().unwrap_or_default();
    log_in(world, &order.account.username, order.account.role, password)
}

pub fn log_in(world: &mut World<'_>, name: &str, role: Role, password: &str) -> Answer {
    if world.session.who().is_some() {
        return Err(Refusal::AlreadyLoggedIn);
    }
    let name = name.to_ascii_lowercase();
    world
        .cluster
        .user_mut(&name, role)
        .ok_or(Refusal::LoginFailed)?
        .log_in(password)?;
    let presence = Presence::begin(&world.store.sessions(), &name, role)?;
    world.session.begin(
        Identity {
            name: name.clone(),
            role,
        },
        presence,
    );
    Ok(json!({ "username": name, "role": role }))
}

pub fn logout(world: &mut World<'_>) -> Answer {
    world.user()?;
    world.session.end();
    Ok(json!("Logout successful"))
}
