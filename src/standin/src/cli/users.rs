//! Arguments of the user commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Account;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Make a user
    Create {
        #[command(flatten)]
        account: Account,
        /// 8 to 32 characters; asked for if it is not here
        #[arg(long)]
        password: Option<String>,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Remove a user
    Delete {
        #[command(flatten)]
        account: Account,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// List the users
    List,
    /// Change one's own password, or, as admin, another's
    ChangePassword {
        #[command(flatten)]
        account: Account,
        /// 8 to 32 characters; asked for if it is not here
        #[arg(long)]
        password: Option<String>,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
        /// Turn MFA off, and forget the key for approvals with it
        #[arg(long)]
        deregister_mfa: bool,
        /// Forget the key for approvals
        #[arg(long)]
        deregister_quorum: bool,
    },
    /// Turn MFA on or off
    #[command(subcommand)]
    ChangeMfa(ChangeMfaBy),
    /// Register a key for approvals
    #[command(subcommand)]
    ChangeQuorum(ChangeQuorum),
}

#[derive(Subcommand)]
pub enum ChangeMfaBy {
    /// By signed tokens
    TokenSign(ChangeMfa),
}

#[derive(Args)]
pub struct ChangeMfa {
    #[command(flatten)]
    pub account: Account,
    /// Turn it on: what is to be signed is written here
    #[arg(long, required_unless_present_any = ["deregister", "disable"], conflicts_with_all = ["deregister", "disable"])]
    pub token: Option<PathBuf>,
    /// Turn it off
    #[arg(long)]
    pub deregister: bool,
    /// Turn it off, as newer versions call it
    #[arg(long, conflicts_with = "deregister")]
    pub disable: bool,
    /// The user's password from now on; asked for where it is turned on and this is not said
    #[arg(long)]
    pub change_password: Option<String>,
    /// The key replaces another one that is registered for approvals
    #[arg(long)]
    pub change_quorum: bool,
    /// The file of a quorum token with its approvals, where they are asked for
    #[arg(long)]
    pub approval: Option<PathBuf>,
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
        /// The file of an RSA-2048 public key in PEM
        #[arg(long)]
        public_key: PathBuf,
        /// The file of the registration token, signed
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
            UserCommand::ChangeMfa(_) => "user change-mfa token-sign",
            UserCommand::ChangeQuorum(_) => "user change-quorum token-sign register",
        }
    }
}
