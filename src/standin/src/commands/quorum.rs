//! `quorum token-sign list-quorum-values` and `set-quorum-value`.

use std::path::Path;

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::approvals::guarded;
use crate::audit::Opcode;
use crate::error::Refusal;
use crate::switches::QUORUM_VALUE_ORDER;
use crate::tokens::Service;
use crate::wanted::Wanted;
use crate::world::World;

pub fn list_values(world: &World<'_>) -> Value {
    json!(world.cluster.quorum_values)
}

/// 2 to 8, and no more than there are admins.
pub fn set_value(world: &mut World<'_>, service: Service, value: u8, approval: Option<&Path>) -> Answer {
    world.admin()?;
    if !service.is_admin() {
        return Err(Refusal::invalid(format!(
            "Service {} has no quorum value of its own",
            service.word()
        )));
    }
    if !(2..=8).contains(&value) || usize::from(value) > world.cluster.admins() {
        return Err(Refusal::InvalidQuorumValue);
    }
    check_order(world, service, value)?;
    let wanted = Wanted::quorum_change(world.cluster, service);
    guarded(world, &wanted, approval, |world| {
        world.cluster.quorum_values.insert(service, value);
        let mut event = world.event(Opcode::SetQuorumValue);
        event.operation = Some(format!("{} {value}", service.word()));
        world.log(event);
        Ok(json!("Set quorum value successful"))
    })
}

/// `user` no higher than `quorum`, where that is enforced.
fn check_order(world: &World<'_>, service: Service, value: u8) -> Result<(), Refusal> {
    let wrong = match service {
        Service::User => value > world.cluster.quorum_value(Service::Quorum),
        Service::Quorum => value < world.cluster.quorum_value(Service::User),
        _ => false,
    };
    match wrong && world.cluster.switches.is(&QUORUM_VALUE_ORDER, "enforced") {
        true => Err(Refusal::InvalidQuorumValue),
        false => Ok(()),
    }
}
