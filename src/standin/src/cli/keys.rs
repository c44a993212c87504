//! Arguments of the key commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Account;

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

impl KeyCommand {
    pub fn name(&self) -> &'static str {
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
