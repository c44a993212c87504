//! The command line: the real program's commands, and one word of our own, `standin`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::orders::Order;
use crate::state::Role;
use crate::tokens::Service;

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

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key pair
    #[command(subcommand)]
    GenerateAsymmetricPair(Pair),
    /// List keys
    List {
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
        max_items: u32,
        #[arg(long)]
        starting_token: Option<u32>,
        #[arg(long)]
        verbose: bool,
    },
    /// Share a key with a crypto user
    Share(Sharing),
    /// Take a key from a crypto user
    Unshare(Sharing),
    /// Change one attribute
    SetAttribute {
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
        #[arg(long)]
        name: String,
        #[arg(long)]
        value: String,
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Delete a key
    Delete {
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
    },
    /// Write a public key to a file
    GenerateFile {
        #[arg(long, value_enum)]
        encoding: FileEncoding,
        #[arg(long)]
        path: PathBuf,
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
    },
}

#[derive(Subcommand)]
pub enum Pair {
    /// An elliptic curve key pair
    Ec(EcPair),
}

#[derive(Args)]
pub struct EcPair {
    #[arg(long, value_enum)]
    pub curve: Curve,
    #[arg(long)]
    pub public_label: String,
    #[arg(long)]
    pub private_label: String,
    #[arg(long)]
    pub session: bool,
    #[arg(long, num_args = 1..)]
    pub public_attributes: Vec<String>,
    #[arg(long, num_args = 1..)]
    pub private_attributes: Vec<String>,
    #[arg(long, num_args = 1..)]
    pub share_crypto_users: Vec<String>,
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=8))]
    pub manage_private_key_quorum_value: Option<u8>,
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=8))]
    pub use_private_key_quorum_value: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum Curve {
    Prime256v1,
    Secp256r1,
    Secp224r1,
    Secp384r1,
    Secp256k1,
    Secp521r1,
}

#[derive(Args)]
pub struct Sharing {
    #[arg(long, num_args = 1..)]
    pub filter: Vec<String>,
    #[command(flatten)]
    pub account: Account,
    #[arg(long)]
    pub approval: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum FileEncoding {
    Pem,
    ReferencePem,
}

#[derive(Subcommand)]
pub enum CryptoCommand {
    /// Sign
    #[command(subcommand)]
    Sign(Signing),
    /// Check a signature
    #[command(subcommand)]
    Verify(Verifying),
}

#[derive(Subcommand)]
pub enum Signing {
    /// With an elliptic curve key
    Ecdsa(EcdsaSign),
}

#[derive(Subcommand)]
pub enum Verifying {
    /// With an elliptic curve key
    Ecdsa(EcdsaVerify),
}

#[derive(Args)]
pub struct Message {
    #[arg(long, num_args = 1..)]
    pub key_filter: Vec<String>,
    #[arg(long, value_enum)]
    pub hash_function: HashFunction,
    #[arg(long, required_unless_present = "data_path", conflicts_with = "data_path")]
    pub data: Option<String>,
    #[arg(long)]
    pub data_path: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "raw")]
    pub data_type: DataType,
}

#[derive(Args)]
pub struct EcdsaSign {
    #[command(flatten)]
    pub message: Message,
    #[arg(long)]
    pub approval: Option<PathBuf>,
}

#[derive(Args)]
pub struct EcdsaVerify {
    #[command(flatten)]
    pub message: Message,
    #[arg(long, required_unless_present = "signature_path", conflicts_with = "signature_path")]
    pub signature: Option<String>,
    #[arg(long)]
    pub signature_path: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum HashFunction {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum DataType {
    Raw,
    Digest,
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

impl UserCommand {
    fn name(&self) -> &'static str {
        match self {
            UserCommand::Create { .. } => "user create",
            UserCommand::Delete { .. } => "user delete",
            UserCommand::List => "user list",
            UserCommand::ChangePassword { .. } => "user change-password",
            UserCommand::ChangeQuorum(_) => "user change-quorum token-sign register",
        }
    }
}

impl TokenSign {
    fn name(&self) -> &'static str {
        match self {
            TokenSign::Generate { .. } => "quorum token-sign generate",
            TokenSign::List => "quorum token-sign list",
            TokenSign::Delete { .. } => "quorum token-sign delete",
            TokenSign::ListQuorumValues => "quorum token-sign list-quorum-values",
            TokenSign::SetQuorumValue { .. } => "quorum token-sign set-quorum-value",
        }
    }
}

impl KeyCommand {
    fn name(&self) -> &'static str {
        match self {
            KeyCommand::GenerateAsymmetricPair(_) => "key generate-asymmetric-pair ec",
            KeyCommand::List { .. } => "key list",
            KeyCommand::Share(_) => "key share",
            KeyCommand::Unshare(_) => "key unshare",
            KeyCommand::SetAttribute { .. } => "key set-attribute",
            KeyCommand::Delete { .. } => "key delete",
            KeyCommand::GenerateFile { .. } => "key generate-file",
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
