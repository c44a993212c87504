//! Mutual TLS: trust anchors registered and removed, and how far the cluster insists.

use serde::Deserialize;

use super::CloudHsm;
use crate::{
    Approved, Error, Mtls, MtlsEnforcement, QuorumService, Request, Service, TrustAnchor, spki,
    wire::{self, malformed},
};

pub(super) fn state(hsm: &mut CloudHsm) -> Result<Mtls, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Level {
        mtls_enforcement_level: String,
    }
    let anchors = anchors(hsm)?;
    let level: Level = hsm.ask(Request::new("cluster mtls get-enforcement"))?.typed()?;
    Ok(Mtls {
        anchors,
        enforcement: level.mtls_enforcement_level,
    })
}

/// Registering an anchor on which HSMs differ repairs it, and the CLI says no all the same (measured with 5.18). So a no
/// without a reason that we know is judged by the state.
pub(super) fn register(hsm: &mut CloudHsm, pem: &str, approved: Option<&Approved>) -> Result<TrustAnchor, Error> {
    let wanted = certificate(pem)?;
    check(approved)?;
    let request = Request::new("cluster mtls register-trust-anchor").with_input(
        "--path",
        "trust-anchor.pem",
        pem.as_bytes().to_vec(),
    );
    match hsm.ask(hsm.approved(request, approved)) {
        Ok(answer) => {
            let shown = answer.shown.clone();
            let Registered { trust_anchor } = answer.typed()?;
            check_reference(&shown, &trust_anchor)?;
            match certificate(&trust_anchor.certificate_pem).ok() == Some(wanted) {
                true => Ok(trust_anchor),
                false => Err(Error::WrongAnswer {
                    what: "trust anchor",
                    expected: "the certificate given".into(),
                    found: format!("another, {}", trust_anchor.reference),
                }),
            }
        }
        Err(refusal @ Error::Unknown { .. }) => {
            let there = anchors(hsm)?.into_iter().find(|anchor| {
                anchor.coverage == "full" && certificate(&anchor.certificate_pem).is_ok_and(|found| found == wanted)
            });
            there.ok_or(refusal)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn deregister(hsm: &mut CloudHsm, reference: &str, approved: Option<&Approved>) -> Result<(), Error> {
    if wire::parse_reference(reference).is_none() {
        return Err(Error::BadArgument {
            value: reference.to_owned(),
        });
    }
    check(approved)?;
    let request = Request::new("cluster mtls deregister-trust-anchor").with("--certificate-reference", reference);
    hsm.tell(hsm.approved(request, approved))
}

pub(super) fn set_enforcement(
    hsm: &mut CloudHsm,
    level: MtlsEnforcement,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    check(approved)?;
    let request = Request::new("cluster mtls set-enforcement").with("--level", level.as_str());
    hsm.tell(hsm.approved(request, approved))
}

#[derive(Deserialize)]
struct Registered {
    trust_anchor: TrustAnchor,
}

fn anchors(hsm: &mut CloudHsm) -> Result<Vec<TrustAnchor>, Error> {
    #[derive(Deserialize)]
    struct Listed {
        trust_anchors: Vec<TrustAnchor>,
    }
    let answer = hsm.ask(Request::new("cluster mtls list-trust-anchors"))?;
    let shown = answer.shown.clone();
    let Listed { trust_anchors } = answer.typed()?;
    trust_anchors
        .iter()
        .try_for_each(|anchor| check_reference(&shown, anchor))?;
    Ok(trust_anchors)
}

/// A reference goes into later commands, so it must be one.
fn check_reference(shown: &str, anchor: &TrustAnchor) -> Result<(), Error> {
    match wire::parse_reference(&anchor.reference) {
        Some(_) => Ok(()),
        None => Err(malformed(
            shown,
            format!("{:?} is no certificate reference", anchor.reference),
        )),
    }
}

/// The one certificate of a PEM file, in DER. Whether it is a good one is the HSM's to judge.
fn certificate(pem: &str) -> Result<Vec<u8>, Error> {
    spki::from_pem(pem.as_bytes(), "CERTIFICATE").ok_or(Error::BadTrustAnchor)
}

fn check(approved: Option<&Approved>) -> Result<(), Error> {
    match approved {
        Some(approved) => approved.check(Service::Admin(QuorumService::Cluster), None),
        None => Ok(()),
    }
}
