//! The one call for rustup and cargo: is this file signed for this purpose, under this root, and in the public log.
//!
//! [`verify`] takes the file's digests, the purpose, the clock and the [`Anchors`] that somebody chose; bytes in, values
//! out. It reads no file, asks no clock and opens no socket. What it needs from others travels in one file of text beside
//! the artifact, `rust.tar.xz.proof` (see [`ProofFile`]).
//!
//! ```
//! use trust::{Anchors, Artifact, CrlPolicy, Question, RevocationLists, Time};
//!
//! # macro_rules! vector { ($name:literal) => { include_bytes!(concat!("../tests/vectors/", $name)) } }
//! // What is built into the program: the root, the arc of its purposes, and the logs that it believes.
//! let root = trust::Certificate::parse_pem(vector!("root.pem"))?;
//! let log_policy = trust::LogPolicy::parse(vector!("log-policy"))?;
//! let arc = trust::Oid::parse("1.3.6.1.4.1.32473.3579")?;
//! let anchors = Anchors::rehearsal(vec![root], arc, log_policy)?;
//!
//! // What was downloaded.
//! let (artifact, proof) = (vector!("artifact"), vector!("artifact.proof"));
//! let question = Question {
//!     artifact: Artifact::of(artifact),
//!     purpose: trust::Oid::parse("1.3.6.1.4.1.32473.3579.1.1")?,
//!     now: Time::parse_rfc3339("2026-12-01T00:00:00Z")?,
//!     revocation: RevocationLists { policy: CrlPolicy::Required, further: &[] },
//! };
//! let verified = trust::verify(&question, proof, &anchors)?;
//! assert_eq!(verified.signer.common_name(), Some("Rust Rehearsal Release 1"));
//!
//! // Another file is refused, and says why.
//! let other = Question { artifact: Artifact::of(b"another file"), ..question };
//! let refused = trust::verify(&other, proof, &anchors).unwrap_err();
//! assert_eq!(refused.to_string(), "the signature does not fit the file and the signer's key");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Outside rehearsals [`Anchors::new`] takes the same arguments. A private registry's own roots come with
//! [`Anchors::with_private`], under an arc of their own: which roots are asked follows from the purpose alone, so none of
//! them can stand in for a purpose under the public arc.
//!
//! What a yes does not say: that the file is new, that it is the one that was asked for (a name or version is what the
//! artifact says of itself), and, with [`CrlPolicy::IfPresent`], that nobody revoked anything.

mod anchors;
mod artifact;
mod chain;
mod entry;
mod file;
mod mark;
mod origin;
mod pem;
mod proofs;
mod refused;
mod sshsig;
mod verified;
mod verify;

pub use anchors::{Anchors, BadAnchors, Private};
pub use artifact::{Artifact, Hasher};
pub use entry::{EntryError, SignatureEntry, SignedHash};
pub use file::{FileError, Logged, ProofFile};
pub use mark::is_rehearsal;
pub use refused::Refused;
pub use sshsig::{NAMESPACE, Sshsig, SshsigError};
pub use tlog::{Policy as LogPolicy, Proof};
pub use verified::{Link, Place, Realm, Verified};
pub use verify::{Question, RevocationLists, verify};
pub use x509::{Certificate, Crl, CrlPolicy, Oid, Time};
