//! `cluster mtls …`: which certificates clients may come with, and whether they must.

use std::path::Path;

use pkcs8::der::pem;
use serde_json::{Value, json};

use super::users::coverage;
use crate::answers::{Answer, message};
use crate::approvals::guarded;
use crate::audit::Opcode;
use crate::cli::MtlsCommand;
use crate::error::Refusal;
use crate::state::{Cluster, Enforcement, Role, TrustAnchor};
use crate::tokens::Service;
use crate::wanted::Wanted;
use crate::world::World;

pub fn carry_out(world: &mut World<'_>, command: MtlsCommand) -> Answer {
    match command {
        MtlsCommand::RegisterTrustAnchor { path, approval } => register(world, &path, approval.as_deref()),
        MtlsCommand::ListTrustAnchors => Ok(list(world.cluster)),
        MtlsCommand::DeregisterTrustAnchor {
            certificate_reference,
            approval,
        } => deregister(world, &certificate_reference, approval.as_deref()),
        MtlsCommand::GetEnforcement => {
            world.user()?;
            Ok(json!({ "mtls-enforcement-level": world.cluster.mtls_enforcement }))
        }
        MtlsCommand::SetEnforcement { level, approval } => set_enforcement(world, level, approval.as_deref()),
    }
}

/// One more, of at most two. One that some HSMs miss is made whole when it is registered again, with an error.
fn register(world: &mut World<'_>, path: &Path, approval: Option<&Path>) -> Answer {
    world.admin()?;
    let certificate = certificate(world.given.text(path)?)?;
    let known = world
        .cluster
        .trust_anchors
        .iter()
        .position(|anchor| anchor.certificate == certificate);
    let diverged = known.is_some_and(|known| world.cluster.trust_anchors[known].diverged);
    if known.is_some() && !diverged {
        return Err(Refusal::invalid("The trust anchor is registered already"));
    }
    if known.is_none() && world.cluster.trust_anchors.len() >= MOST_ANCHORS {
        return Err(Refusal::invalid("There is no room for another trust anchor"));
    }
    let wanted = Wanted::admin(world.cluster, Service::Cluster);
    guarded(world, &wanted, approval, |world| match known {
        Some(known) => {
            world.cluster.trust_anchors[known].diverged = false;
            log(world, Opcode::StoreCertificate);
            Ok(Err(Refusal::invalid(
                "The trust anchor is registered on some HSMs already",
            )))
        }
        None => {
            log(world, Opcode::StoreCertificate);
            Ok(Ok(add(world.cluster, certificate)))
        }
    })?
}

fn add(cluster: &mut Cluster, certificate: String) -> Value {
    let anchor = TrustAnchor {
        reference: cluster.next_anchor,
        certificate,
        diverged: cluster.joining,
    };
    let data = json!({ "trust_anchor": shown(&anchor) });
    cluster.next_anchor += 1;
    cluster.trust_anchors.push(anchor);
    data
}

fn list(cluster: &Cluster) -> Value {
    json!({ "trust_anchors": cluster.trust_anchors.iter().map(shown).collect::<Vec<_>>() })
}

fn deregister(world: &mut World<'_>, references: &[String], approval: Option<&Path>) -> Answer {
    world.admin()?;
    let anchors = &world.cluster.trust_anchors;
    let is_there = |wanted: &&String| anchors.iter().any(|anchor| reference(anchor) == **wanted);
    if let Some(missing) = references.iter().find(|wanted| !is_there(wanted)) {
        return Err(Refusal::invalid(format!("There is no trust anchor {missing}")));
    }
    let wanted = Wanted::admin(world.cluster, Service::Cluster);
    guarded(world, &wanted, approval, |world| {
        let stays = |anchor: &TrustAnchor| !references.contains(&reference(anchor));
        world.cluster.trust_anchors.retain(stays);
        log(world, Opcode::RemoveCertificate);
        message("Trust anchor deregistered successfully")
    })
}

/// The first admin's alone, and only over a connection that would still be let in.
fn set_enforcement(world: &mut World<'_>, level: Enforcement, approval: Option<&Path>) -> Answer {
    if !world.user()?.is("admin", Role::Admin) {
        return Err(Refusal::NotAllowed {
            rule: "Only the user admin may set the mtls enforcement",
        });
    }
    if !world.cluster.is_mtls() {
        return Err(Refusal::NotOverMtls);
    }
    let wanted = Wanted::admin(world.cluster, Service::Cluster);
    guarded(world, &wanted, approval, |world| {
        world.cluster.mtls_enforcement = level;
        log(world, Opcode::SetEnforcement);
        message("Mtls enforcement level set successfully")
    })
}

fn log(world: &mut World<'_>, opcode: Opcode) {
    let event = world.event(opcode);
    world.log(event);
}

/// PEM and nothing else, one certificate and nothing after it.
fn certificate(text: &str) -> Result<String, Refusal> {
    match pem::decode_vec(text.as_bytes()) {
        Ok(("CERTIFICATE", der)) if is_one_sequence(&der) => Ok(text.to_owned()),
        _ => Err(Refusal::invalid("The trust anchor is not one certificate in PEM")),
    }
}

/// X.690 §8.1: a sequence, its length in one or two further bytes, and just that.
fn is_one_sequence(der: &[u8]) -> bool {
    match der {
        [0x30, 0x81, length, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x82, high, low, rest @ ..] => rest.len() == usize::from(u16::from_be_bytes([*high, *low])),
        _ => false,
    }
}

fn shown(anchor: &TrustAnchor) -> Value {
    json!({
        "certificate-reference": reference(anchor),
        "certificate": anchor.certificate,
        "cluster-coverage": coverage(anchor.diverged),
    })
}

fn reference(anchor: &TrustAnchor) -> String {
    format!("0x{:02x}", anchor.reference)
}

const MOST_ANCHORS: usize = 2;
