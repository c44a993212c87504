//! The command line: the real program's commands, and one word of our own, `standin`.

mod crypto;
mod keys;
mod quorum;
mod users;

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

pub use crypto::{CryptoCommand, DataType, EcdsaSign, EcdsaVerify, HashFunction, Message, Signing, Verifying};
pub use keys::{Curve, EcPair, FileEncoding, KeyCommand, Pair, Sharing};
pub use quorum::{QuorumCommand, Scope, TokenSign};
pub use users::{ChangeQuorum, Registering, UserCommand};

use crate::orders::Order;
use crate::state::Role;

/// What the process was started with.
#[derive(Parser)]
#[command(
    name = "cloudhsm-standin",
    about = "An imitation of cloudhsm-cli, for rehearsals and tests only"
)]
pub struct Program {
    #[command(subcommand)]
    pub run: Run,
    /// Taken as the real program takes it; there is one cluster here.
    #[arg(long, global = true)]
    cluster_id: Option<String>,
}

#[derive(Subcommand)]
pub enum Run {
    /// Commands from standard input, one login at a time
    Interactive,
    /// Hold the cluster for clients on other machines; they set CLOUDHSM_STANDIN_SERVER=ADDRESS:PORT
    Serve {
        /// An address of this machine and a port, such as 192.0.2.1:2223
        #[arg(long)]
        listen: SocketAddr,
    },
    /// Orders to the stand-in itself, which the real program lacks
    Standin {
        #[command(subcommand)]
        order: Order,
    },
    #[command(flatten)]
    Command(Command),
}

/// One line of an interactive session.
#[derive(Parser)]
#[command(name = "aws-cloudhsm", no_binary_name = true)]
pub struct Line {
    #[command(subcommand)]
    pub request: Request,
    #[arg(long, global = true)]
    cluster_id: Option<String>,
}

#[derive(Subcommand)]
pub enum Request {
    /// End the session
    #[command(alias = "exit")]
    Quit,
    #[command(flatten)]
    Command(Command),
}

#[derive(Subcommand)]
pub enum Command {
    /// The cluster itself
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// Begin a login
    Login(Login),
    /// End the login and all its quorum tokens
    Logout,
    /// Users of the cluster
    #[command(subcommand)]
    User(UserCommand),
    /// Quorum tokens and values
    #[command(subcommand)]
    Quorum(QuorumCommand),
    /// Keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Signatures
    #[command(subcommand)]
    Crypto(CryptoCommand),
}

#[derive(Subcommand)]
pub enum ClusterCommand {
    /// Set the password of the first admin
    Activate {
        #[arg(long)]
        password: Option<String>,
    },
    /// List the HSMs
    HsmInfo,
}

#[derive(Args)]
pub struct Account {
    #[arg(long)]
    pub username: String,
    #[arg(long, value_enum)]
    pub role: Role,
}

#[derive(Args)]
pub struct Login {
    #[command(flatten)]
    pub account: Account,
    #[arg(long)]
    pub password: Option<String>,
}

impl Command {
    /// The command's words, as faults and the audit log name it; one of [`NAMES`].
    pub fn name(&self) -> &'static str {
        match self {
            Command::Cluster(ClusterCommand::Activate { .. }) => "cluster activate",
            Command::Cluster(ClusterCommand::HsmInfo) => "cluster hsm-info",
            Command::Login(_) => "login",
            Command::Logout => "logout",
            Command::User(user) => user.name(),
            Command::Quorum(QuorumCommand::TokenSign(token_sign)) => token_sign.name(),
            Command::Key(key) => key.name(),
            Command::Crypto(CryptoCommand::Sign(_)) => "crypto sign ecdsa",
            Command::Crypto(CryptoCommand::Verify(_)) => "crypto verify ecdsa",
        }
    }
}

/// Every command that a fault can be ordered for.
pub const NAMES: &[&str] = &[
    "cluster activate",
    "cluster hsm-info",
    "login",
    "logout",
    "user create",
    "user delete",
    "user list",
    "user change-password",
    "user change-quorum token-sign register",
    "quorum token-sign generate",
    "quorum token-sign list",
    "quorum token-sign delete",
    "quorum token-sign list-quorum-values",
    "quorum token-sign set-quorum-value",
    "key generate-asymmetric-pair ec",
    "key list",
    "key share",
    "key unshare",
    "key set-attribute",
    "key delete",
    "key generate-file",
    "crypto sign ecdsa",
    "crypto verify ecdsa",
];
