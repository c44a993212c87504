//! `quorum token-sign generate`, `list` and `delete`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::audit::Opcode;
use crate::cli::Scope;
use crate::error::Refusal;
use crate::files;
use crate::filters;
use crate::keys::{Key, reference_text};
use crate::session::Identity;
use crate::switches::{REGISTRATION_FILE, SECOND_ADMIN_TOKEN, TOKEN_LIST_NUMBERS, TOKEN_PATH_FIELD};
use crate::tokens::{Minting, ROOM, Service, Token};
use crate::words::base64;
use crate::world::World;

/// Mints a token for this session and writes it, unsigned, to a file.
pub fn generate(world: &mut World<'_>, service: Service, path: &Path, criteria: &[String]) -> Answer {
    let who = entitled(world, service)?;
    let key = match service.is_key() {
        true => Some(quorum_key(world, &who, service, criteria)?.reference),
        false if criteria.is_empty() => None,
        false => return Err(Refusal::invalid(format!("Service {} takes no filter", service.word()))),
    };
    make_room(world, service)?;
    let counter = world.session.next_counter();
    let minting = Minting {
        service,
        key,
        requester: &who.name,
        counter,
        now: world.now,
    };
    let token = Token::mint(world.cluster, &minting)?;
    let text = serde_json::to_string_pretty(&file(world, &who, &token)).unwrap_or_default();
    files::write(path, &text)?;
    world.session.keep_token(token)?;
    if world.cluster.notes_tokens_of(service) {
        let event = world.event(Opcode::GetToken);
        world.log(event);
    }
    Ok(json!({ (world.cluster.switches.value(&TOKEN_PATH_FIELD)): path.display().to_string() }))
}

/// Admin services are the admins', key services the crypto users'; anybody may register.
fn entitled(world: &World<'_>, service: Service) -> Result<Identity, Refusal> {
    match service {
        Service::User | Service::Quorum | Service::Cluster => world.admin(),
        Service::KeyUsage | Service::KeyManagement => world.crypto_user(),
        Service::Registration => world.user(),
    }
}

fn quorum_key<'a>(
    world: &'a World<'_>,
    who: &Identity,
    service: Service,
    criteria: &[String],
) -> Result<&'a Key, Refusal> {
    let key = filters::single(world.cluster, who, criteria)?;
    if service == Service::KeyManagement && !key.is_owned_by(who) {
        return Err(Refusal::NotAllowed {
            rule: "Only the owner manages a key",
        });
    }
    match key.use_quorum < 2 {
        true => Err(Refusal::invalid("The key is under no quorum")),
        false => Ok(key),
    }
}

/// One living token for each admin service, many for the others; where there is no room expired ones go.
fn make_room(world: &mut World<'_>, service: Service) -> Result<(), Refusal> {
    drop_dead(world);
    if service.is_admin() && world.session.tokens().iter().any(|token| token.service == service) {
        if world.cluster.switches.is(&SECOND_ADMIN_TOKEN, "refused") {
            return Err(Refusal::TokenExists {
                service: service.word().into(),
            });
        }
        world.session.retain_tokens(|token| token.service != service);
    }
    if world.session.tokens().len() < ROOM {
        Ok(())
    } else {
        Err(Refusal::TooManyTokens)
    }
}

fn drop_dead(world: &mut World<'_>) {
    let (cluster, now) = (&*world.cluster, world.now);
    world
        .session
        .retain_tokens(|token| token.seconds_left(now) > 0 && !token.is_void(cluster));
}

/// The file's form differs by kind of service.
fn file(world: &World<'_>, who: &Identity, token: &Token) -> Value {
    let (data, digest) = (base64(&token.data), base64(&token.digest));
    if token.service == Service::Registration {
        let mut file = json!({
            "version": "2.0",
            "tokens": [{ "approval_data": data, "unsigned": digest, "signed": "" }],
        });
        if world.cluster.switches.is(&REGISTRATION_FILE, "with-template") {
            file["signatures"] = json!([{ "username": who.name, "role": who.role, "signature": "" }]);
        }
        return file;
    }
    let mut file = json!({ "version": "2.0", "approval_data": data, "token": digest, "signatures": [] });
    if let Some(key) = token.key {
        file["service"] = json!(token.service);
        file["key_reference"] = json!(reference_text(key));
    }
    file
}

/// Admin tokens one by one, key tokens counted by service and key.
pub fn list(world: &mut World<'_>) -> Answer {
    let who = world.user()?;
    drop_dead(world);
    let number = |value: u64| match world.cluster.switches.is(&TOKEN_LIST_NUMBERS, "wrapped") {
        true => json!({ "value": value }),
        false => json!(value),
    };
    let mut listed = Vec::new();
    let mut keys: BTreeMap<(Service, u64), u64> = BTreeMap::new();
    for token in world.session.tokens() {
        match token.key {
            Some(key) => *keys.entry((token.service, key)).or_default() += 1,
            None if token.service.is_admin() => listed.push(json!({
                "username": who.name,
                "service": token.service,
                "approvals-required": number(world.cluster.quorum_value(token.service).into()),
                // Approvals come with the operation itself; before it the HSM knows of none.
                "number-of-approvals": number(0),
                "token-timeout-seconds": number(token.seconds_left(world.now)),
                "cluster-coverage": "full",
            })),
            None => {}
        }
    }
    listed.extend(keys.into_iter().map(|((service, key), count)| {
        json!({
            "username": who.name,
            "service": service,
            "key-reference": reference_text(key),
            "minimum-token-count": count,
        })
    }));
    Ok(json!({ "tokens": listed }))
}

/// One's own, or everybody's: other sessions find theirs void at their next command.
pub fn delete(world: &mut World<'_>, scope: Scope) -> Answer {
    world.admin()?;
    let event = world.event(Opcode::DeleteToken);
    world.log(event);
    match scope {
        Scope::User => world.session.retain_tokens(|_| false),
        Scope::All => world.cluster.token_epoch += 1,
    }
    Ok(json!("Deletion of quorum token(s) successful"))
}
