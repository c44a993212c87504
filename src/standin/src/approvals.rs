//! Approvals: whether a token file that came back signed allows this one operation.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::audit::Opcode;
use crate::error::Refusal;
use crate::keys::reference_text;
use crate::state::Cluster;
use crate::switches::{
    APPROVAL_ROLE, DUPLICATE_APPROVER, EXPIRED_TOKEN, FAILURE_CONSUMES_TOKEN, NON_SHARED_APPROVERS, SURPLUS_APPROVALS,
    USE_VOIDS_OTHER_TOKENS,
};
use crate::token_file::{Approval, TokenFile};
use crate::users::parse_name;
use crate::wanted::Wanted;
use crate::words::from_base64;
use crate::world::World;

/// Runs `act` if the approval allows it, and spends the token when `act` succeeds.
pub fn guarded<T>(
    world: &mut World<'_>,
    wanted: &Wanted,
    approval: Option<&Path>,
    act: impl FnOnce(&mut World<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    if wanted.required < 2 {
        return act(world);
    }
    let file = TokenFile::read(world.given, approval.ok_or_else(|| wanted.unapproved())?)?;
    let digest = find(world, wanted, &file)?;
    let result = judge(world, wanted, &file, &digest).and_then(|()| act(world));
    let failure_spends = world.cluster.switches.is(&FAILURE_CONSUMES_TOKEN, "yes");
    if (result.is_ok() && !wanted.stays) || (result.is_err() && failure_spends) {
        world.session.retain_tokens(|token| token.digest != digest);
    }
    if result.is_ok() && world.cluster.switches.is(&USE_VOIDS_OTHER_TOKENS, "yes") {
        world.session.retain_tokens(|token| token.digest == digest);
    }
    result
}

/// The living token of this session that the file is about; it must be for just this service and key.
fn find(world: &mut World<'_>, wanted: &Wanted, file: &TokenFile) -> Result<[u8; 32], Refusal> {
    let data = from_base64("approval_data", &file.approval_data)?;
    let digest: [u8; 32] = Sha256::digest(&data).into();
    if from_base64("token", &file.token)? != digest {
        return Err(Refusal::InvalidPair);
    }
    let cluster = &*world.cluster;
    world.session.retain_tokens(|token| !token.facts.is_void(cluster));
    let token = world
        .session
        .tokens()
        .iter()
        .find(|token| token.digest == digest)
        .ok_or(Refusal::InvalidPair)?;
    if token.facts.seconds_left(world.now) == 0 {
        world.session.retain_tokens(|token| token.digest != digest);
        return Err(expired(world.cluster));
    }
    let named = file.service.is_none_or(|service| service == token.facts.service)
        && file
            .key_reference
            .as_ref()
            .is_none_or(|text| token.facts.key.map(reference_text).as_ref() == Some(text));
    let fits = named && token.facts.service == wanted.service && token.facts.key == wanted.key;
    if fits { Ok(digest) } else { Err(wanted.unapproved()) }
}

fn expired(cluster: &Cluster) -> Refusal {
    match cluster.switches.is(&EXPIRED_TOKEN, "says-expired") {
        true => Refusal::TokenExpired,
        false => Refusal::InvalidPair,
    }
}

/// Just as many distinct approvers as are asked for (more, if the switch says so), each entitled, each with a valid
/// signature; one that is not valid spoils all.
fn judge(world: &mut World<'_>, wanted: &Wanted, file: &TokenFile, digest: &[u8; 32]) -> Result<(), Refusal> {
    let mut approvers = Vec::new();
    for approval in &file.signatures {
        let name = approver(world.cluster, wanted, approval, digest).ok_or(Refusal::InvalidPair)?;
        match world.cluster.switches.value(&DUPLICATE_APPROVER) {
            "refused" if approvers.contains(&name) => return Err(Refusal::InvalidPair),
            "once" if approvers.contains(&name) => {}
            _ => approvers.push(name),
        }
    }
    if approvers.len() < usize::from(wanted.required) {
        return Err(Refusal::TooFewApprovals {
            approvals: approvers.len(),
            required: wanted.required,
        });
    }
    let surplus = approvers.len() > usize::from(wanted.required);
    if surplus && world.cluster.switches.is(&SURPLUS_APPROVALS, "refused") {
        return Err(wanted.unapproved());
    }
    if world.cluster.notes_tokens_of(wanted.service) {
        let mut event = world.event(Opcode::ApproveToken);
        let role = wanted.service.approver_role();
        event.approvers = approvers
            .iter()
            .map(|name| world.cluster.person(name, role).id)
            .collect();
        world.log(event);
    }
    if let Some(token) = world.session.token_mut(digest) {
        token.facts.approve(world.cluster, world.now);
    }
    Ok(())
}

/// The approver's name, if this approval counts.
fn approver(cluster: &Cluster, wanted: &Wanted, approval: &Approval, digest: &[u8; 32]) -> Option<String> {
    let role = wanted.service.approver_role();
    let role_fits = match (cluster.switches.value(&APPROVAL_ROLE), approval.role.as_deref()) {
        ("required", None) | ("refused", Some(_)) => false,
        (_, None) => true,
        (_, Some(word)) => word == role.word(),
    };
    let name = parse_name(&approval.username).ok().filter(|_| role_fits)?;
    let key = cluster.user(&name, role)?.approval_key()?;
    let signature = from_base64("signature", &approval.signature).ok()?;
    (is_entitled(cluster, wanted, &name) && key.signed(digest, &signature)).then_some(name)
}

/// For admin services every admin; for a key its owner and those it is shared with.
fn is_entitled(cluster: &Cluster, wanted: &Wanted, name: &str) -> bool {
    let associated = |reference| cluster.key(reference).is_some_and(|key| key.is_associated(name));
    wanted.key.is_none_or(associated) || cluster.switches.is(&NON_SHARED_APPROVERS, "counted")
}
