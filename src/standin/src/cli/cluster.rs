//! Arguments of the commands about the cluster itself.

use std::path::PathBuf;

use clap::Subcommand;

use crate::state::Enforcement;

#[derive(Subcommand)]
pub enum ClusterCommand {
    /// Set the password of the first admin
    Activate {
        #[arg(long)]
        password: Option<String>,
    },
    /// List the HSMs
    HsmInfo,
    /// Certificates of those who may connect
    #[command(subcommand)]
    Mtls(MtlsCommand),
}

#[derive(Subcommand)]
pub enum MtlsCommand {
    /// Register a certificate under which clients' certificates are
    RegisterTrustAnchor {
        #[arg(long)]
        path: PathBuf,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// List the certificates
    ListTrustAnchors,
    /// Forget certificates
    DeregisterTrustAnchor {
        #[arg(long, required = true, num_args = 1..)]
        certificate_reference: Vec<String>,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Whether clients must have a certificate
    GetEnforcement,
    /// Say whether clients must have a certificate
    SetEnforcement {
        #[arg(long, value_enum)]
        level: Enforcement,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
}

impl ClusterCommand {
    pub fn name(&self) -> &'static str {
        match self {
            ClusterCommand::Activate { .. } => "cluster activate",
            ClusterCommand::HsmInfo => "cluster hsm-info",
            ClusterCommand::Mtls(MtlsCommand::RegisterTrustAnchor { .. }) => "cluster mtls register-trust-anchor",
            ClusterCommand::Mtls(MtlsCommand::ListTrustAnchors) => "cluster mtls list-trust-anchors",
            ClusterCommand::Mtls(MtlsCommand::DeregisterTrustAnchor { .. }) => "cluster mtls deregister-trust-anchor",
            ClusterCommand::Mtls(MtlsCommand::GetEnforcement) => "cluster mtls get-enforcement",
            ClusterCommand::Mtls(MtlsCommand::SetEnforcement { .. }) => "cluster mtls set-enforcement",
        }
    }
}
