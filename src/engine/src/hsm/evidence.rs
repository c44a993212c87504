//! The files that prove the HSM's identity, and the customer's CA: read once, shown by their digests.

use std::path::{Path, PathBuf};

use clap::Args;
use hsm::{Anchors, Described, Finding};
use record::{Digest, Time};

use crate::console::Console;
use crate::error::Error;
use crate::files;
use record::screen::Shown;

/// Where they are.
#[derive(Args, Clone, Debug, Default)]
pub struct Evidence {
    /// What `aws cloudhsmv2 describe-clusters` said before the cluster was initialised (JSON).
    #[arg(long, value_name = "FILE", conflicts_with = "cluster_csr")]
    described: Option<PathBuf>,
    /// Which cluster of that file.
    #[arg(long, value_name = "ID", requires = "described")]
    cluster: Option<String>,
    /// In the place of --described: ClusterCsr, PEM.
    #[arg(long, value_name = "FILE", requires_all = ["hsm_certificate", "aws_hardware", "manufacturer_hardware"])]
    cluster_csr: Option<PathBuf>,
    /// HsmCertificate, PEM.
    #[arg(long, value_name = "FILE", requires = "cluster_csr")]
    hsm_certificate: Option<PathBuf>,
    /// AwsHardwareCertificate, PEM.
    #[arg(long, value_name = "FILE", requires = "cluster_csr")]
    aws_hardware: Option<PathBuf>,
    /// ManufacturerHardwareCertificate, PEM.
    #[arg(long, value_name = "FILE", requires = "cluster_csr")]
    manufacturer_hardware: Option<PathBuf>,
    /// AWS CloudHSM's root, PEM, from a source of its own.
    #[arg(long, value_name = "FILE")]
    aws_root: Option<PathBuf>,
    /// The manufacturer's root, PEM, from a source of its own.
    #[arg(long, value_name = "FILE")]
    manufacturer_root: Option<PathBuf>,
    /// The customer's CA, PEM: the trust in this cluster from its initialisation on.
    #[arg(long, value_name = "FILE")]
    customer_ca: Option<PathBuf>,
    /// The cluster's certificate, PEM: its request, signed by the customer's CA.
    #[arg(long, value_name = "FILE", requires = "customer_ca")]
    cluster_certificate: Option<PathBuf>,
}

/// One of the files, to be kept beside the journal.
pub struct Kept {
    /// The name that it gets.
    pub name: &'static str,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// What the files prove.
#[derive(Default)]
pub struct Proof {
    /// The files.
    pub kept: Vec<Kept>,
    /// What falls short of the identity; none if no identity was to be proved.
    pub identity: Option<Vec<Finding>>,
    /// What is wrong with the customer's CA; none if none was given.
    pub customer: Option<Vec<Finding>>,
}

impl Evidence {
    /// Reads everything that was named, checks it at that moment, and shows what people compare.
    pub fn examine(&self, at: Time, console: &Console) -> Result<Proof, Error> {
        let mut proof = Proof::default();
        let customer = proof.text("customer-ca.pem", self.customer_ca.as_deref())?;
        let cluster = proof.text("cluster-certificate.pem", self.cluster_certificate.as_deref())?;
        if let Some(described) = self.described(&mut proof)? {
            let aws = proof.text("aws-root.pem", self.aws_root.as_deref())?;
            let manufacturer = proof.text("manufacturer-root.pem", self.manufacturer_root.as_deref())?;
            let (Some(aws), Some(manufacturer)) = (aws, manufacturer) else {
                return Err(Error::Usage {
                    what: "the roots that the HSM's identity hangs on are not named".into(),
                    hint: "name --aws-root and --manufacturer-root, each from a source of its own".into(),
                });
            };
            let anchors = Anchors {
                aws: &aws,
                manufacturer: &manufacturer,
                customer: customer.as_deref(),
                cluster: cluster.as_deref(),
            };
            let identity = hsm::verify_identity(&described, &anchors, at.0)?;
            for (of, digest) in &identity.digests {
                console.show(&Shown::digest(of, &Digest(*digest)));
            }
            proof.identity = Some(identity.findings);
        }
        if let Some(pem) = &customer {
            let (digest, findings) = hsm::check_customer_ca(pem, at.0)?;
            if proof.identity.is_none() {
                console.show(&Shown::digest("the customer CA", &Digest(digest)));
            }
            proof.customer = Some(findings);
        }
        Ok(proof)
    }

    /// Whether anything is named.
    pub fn is_named(&self) -> bool {
        let files = [
            &self.described,
            &self.cluster_csr,
            &self.aws_root,
            &self.manufacturer_root,
            &self.customer_ca,
        ];
        files.into_iter().any(Option::is_some)
    }

    /// Whether an identity is to be proved.
    pub fn has_identity(&self) -> bool {
        self.described.is_some() || self.cluster_csr.is_some()
    }

    /// Whether a customer's CA is named.
    pub fn has_customer_ca(&self) -> bool {
        self.customer_ca.is_some()
    }

    /// Whether the cluster's certificate is named.
    pub fn has_cluster_certificate(&self) -> bool {
        self.cluster_certificate.is_some()
    }

    fn described(&self, proof: &mut Proof) -> Result<Option<Described>, Error> {
        if let Some(path) = &self.described {
            let bytes = files::read(path, LIMIT)?;
            let described = Described::from_json(&bytes, self.cluster.as_deref())?;
            proof.keep("described.json", bytes);
            return Ok(Some(described));
        }
        let mut text = |name, path: &Option<PathBuf>| proof.text(name, path.as_deref());
        let four = (
            text("cluster.csr", &self.cluster_csr)?,
            text("hsm.pem", &self.hsm_certificate)?,
            text("aws-hardware.pem", &self.aws_hardware)?,
            text("manufacturer-hardware.pem", &self.manufacturer_hardware)?,
        );
        let (Some(cluster_csr), Some(hsm), Some(aws_hardware), Some(manufacturer_hardware)) = four else {
            return Ok(None);
        };
        Ok(Some(Described {
            cluster: None,
            cluster_csr,
            hsm,
            aws_hardware,
            manufacturer_hardware,
        }))
    }
}

impl Proof {
    fn text(&mut self, name: &'static str, path: Option<&Path>) -> Result<Option<String>, Error> {
        let Some(path) = path else {
            return Ok(None);
        };
        let bytes = files::read(path, LIMIT)?;
        // What is no text is no PEM either, and is refused as such.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.keep(name, bytes);
        Ok(Some(text))
    }

    fn keep(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.kept.push(Kept { name, bytes });
    }
}

/// AWS describes a cluster in some 20 KB.
const LIMIT: usize = 1024 * 1024;
