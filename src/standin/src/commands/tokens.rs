//! `quorum token-sign generate`, `list` and `delete`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::answers::Answer;
use crate::audit::Opcode;
use crate::cli::Scope;
use crate::error::Refusal;
use crate::filters;
use crate::given::Made;
use crate::keys::{Key, reference_text};
use crate::presence::{self, Held};
use crate::session::Identity;
use crate::switches::{ADMIN_TOKEN_SCOPE, REGISTRATION_FILE, SECOND_ADMIN_TOKEN, TOKEN_LIST_NUMBERS, TOKEN_PATH_FIELD};
use crate::token_file::VERSION;
use crate::tokens::{Facts, Minting, ROOM, Service, Token};
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
    make_room(world, &who, service)?;
    let counter = world.session.next_counter();
    let minting = Minting {
        service,
        key,
        requester: &who.name,
        counter,
        now: world.now,
    };
    let token = Token::mint(world.cluster, &minting)?;
    world.made = Some(Made {
        path: path.into(),
        text: serde_json::to_string_pretty(&file(world, &who, &token)).unwrap_or_default(),
        token: Some(token.facts.id),
    });
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

/// One living token of an admin service for each user, or in all the cluster, many of the others; where there is no
/// room expired ones go.
fn make_room(world: &mut World<'_>, who: &Identity, service: Service) -> Result<(), Refusal> {
    let there = present(world)?;
    let of_all = world.cluster.switches.is(&ADMIN_TOKEN_SCOPE, "per-cluster");
    let same = |holder: &Identity, token: &Facts| token.service == service && (of_all || holder == who);
    if service.is_admin() && there.iter().any(|(holder, token)| same(holder, token)) {
        if world.cluster.switches.is(&SECOND_ADMIN_TOKEN, "refused") {
            return Err(Refusal::TokenExists {
                service: service.word().into(),
            });
        }
        take_away(world, same)?;
        return Ok(());
    }
    if there.len() < ROOM {
        Ok(())
    } else {
        Err(Refusal::TooManyTokens)
    }
}

/// What lives in the cluster, with its holder: this session's tokens and all others'.
fn present(world: &mut World<'_>) -> Result<Vec<(Identity, Facts)>, Refusal> {
    let (cluster, now) = (&*world.cluster, world.now);
    world.session.retain_tokens(|token| token.facts.lives(cluster, now));
    world.session.show_tokens()?;
    let held = presence::held(&world.store.sessions())?;
    let theirs = held.into_iter().flat_map(|Held { who, tokens }| {
        let living = tokens.into_iter().filter(|token| token.lives(cluster, now));
        living.map(move |token| (who.clone(), token)).collect::<Vec<_>>()
    });
    Ok(theirs.collect())
}

/// From this session and from others, which miss them at their next command.
fn take_away(world: &mut World<'_>, goes: impl Fn(&Identity, &Facts) -> bool) -> Result<(), Refusal> {
    world.session.show_tokens()?;
    presence::take_away(&world.store.sessions(), goes)?;
    world.session.miss_tokens();
    Ok(())
}

/// The file's form differs by kind of service.
fn file(world: &World<'_>, who: &Identity, token: &Token) -> Value {
    let (data, digest) = (base64(&token.data), base64(&token.digest));
    if token.facts.service == Service::Registration {
        let mut file = json!({
            "version": VERSION,
            "tokens": [{ "approval_data": data, "unsigned": digest, "signed": "" }],
        });
        if world.cluster.switches.is(&REGISTRATION_FILE, "with-template") {
            file["signatures"] = json!([{ "username": who.name, "role": who.role, "signature": "" }]);
        }
        return file;
    }
    let mut file = json!({ "version": VERSION, "approval_data": data, "token": digest, "signatures": [] });
    if let Some(key) = token.facts.key {
        file["service"] = json!(token.facts.service);
        file["key_reference"] = json!(reference_text(key));
    }
    file
}

/// Everybody's: admin tokens one by one, key tokens counted by user, service and key.
pub fn list(world: &mut World<'_>) -> Answer {
    world.user()?;
    let there = present(world)?;
    let number = |value: u64| match world.cluster.switches.is(&TOKEN_LIST_NUMBERS, "wrapped") {
        true => json!({ "value": value }),
        false => json!(value),
    };
    let mut listed = Vec::new();
    let mut keys: BTreeMap<(String, Service, u64), u64> = BTreeMap::new();
    for (holder, token) in there {
        match token.key {
            Some(key) => *keys.entry((holder.name, token.service, key)).or_default() += 1,
            None if token.service.is_admin() => listed.push(json!({
                "username": holder.name,
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
    listed.extend(keys.into_iter().map(|((holder, service, key), count)| {
        json!({
            "username": holder,
            "service": service,
            "key-reference": reference_text(key),
            "minimum-token-count": count,
        })
    }));
    Ok(json!({ "tokens": listed }))
}

/// One's own, in all sessions, or everybody's: other sessions miss theirs at their next command.
pub fn delete(world: &mut World<'_>, scope: Scope) -> Answer {
    let who = world.admin()?;
    let event = world.event(Opcode::DeleteToken);
    world.log(event);
    match scope {
        Scope::User => take_away(world, |holder, _| *holder == who)?,
        Scope::All => world.cluster.token_epoch += 1,
    }
    Ok(json!("Deletion of quorum token(s) successful"))
}
