//! The cluster as lines: its HSMs, its activation, and mutual TLS.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;

use super::Lines;
use crate::deed::ClusterDeed;
use crate::place::{Came, PASSWORD};
use crate::scenario::Step;
use crate::{people, shape};

impl Lines {
    pub(super) fn cluster(&mut self, step: &Step, deed: &ClusterDeed) -> Came {
        let line = match deed {
            ClusterDeed::HsmInfo => "cluster hsm-info".into(),
            ClusterDeed::Activate => format!("cluster activate --password {PASSWORD}"),
            ClusterDeed::Mtls => return self.mtls(step),
            ClusterDeed::RegisterAnchor { certificate, token } => {
                let (file, approval) = (self.place.path("anchor.pem"), self.approval(token.as_deref()));
                fs::write(&file, people::certificate(certificate)).expect("the certificate");
                format!("cluster mtls register-trust-anchor --path {}{approval}", file.display())
            }
            ClusterDeed::DeregisterAnchor { certificate, token } => {
                let approval = self.approval(token.as_deref());
                format!("cluster mtls deregister-trust-anchor --certificate-reference {certificate}{approval}")
            }
            ClusterDeed::Enforce { level, token } => {
                let approval = self.approval(token.as_deref());
                format!("cluster mtls set-enforcement --level {level}{approval}")
            }
        };
        self.say(step, &line)
    }

    /// Anchors and enforcement are two commands, and one operation of the trait.
    fn mtls(&mut self, step: &Step) -> Came {
        let (anchors, level) = (
            self.say(step, "cluster mtls list-trust-anchors"),
            self.say(step, "cluster mtls get-enforcement"),
        );
        match (anchors, level) {
            (Came::Yes(anchors), Came::Yes(level)) => {
                shape::demand("list-trust-anchors", &anchors, &BTreeMap::new());
                shape::demand("get-enforcement", &level, &BTreeMap::new());
                Came::Yes(json!({
                    "anchors": anchors["trust_anchors"].as_array().map(Vec::len),
                    "level": level["mtls-enforcement-level"],
                }))
            }
            (Came::Yes(_), other) | (other, _) => other,
        }
    }
}
