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
        /// What it is for
        #[arg(long, value_enum)]
        service: Service,
        /// The file to be written
        #[arg(long)]
        token: PathBuf,
        /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
    },
    /// List the tokens
    List,
    /// Delete tokens
    Delete {
        /// One's own, or everybody's
        #[arg(long, value_enum)]
        scope: Scope,
    },
    /// How many approvals each admin service asks for
    ListQuorumValues,
    /// Change how many approvals an admin service asks for
    SetQuorumValue {
        /// An admin service: user, quorum or cluster
        #[arg(long, value_enum)]
        service: Service,
        /// 2 to 8, and no more than there are admins
        #[arg(long)]
        value: u8,
        /// The file of a quorum token with its approvals, where they are asked for
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
