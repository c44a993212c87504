//! Arguments of the commands about the cluster itself.

use std::path::PathBuf;

use clap::Subcommand;

use crate::state::Enforcement;

#[derive(Subcommand)]
pub enum ClusterCommand {
    /// Set the password of the first admin
    Activate {
        /// 8 to 32 characters; asked for if it is not here
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
        /// The file of one certificate in PEM
        #[arg(long)]
        path: PathBuf,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// List the certificates
    ListTrustAnchors,
    /// Forget certificates
    DeregisterTrustAnchor {
        /// As the list has it, such as 0x01
        #[arg(long, required = true, num_args = 1..)]
        certificate_reference: Vec<String>,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Whether clients must have a certificate
    GetEnforcement,
    /// Say whether clients must have a certificate
    SetEnforcement {
        /// Who must have one: nobody, or every client of the cluster
        #[arg(long, value_enum)]
        level: Enforcement,
        /// The file of a quorum token with its approvals, where they are asked for
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
