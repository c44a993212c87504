//! `user change-quorum token-sign register`: a user's own approval key, proved by a signed token.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::users::identity;
use crate::answers::Answer;
use crate::audit::Opcode;
use crate::error::Refusal;
use crate::given::Given;
use crate::switches::REGISTRATION_TOKEN;
use crate::token_file::check_version;
use crate::tokens::{Service, Token};
use crate::users::ApprovalKey;
use crate::words::from_base64;
use crate::world::World;

/// The key becomes that of the user who is logged in; an earlier one is forgotten.
pub fn register(world: &mut World<'_>, public_key: &Path, signed_token: &Path) -> Answer {
    let who = world.user()?;
    let key = ApprovalKey::from_pem(world.given.text(public_key)?)?;
    let token = Registration::read(world.given, signed_token)?;
    let digest = token.digest()?;
    check_origin(world, &digest)?;
    if !key.signed(&digest, &token.signature()?) {
        return Err(Refusal::InvalidQuorumSignature);
    }
    let joining = world.cluster.joining;
    let user = world
        .cluster
        .user_mut(&who.name, who.role)
        .ok_or(Refusal::NotLoggedIn)?;
    if user.mfa_key().is_some_and(|mfa| *mfa != key) {
        return Err(Refusal::OtherMfaKey);
    }
    user.register(Some(key));
    user.diverged |= joining;
    world.log_about(Opcode::RegisterQuorum, &who.name, who.role);
    world.session.retain_tokens(|token| token.digest != digest);
    Ok(identity(&who.name, who.role))
}

#[derive(Deserialize)]
struct File {
    version: String,
    tokens: Vec<Registration>,
}

#[derive(Deserialize)]
struct Registration {
    approval_data: String,
    unsigned: String,
    signed: String,
}

impl Registration {
    fn read(given: &Given, path: &Path) -> Result<Registration, Refusal> {
        let file: File = serde_json::from_slice(given.bytes(path)?)
            .map_err(|source| Refusal::invalid(format!("The registration token file does not parse: {source}")))?;
        check_version(&file.version)?;
        let one: Result<[Registration; 1], _> = file.tokens.try_into();
        one.map(|[token]| token)
            .map_err(|_| Refusal::invalid("The registration token file must hold one token"))
    }

    fn digest(&self) -> Result<[u8; 32], Refusal> {
        let digest: [u8; 32] = Sha256::digest(from_base64("approval_data", &self.approval_data)?).into();
        let unsigned = from_base64("unsigned", &self.unsigned)?;
        if unsigned == digest {
            Ok(digest)
        } else {
            Err(Refusal::InvalidQuorumSignature)
        }
    }

    fn signature(&self) -> Result<Vec<u8>, Refusal> {
        from_base64("signed", &self.signed)
    }
}

fn check_origin(world: &World<'_>, digest: &[u8; 32]) -> Result<(), Refusal> {
    let is_it = |token: &&Token| token.digest == *digest && token.facts.service == Service::Registration;
    let ours = world.session.tokens().iter().find(is_it);
    let lives = ours.is_some_and(|token| token.facts.lives(world.cluster, world.now));
    match lives || world.cluster.switches.is(&REGISTRATION_TOKEN, "any-session") {
        true => Ok(()),
        false => Err(Refusal::InvalidQuorumSignature),
    }
}
