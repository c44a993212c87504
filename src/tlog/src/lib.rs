//! The transparency log: Merkle tree, tiles, checkpoints, proofs. Bytes in, values out.
//!
//! The formats are C2SP's: `tlog-tiles`, `tlog-checkpoint`, `signed-note`, `tlog-cosignature`, `tlog-policy`,
//! `tlog-proof` and `tlog-witness`; hashing is RFC 6962's. Everything is parsed strictly: what is accepted is written back byte for byte,
//! but for a policy's comments and spacing.
//!
//! A relying party needs three calls: [`Policy::parse`], [`Proof::parse`] and [`Proof::verify_entry`].
//! An auditor opens a [`TileReader`] on a checkpoint; a publisher calls [`tile::append`] on one,
//! and asks witnesses with [`witness`].

pub mod checkpoint;
pub mod entry;
mod error;
mod hash;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod proof;
mod text;
pub mod tile;
pub mod witness;

pub use checkpoint::{Checkpoint, Cosigner, SignedCheckpoint};
pub use entry::{Entry, EntryType};
pub use error::{Error, PolicyFault};
pub use hash::Hash;
pub use merkle::Tree;
pub use note::{Note, SignatureLine, Signer, VerifierKey};
pub use policy::Policy;
pub use proof::Proof;
pub use tile::{Source, Tile, TileReader};

/// The origin of the log.
pub const ORIGIN: &str = "pki.rust-lang.org/log/1";

/// The origin of a rehearsal's log.
pub const REHEARSAL_ORIGIN: &str = "pki.rust-lang.org/rehearsal/log/1";

/// The largest tree: sizes and times are signed 64-bit numbers in other implementations, and a proof has at most 63 hashes.
pub const MAX_SIZE: u64 = i64::MAX as u64;
