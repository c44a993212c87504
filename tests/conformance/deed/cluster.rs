//! The cluster: its HSMs, its activation, and mutual TLS.

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ClusterDeed {
    HsmInfo,
    Activate,
    Mtls,
    RegisterAnchor { certificate: String, token: Option<String> },
    DeregisterAnchor { certificate: String, token: Option<String> },
    Enforce { level: String, token: Option<String> },
}
