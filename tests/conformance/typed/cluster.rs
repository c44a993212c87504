//! The cluster as operations of the trait: its HSMs, its activation, and mutual TLS.

use hsm::{Error, MtlsEnforcement, Secret};
use serde_json::{Value, json};

use super::{Typed, nothing};
use crate::deed::ClusterDeed;
use crate::people;
use crate::place::PASSWORD;
use crate::scenario::Step;

impl Typed {
    pub(super) fn cluster(&mut self, step: &Step, deed: &ClusterDeed) -> Result<Value, Error> {
        match deed {
            ClusterDeed::HsmInfo => {
                let nodes = self.hsm(step).nodes()?;
                let serials: Vec<_> = nodes
                    .iter()
                    .map(|node| json!({ "serial-number": node.serial_number }))
                    .collect();
                Ok(json!({ "hsms": serials }))
            }
            ClusterDeed::Activate => self.hsm(step).activate(&Secret::new(PASSWORD.into())).map(nothing),
            ClusterDeed::Mtls => {
                let mtls = self.hsm(step).mtls()?;
                Ok(json!({ "anchors": mtls.anchors.len(), "level": mtls.enforcement }))
            }
            ClusterDeed::RegisterAnchor { certificate, token } => {
                let approved = self.approved(token.as_ref())?;
                let anchor = self
                    .hsm(step)
                    .register_trust_anchor(&people::certificate(certificate), approved.as_ref())?;
                Ok(json!({ "trust_anchor": { "certificate-reference": anchor.reference } }))
            }
            ClusterDeed::DeregisterAnchor { certificate, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .deregister_trust_anchor(certificate, approved.as_ref())
                    .map(nothing)
            }
            ClusterDeed::Enforce { level, token } => {
                let approved = self.approved(token.as_ref())?;
                let level = if level == "none" {
                    MtlsEnforcement::None
                } else {
                    MtlsEnforcement::Cluster
                };
                self.hsm(step)
                    .set_mtls_enforcement(level, approved.as_ref())
                    .map(nothing)
            }
        }
    }
}
