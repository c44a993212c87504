//! What AWS describes of a cluster: four PEM texts, alone or in the JSON of `aws cloudhsmv2 describe-clusters`.

use serde::Deserialize;

use crate::check::Findings;
use crate::{Error, Finding};

/// The request and the certificates of a cluster that is not initialised yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The cluster's id and state, where AWS's answer came as a whole.
    pub cluster: Option<(String, String)>,
    /// `ClusterCsr`.
    pub cluster_csr: String,
    /// `HsmCertificate`.
    pub hsm: String,
    /// `AwsHardwareCertificate`.
    pub aws_hardware: String,
    /// `ManufacturerHardwareCertificate`.
    pub manufacturer_hardware: String,
}

/// AWS adds fields as it likes; these are ours.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cluster {
    cluster_id: String,
    state: String,
    #[serde(default)]
    certificates: Certificates,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Certificates {
    cluster_csr: Option<String>,
    hsm_certificate: Option<String>,
    aws_hardware_certificate: Option<String>,
    manufacturer_hardware_certificate: Option<String>,
}

impl Described {
    /// Reads AWS's answer; `cluster` names one where it holds several.
    ///
    /// # Errors
    /// Another form, no such cluster, several of them, or a certificate that is missing.
    pub fn from_json(json: &[u8], cluster: Option<&str>) -> Result<Described, Error> {
        let answer: Answer = serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        let ids: Vec<String> = answer.clusters.iter().map(|one| one.cluster_id.clone()).collect();
        let mut meant: Vec<Cluster> = answer.clusters;
        meant.retain(|one| cluster.is_none_or(|id| one.cluster_id == id));
        let one = match (meant.pop(), meant.is_empty()) {
            (Some(one), true) => one,
            (None, _) => return Err(bad(format!("the cluster is not among: {}", plain(&ids.join(", "))))),
            (Some(_), false) => {
                return Err(bad(format!(
                    "it describes several clusters: {}",
                    plain(&ids.join(", "))
                )));
            }
        };
        let id = plain(&one.cluster_id);
        let there = |name: &str, pem: Option<String>| {
            pem.ok_or_else(|| {
                bad(format!(
                    "{id} has no {name}: AWS gives it before the cluster is initialised"
                ))
            })
        };
        let certificates = one.certificates;
        Ok(Described {
            cluster_csr: there("ClusterCsr", certificates.cluster_csr)?,
            hsm: there("HsmCertificate", certificates.hsm_certificate)?,
            aws_hardware: there("AwsHardwareCertificate", certificates.aws_hardware_certificate)?,
            manufacturer_hardware: there(
                "ManufacturerHardwareCertificate",
                certificates.manufacturer_hardware_certificate,
            )?,
            cluster: Some((id.clone(), plain(&one.state))),
        })
    }

    /// A cluster that is initialised already could have been initialised by anybody.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let Some((id, state)) = &self.cluster else {
            return Vec::new();
        };
        let mut findings = Findings::about(format!("cluster {id}"));
        findings.expect("State", "UNINITIALIZED", state);
        findings.done()
    }
}

fn plain(text: &str) -> String {
    record::text::plain(text, 200)
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadIdentity {
        what: "the description of the cluster",
        why: why.into(),
    }
}
