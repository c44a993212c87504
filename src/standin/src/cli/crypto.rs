//! Arguments of signing and of checking signatures.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// Which key: key-reference=0x… or attr.NAME=VALUE, all of which must hold
    #[arg(long, num_args = 1..)]
    pub key_filter: Vec<String>,
    /// The stand-in does not know sha1
    #[arg(long, value_enum)]
    pub hash_function: HashFunction,
    /// The data, in base64
    #[arg(long, required_unless_present = "data_path", conflicts_with = "data_path")]
    pub data: Option<String>,
    /// The file of the data
    #[arg(long)]
    pub data_path: Option<PathBuf>,
    /// Whether the data is to be hashed, or is a digest
    #[arg(long, value_enum)]
    pub data_type: Option<DataType>,
}

#[derive(Args)]
pub struct EcdsaSign {
    #[command(flatten)]
    pub message: Message,
    /// The file of a quorum token with its approvals, where they are asked for
    #[arg(long)]
    pub approval: Option<PathBuf>,
}

#[derive(Args)]
pub struct EcdsaVerify {
    #[command(flatten)]
    pub message: Message,
    /// r and s, in base64
    #[arg(long, required_unless_present = "signature_path", conflicts_with = "signature_path")]
    pub signature: Option<String>,
    /// The file of r and s
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

impl Message {
    /// What the data is, where it may not have been said.
    pub fn type_or(&self, default: DataType) -> DataType {
        self.data_type.unwrap_or(default)
    }
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum DataType {
    Raw,
    Digest,
}
