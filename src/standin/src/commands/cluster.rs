//! `cluster activate` and `cluster hsm-info`.

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::audit::Opcode;
use crate::error::Refusal;
use crate::state::Role;
use crate::users::check_password;
use crate::world::World;

/// Gives the first admin a password, once.
pub fn activate(world: &mut World<'_>, password: &str) -> Answer {
    if world.cluster.activated {
        return Err(Refusal::invalid("The cluster is activated already"));
    }
    check_password(password)?;
    let admin = world
        .cluster
        .user_mut("admin", Role::Admin)
        .ok_or(Refusal::invalid("There is no user admin"))?;
    admin.set_password(password)?;
    world.cluster.activated = true;
    let mut event = world.event(Opcode::ChangePassword);
    let mut person = world.cluster.person("admin", Role::Admin);
    person.kind = BEFORE_ACTIVATION;
    event.user = Some(person);
    world.log(event);
    world.cluster.log_backup();
    Ok(json!("Cluster activation successful"))
}

pub fn hsm_info(world: &World<'_>) -> Value {
    let hsm = |serial: u64| {
        json!({
            "vendor": "cloudhsm-standin, for rehearsals and tests only",
            "model": "stand-in",
            "serial-number": format!("standin-{serial:04}"),
            "hardware-version-major": "0",
            "hardware-version-minor": "0",
            "firmware-version-major": "0",
            "firmware-version-minor": "0",
            "firmware-build-number": "0",
            "firmware-id": "STANDIN-0",
            "fips-state": "0 [not a validated module]",
        })
    };
    json!({ "hsms": world.cluster.nodes.iter().map(|node| hsm(node.serial)).collect::<Vec<_>>() })
}

/// A user's kind in the audit log.
const BEFORE_ACTIVATION: u8 = 6;
