//! Arguments of the user commands.

use std::path::PathBuf;

use clap::Subcommand;

use super::Account;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make a user
    Create {
        #[command(flatten)]
        account: Account,
        #[arg(long)]
        password: Option<String>,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Remove a user
    Delete {
        #[command(flatten)]
        account: Account,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// List the users
    List,
    /// Change one's own password, or, as admin, another's
    ChangePassword {
        #[command(flatten)]
        account: Account,
        #[arg(long)]
        password: Option<String>,
        #[arg(long)]
        approval: Option<PathBuf>,
        #[arg(long)]
        deregister_mfa: bool,
        #[arg(long)]
        deregister_quorum: bool,
    },
    /// Register a key for approvals
    #[command(subcommand)]
    ChangeQuorum(ChangeQuorum),
}

#[derive(Subcommand)]
pub enum ChangeQuorum {
    /// Approvals by signed tokens
    #[command(subcommand)]
    TokenSign(Registering),
}

#[derive(Subcommand)]
pub enum Registering {
    /// Register the public key whose private key signed the token
    Register {
        #[arg(long)]
        public_key: PathBuf,
        #[arg(long)]
        signed_token: PathBuf,
    },
}

impl UserCommand {
    pub fn name(&self) -> &'static str {
        match self {
            UserCommand::Create { .. } => "user create",
            UserCommand::Delete { .. } => "user delete",
            UserCommand::List => "user list",
            UserCommand::ChangePassword { .. } => "user change-password",
            UserCommand::ChangeQuorum(_) => "user change-quorum token-sign register",
        }
    }
}
