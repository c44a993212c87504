//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser};
use record::Time;
use record::messages::MANIFEST_SIGNERS;
use verifier::Purpose;

use crate::trusted::Trusted;

/// Checks a public store, or one file of it, without trusting whoever hands it over.
#[derive(Debug, Parser)]
#[command(name = "ceremony-verify", version, disable_help_subcommand = true)]
pub enum Command {
    /// Check everything in a store, from the root certificate given alone
    Store(StoreArguments),
    /// Check one certificate: chain to the root, dates, purposes, transparency proof
    Cert(CertArguments),
    /// Check an event's record: plan, people, approvals, the members' signatures
    Record(RecordArguments),
    /// Check a file that a delegate signed: signature, purpose, chain, and the log's proofs
    Artifact(ArtifactArguments),
    /// Check a bundle of any type: encoding, mark, and whose signatures are good
    Bundle(BundleArguments),
    /// Check an image, to the octet, by the manifest that those who reproduced it signed
    Image(ImageArguments),
    /// Check a store, and write down what stands for the next event's plan: standing.cbor
    Standing(StandingArguments),
}

impl Command {
    /// Whether the answer is for programs.
    pub fn json(&self) -> bool {
        match self {
            Self::Store(arguments) => arguments.common.json,
            Self::Cert(arguments) => arguments.common.json,
            Self::Record(arguments) => arguments.common.json,
            Self::Artifact(arguments) => arguments.common.json,
            Self::Bundle(arguments) => arguments.common.json,
            Self::Image(arguments) => arguments.common.json,
            Self::Standing(arguments) => arguments.json,
        }
    }
}

/// `ceremony-verify store`
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// The store: its folder, or its address (https://...)
    #[arg(value_name = "DIR|URL")]
    pub store: String,
    /// The root that you trust: its certificate, PEM or DER, or the SHA-256
    /// fingerprint of it
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    pub root: Trusted,
    #[command(flatten)]
    pub common: Common,
    /// A checkpoint of the log that you kept: the log must still begin with all it had then
    #[arg(long, value_name = "FILE")]
    pub earlier: Option<PathBuf>,
}

/// `ceremony-verify standing`
#[derive(Debug, Args)]
pub struct StandingArguments {
    /// The store: its folder, or its address (https://...)
    #[arg(value_name = "DIR|URL")]
    pub store: String,
    /// The root that you trust: its certificate, PEM or DER, or the SHA-256
    /// fingerprint of it; left out only before the store has one
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    pub root: Option<Trusted>,
    /// The store is a rehearsal's; refused otherwise
    #[arg(long)]
    pub rehearsal: bool,
    /// Check as of this moment, such as 2026-11-22T10:00:00Z, and not as of now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Time>,
    /// Where it goes; nothing is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// `ceremony-verify cert`
#[derive(Debug, Args)]
pub struct CertArguments {
    /// The certificate, PEM or DER
    pub file: PathBuf,
    /// The root certificate that you trust, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub root: PathBuf,
    #[command(flatten)]
    pub common: Common,
    /// A certificate between it and the root; may be given several times
    #[arg(long, value_name = "FILE")]
    pub intermediate: Vec<PathBuf>,
    /// A revocation list of one of its issuers; may be given several times
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Its transparency proof (.tlog-proof)
    #[arg(long, value_name = "FILE", requires = "log_policy")]
    pub proof: Option<PathBuf>,
    /// The log policy to believe
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub log_policy: Option<PathBuf>,
}

/// `ceremony-verify record`
#[derive(Debug, Args)]
pub struct RecordArguments {
    /// The record: record.cbor
    pub file: PathBuf,
    /// The plan's bundle, whose digest the record has
    #[arg(long, value_name = "FILE")]
    pub plan: PathBuf,
    /// The members' signatures: member-1.sig, ...; without it, those in
    /// countersignatures/ beside the record
    #[arg(long, value_name = "DIR")]
    pub countersignatures: Option<PathBuf>,
    /// The root certificate that you trust, PEM or DER: it carries the digest
    /// of the first roster
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

/// `ceremony-verify artifact`
#[derive(Debug, Args)]
pub struct ArtifactArguments {
    /// The file that was signed
    pub file: PathBuf,
    /// The root certificate that you trust, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub root: PathBuf,
    #[command(flatten)]
    pub common: Common,
    /// Its proof file, such as rust.tar.xz.proof
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// What it must be signed for: a name such as release, or an object identifier
    #[arg(long, value_name = "NAME|OID", value_parser = Purpose::parse)]
    pub purpose: Purpose,
    /// The log policy to believe
    #[arg(long, value_name = "FILE")]
    pub log_policy: PathBuf,
    /// A revocation list, beside those in the proof file; may be given several times
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Each issuer must have a current revocation list
    #[arg(long)]
    pub demand_crls: bool,
}

/// `ceremony-verify bundle`
#[derive(Debug, Args)]
pub struct BundleArguments {
    /// The bundle: a file that ends in .cbor
    pub file: PathBuf,
    /// The roster whose members sign; of a next roster, the one before it
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// Of a next roster, the record of the event that changed it: this is what
    /// is signed
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The root certificate that you trust, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
    /// The policy that the event followed, where it is not the root's first
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A further certificate, PEM or DER: the console's, or one between; may be given several times
    #[arg(long, value_name = "FILE")]
    pub certificate: Vec<PathBuf>,
    /// A signature; without it, those that lie beside the bundle are taken
    #[arg(long, value_name = "FILE")]
    pub signature: Vec<PathBuf>,
    /// How many must have signed, where several sign; without it, two of an
    /// image's manifest, and of all else more than half of the roster
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub threshold: Option<u8>,
}

/// `ceremony-verify image`
#[derive(Debug, Args)]
pub struct ImageArguments {
    /// The image's file, or the disk that it was written to
    pub image: PathBuf,
    /// Its manifest
    pub manifest: PathBuf,
    /// Whose signatures count: rosters, or allowed_signers as `ssh-keygen`
    /// reads them; may be given several times
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "unsigned",
        required_unless_present = "unsigned"
    )]
    pub signers: Vec<PathBuf>,
    #[command(flatten)]
    pub common: Common,
    /// A signature of the manifest; without it, those that lie beside it as
    /// MANIFEST.sig or MANIFEST.NAME.sig
    #[arg(long, value_name = "FILE")]
    pub signature: Vec<PathBuf>,
    /// How many signers must have signed
    #[arg(long, value_name = "NUMBER", default_value_t = MANIFEST_SIGNERS, value_parser = clap::value_parser!(u8).range(1..))]
    pub need: u8,
    /// Check no signatures: the manifest is then the word of whoever sent it
    #[arg(long)]
    pub unsigned: bool,
}

/// What the commands take that check from a root.
#[derive(Debug, Args)]
pub struct Common {
    /// The root is a rehearsal's; refused otherwise
    #[arg(long)]
    pub rehearsal: bool,
    /// Check as of this moment, such as 2026-11-22T10:00:00Z, and not as of now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Time>,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "it is not a time like 2026-11-22T10:00:00Z".to_owned())
}
