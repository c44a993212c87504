//! The command line: the real program's commands, and one word of our own, `standin`.

mod cluster;
mod crypto;
mod keys;
mod quorum;
mod reads;
mod users;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use cluster::{ClusterCommand, MtlsCommand};
pub use crypto::{CryptoCommand, DataType, EcdsaSign, EcdsaVerify, HashFunction, Message, Signing, Verifying};
pub use keys::{Curve, EcPair, FileEncoding, KeyCommand, Pair, Sharing};
pub use quorum::{QuorumCommand, Scope, TokenSign};
pub use users::{ChangeMfa, ChangeMfaBy, ChangeQuorum, Registering, UserCommand};

use crate::named::Named;
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
    #[command(flatten)]
    pub named: Named,
}

#[derive(Subcommand)]
pub enum Run {
    /// Commands from standard input, one login at a time
    Interactive,
    /// Hold the cluster for clients on other machines; they set CLOUDHSM_STANDIN_SERVER=ADDRESS:PORT
    Serve {
        /// An address of this machine and a port, such as 192.0.2.1:2223
        #[arg(long, default_value = "127.0.0.1:2223")]
        listen: SocketAddr,
        /// Seconds of silence after which a client is sent away that never logged in
        #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
        idle: u64,
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
    #[command(flatten)]
    pub named: Named,
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

#[derive(Args)]
pub struct Account {
    /// At most 31 letters, digits and _; capitals are the same as small letters
    #[arg(long)]
    pub username: String,
    /// The user's role
    #[arg(long, value_enum)]
    pub role: Role,
}

impl Account {
    /// As the cluster writes it.
    pub fn name(&self) -> String {
        self.username.to_ascii_lowercase()
    }
}

#[derive(Args)]
pub struct Login {
    #[command(flatten)]
    pub account: Account,
    /// The user's password; asked for if it is not here
    #[arg(long)]
    pub password: Option<String>,
    #[command(subcommand)]
    pub by: Option<LoginBy>,
}

#[derive(Subcommand)]
pub enum LoginBy {
    /// With MFA: by a signature as well
    MfaTokenSign {
        /// What is to be signed is written here
        #[arg(long)]
        token: PathBuf,
    },
}

impl Command {
    /// The command's words, as faults and the audit log name it; one of [`NAMES`].
    pub fn name(&self) -> &'static str {
        match self {
            Command::Cluster(cluster) => cluster.name(),
            Command::Login(Login { by: Some(_), .. }) => "login mfa-token-sign",
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
    "cluster mtls register-trust-anchor",
    "cluster mtls list-trust-anchors",
    "cluster mtls deregister-trust-anchor",
    "cluster mtls get-enforcement",
    "cluster mtls set-enforcement",
    "login",
    "login mfa-token-sign",
    "login mfa-token-sign: signed",
    "logout",
    "user create",
    "user delete",
    "user list",
    "user change-password",
    "user change-mfa token-sign",
    "user change-mfa token-sign: signed",
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
