//! Mutual TLS between client and cluster: the trust anchors, and whether the cluster insists.

use serde::Deserialize;

/// The cluster's mTLS settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mtls {
    /// Certificates whose clients may connect.
    pub anchors: Vec<TrustAnchor>,
    /// The level in the HSM's own word: `none`, or `cluster` where clients without a certificate are turned away.
    pub enforcement: String,
}

/// A certificate against which client certificates are checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TrustAnchor {
    /// The reference, such as `0x01`.
    #[serde(rename = "certificate-reference")]
    pub reference: String,
    /// The certificate, PEM, as the HSM gives it back.
    #[serde(rename = "certificate")]
    pub certificate_pem: String,
    /// `full` when on all HSMs present.
    #[serde(rename = "cluster-coverage")]
    pub coverage: String,
}

/// How far mTLS is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MtlsEnforcement {
    /// Not at all.
    None,
    /// On the whole cluster.
    Cluster,
}

impl MtlsEnforcement {
    /// The CLI's word.
    pub fn as_str(self) -> &'static str {
        match self {
            MtlsEnforcement::None => "none",
            MtlsEnforcement::Cluster => "cluster",
        }
    }
}
