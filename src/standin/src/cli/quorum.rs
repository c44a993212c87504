//! Arguments of the quorum commands.

use std::path::PathBuf;

use clap::Subcommand;

use crate::tokens::Service;

#[derive(Subcommand)]
pub enum QuorumCommand {
    /// Approvals by signed tokens
    #[command(subcommand)]
    TokenSign(TokenSign),
}

#[derive(Subcommand)]
pub enum TokenSign {
    /// Mint a token and write it to a file
    Generate {
        #[arg(long, value_enum)]
        service: Service,
        #[arg(long)]
        token: PathBuf,
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
    },
    /// List the tokens
    List,
    /// Delete tokens
    Delete {
        #[arg(long, value_enum)]
        scope: Scope,
    },
    /// How many approvals each admin service asks for
    ListQuorumValues,
    /// Change how many approvals an admin service asks for
    SetQuorumValue {
        #[arg(long, value_enum)]
        service: Service,
        #[arg(long)]
        value: u8,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Scope {
    User,
    All,
}

impl TokenSign {
    pub fn name(&self) -> &'static str {
        match self {
            TokenSign::Generate { .. } => "quorum token-sign generate",
            TokenSign::List => "quorum token-sign list",
            TokenSign::Delete { .. } => "quorum token-sign delete",
            TokenSign::ListQuorumValues => "quorum token-sign list-quorum-values",
            TokenSign::SetQuorumValue { .. } => "quorum token-sign set-quorum-value",
        }
    }
}
