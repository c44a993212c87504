//! A token for a command: it must be one that the plan means, for the service and the key that approve it.

use record::messages::TokenRequest;
use record::plan::{Command, Inbound, commands};

use crate::error::Error;

/// Whether a step of the plan means commands.
#[must_use]
pub fn at(step: &str, inbound: &Inbound) -> bool {
    commands(inbound).iter().any(|command| command.step == step)
}

/// The command that a token is for, if it is for exactly that.
///
/// # Errors
/// A command that the plan does not mean, or a token of another service or key.
pub fn find(asked: &TokenRequest, inbound: &Inbound) -> Result<Command, Error> {
    let step = record::text::plain(&asked.action.step, 63);
    let commands = commands(inbound);
    let Some(command) = commands.iter().find(|command| command.action() == asked.action) else {
        return Err(Error::OtherCommand {
            step,
            asked: asked.action.digest,
        });
    };
    let other_service = || Error::OtherService {
        service: record::text::plain(&asked.service, 40),
        step: step.clone(),
    };
    let consent = command.consent.as_ref().ok_or_else(other_service)?;
    if asked.service != consent.service.as_str() {
        return Err(other_service());
    }
    match asked.key == consent.key {
        true => Ok(command.clone()),
        false => Err(Error::OtherIssuer {
            step,
            issuer: consent.key.clone().unwrap_or_else(|| "none".into()),
            asked: record::text::plain(asked.key.as_deref().unwrap_or("none"), 63),
        }),
    }
}
