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
        /// Which keys: key-reference=0x… or attr.NAME=VALUE, all of which must hold
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
        /// How many at once
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
        max_items: u32,
        /// Where to go on: next_token of the page before
        #[arg(long)]
        starting_token: Option<u32>,
        /// With all attributes
        #[arg(long)]
        verbose: bool,
    },
    /// Share a key with a crypto user
    Share(Sharing),
    /// Take a key from a crypto user
    Unshare(Sharing),
    /// Change one attribute
    SetAttribute {
        /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
        /// The attribute, such as label
        #[arg(long)]
        name: String,
        /// Its new value
        #[arg(long)]
        value: String,
        /// The file of a quorum token with its approvals, where they are asked for
        #[arg(long)]
        approval: Option<PathBuf>,
    },
    /// Delete a key
    Delete {
        /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
        #[arg(long, num_args = 1..)]
        filter: Vec<String>,
    },
    /// Write a public key to a file
    GenerateFile {
        /// The stand-in knows pem alone
        #[arg(long, value_enum)]
        encoding: FileEncoding,
        /// The file to be written
        #[arg(long)]
        path: PathBuf,
        /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
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
    /// The stand-in makes secp384r1 alone
    #[arg(long, value_enum)]
    pub curve: Curve,
    /// Label of the public key
    #[arg(long)]
    pub public_label: String,
    /// Label of the private key
    #[arg(long)]
    pub private_label: String,
    /// Keys of this session; the stand-in makes none
    #[arg(long)]
    pub session: bool,
    /// NAME=VALUE, such as verify=true
    #[arg(long, num_args = 1..)]
    pub public_attributes: Vec<String>,
    /// NAME=VALUE, such as sign=true extractable=false
    #[arg(long, num_args = 1..)]
    pub private_attributes: Vec<String>,
    /// The crypto users who share the private key
    #[arg(long, num_args = 1..)]
    pub share_crypto_users: Vec<String>,
    /// How many must approve a change of the private key: 2 to 8
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=8))]
    pub manage_private_key_quorum_value: Option<u8>,
    /// How many must approve a use of the private key: 2 to 8
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
    /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
    #[arg(long, num_args = 1..)]
    pub filter: Vec<String>,
    #[command(flatten)]
    pub account: Account,
    /// The file of a quorum token with its approvals, where they are asked for
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
