//! HSMs under a quorum: AWS CloudHSM driven through its own command line, other HSMs through PKCS#11, one trait for both.
//!
//! CloudHSM can demand that M people approve every single use of a key. Only its `cloudhsm-cli` offers that, not its
//! PKCS#11 library, and only within one interactive session: a token is minted, M people sign it elsewhere, the token is
//! shown again with their signatures, and one signature is made. This library does that from a program, and tells apart
//! what the HSM refused, what the CLI complained of, and what nobody can know.
//!
//! # A quorum's signature
//!
//! This runs as it stands, on an HSM that is not there ([`DryHsm`]): every command is shown and none is run.
//!
//! ```
//! use hsm::{Algorithm, Approval, Approved, DryHsm, Hsm, KeyQuorum, KeySpec, Role, Secret, Service};
//!
//! # fn main() -> Result<(), hsm::Error> {
//! let mut hsm = DryHsm::new(|command| println!("{command}"));
//! let approvers: Vec<String> = (1..=9).map(|n| format!("member_{n}")).collect();
//!
//! // One login. Whatever happens between here and `logout` belongs to one session of the CLI, and so do its tokens.
//! let start = hsm.nodes()?;
//! hsm.login("key_owner", Role::CryptoUser, &Secret::new("typed by its keeper".into()))?;
//!
//! // A key that nine people can approve and five must. Some of this can be said now and never again.
//! let five = KeyQuorum { manage: 5, use_: 5 };
//! let pair = hsm.generate_key_pair(&KeySpec {
//!     algorithm: Algorithm::P384,
//!     label: "root-1".into(),
//!     public_label: "root-1-public".into(),
//!     id: None,
//!     shared_with: approvers.clone(),
//!     quorum: Some(five),
//! })?;
//! assert!(hsm::check_root_key(&pair.private, "key_owner", &approvers, five).is_empty());
//! let spki = hsm.public_key_spki(&pair.public)?;
//!
//! // Ten minutes begin. Each approver signs 32 bytes with RSA-2048, PKCS#1 v1.5, as an already computed SHA-256:
//! // `openssl pkeyutl -sign -pkeyopt digest:sha256 -inkey approver.key -in token.bin`.
//! let token = hsm.mint(Service::KeyUsage, Some(&pair.private))?;
//! let sign_elsewhere = |_approver: &str, digest: &[u8; 32]| -> Vec<u8> { digest.repeat(8) };
//! let approval = |user: &String| Approval {
//!     user: user.clone(),
//!     role: Role::CryptoUser,
//!     signature: sign_elsewhere(user, token.digest()),
//! };
//! let approvals = approvers[..5].iter().map(approval).collect();
//! let approved = Approved::new(token.clone(), approvals)?;
//!
//! // The token says nothing of what will be signed: showing that to the approvers is up to you. Then it is spent.
//! let now = hsm.nodes()?;
//! hsm::same_cluster(&start, &now, hsm.least_nodes())?;
//! let signature = hsm.sign_ecdsa(&pair.private, b"what they agreed to", Some(&approved))?;
//! assert_eq!(signature.len(), 96); // r and s; whether it verifies with `spki` is yours to check
//! hsm.logout()?;
//! # assert_eq!(spki.len(), 120);
//! # Ok(()) }
//! ```
//!
//! On a cluster only the first line is another one:
//!
//! ```no_run
//! # fn main() -> Result<(), hsm::Error> {
//! use hsm::{CloudHsm, Limits, Process, Unobserved};
//! let cli = Process::new("/opt/cloudhsm/bin/cloudhsm-cli".as_ref(), "/run/work".as_ref(), Limits::default())?;
//! let mut hsm = CloudHsm::new(cli, Unobserved);
//! # Ok(()) }
//! ```
//!
//! # What can be relied on
//!
//! - **One child for each login.** It is started with the first command and ended at [`Hsm::logout`]. Tokens die with it.
//! - **Answers are JSON, not text.** An answer is one balanced object, on either stream, judged by its `error_code`;
//!   prompts are never looked for ([`Framer`]). Sizes and waits are bounded ([`Limits`]).
//! - **An answer is its command's.** A prompt that does not come leaves its line to be a command of its own. So a no after
//!   prompts is believed once nothing follows it, one that repeats an earlier password never, and a login that was refused
//!   ends its session. A yes is not waited upon.
//! - **Refusals have types.** Each text that is documented or was measured is a variant of [`Error`]; any other is
//!   [`Error::Unknown`], which keeps it. A complaint in plain text is [`Error::PlainText`] or [`Error::Disconnected`],
//!   or, if the CLI did not understand the command and so did nothing, [`Error::Usage`].
//! - **Nothing is tried twice.** If [`Error::outcome_unknown`] holds, the HSM may have done what was asked, and neither
//!   its token list nor its audit log can prove otherwise. Read the state back, and let a person decide.
//! - **Every command passes one door.** An [`Observer`] sees it before it is typed, may stop it, and gets the answer and
//!   the files before the caller does: that is a journal. [`Recorded`] replays one to the same results.
//! - **Secrets stay secret.** Passwords go by the child's standard input, never as an argument or in its environment.
//!   They print as `Secret(..)`, are wiped, and are blanked in what is shown and in whatever comes back in their session,
//!   files included, however it is escaped.
//! - **Files are not left lying.** The CLI reads and writes in a directory that nobody else may enter, and what a command
//!   needed is removed with its answer.
//!
//! # Second factors
//!
//! A login with a second factor, and giving a user one, are commands in two halves: [`Hsm::begin_login_mfa`] returns what
//! each HSM wants signed while the CLI waits at its prompt, and [`Hsm::finish_login_mfa`] goes on with the signatures.
//! Giving one sets the user's password as well: the CLI asks for it first ([`Habits::mfa_password`]).
//!
//! # What no page says
//!
//! Some behaviour of the CLI is undocumented: whether its prompts read standard input, for instance. Each such question
//! is in `questions.toml`; [`Habits`] holds the answers that make the driver act otherwise. Until they come from a
//! cluster of your own, they are assumptions, and all of this is unproven on real hardware.
//!
//! Sources: AWS's CloudHSM user guide, pages `cloudhsm_cli-*`, `key-quorum-auth-*`, `quorum-auth-*` and
//! `reference-mfa-*`; and what others measured with `cloudhsm-cli` 5.18.0 on hsm2m.medium.
//!
//! # Other HSMs
//!
//! [`Pkcs11Hsm`] is the same trait over a PKCS#11 module. Its quorum is the HSM's own rule for logging in, if it has one
//! ([`Hsm::quorum_keeper`]).

mod blank;
mod channel;
mod check;
mod cluster;
mod confusable;
mod driver;
mod dry;
mod error;
mod framing;
mod habits;
mod hearing;
mod identity;
mod key;
mod mfa;
mod mtls;
mod pkcs11;
mod process;
mod recorded;
mod registration;
mod request;
mod secret;
mod session;
mod spki;
mod stopped;
mod texts;
mod token;
mod traits;
mod user;
mod wire;
mod work;

/// How a PKCS#11 token is named.
pub use ::pkcs11::{TokenInfo, TokenName};
pub use channel::{Answer, Channel, DryRun, File, Observer, ObserverError, Reply, Unobserved};
pub use check::{
    ClusterState, ClusterTerms, Finding, KeySubject, KeyTerms, check_cluster, check_console_key, check_key_attributes,
    check_root_key, key_subjects,
};
pub use cluster::{MINIMUM_NODES, Node, same_cluster};
pub use driver::CloudHsm;
pub use dry::{DryCluster, DryHsm, StandingKey};
pub use error::Error;
pub use framing::{Framer, TooLong};
pub use habits::{Habits, Logout, MfaOff, Passwords};
pub use identity::{Anchors, Described, Identity, check_customer_ca, verify_identity};
pub use key::{Algorithm, Attributes, Holder, KeyInfo, KeyPair, KeyQuorum, KeySpec};
pub use mfa::MfaToken;
pub use mtls::{Mtls, MtlsEnforcement, TrustAnchor};
pub use pkcs11::{Pkcs11Hsm, TokenDevice};
pub use process::{Limits, Process};
pub use recorded::{Exchange, Recorded};
pub use registration::{RegistrationToken, Unsigned};
pub use request::Request;
pub use secret::Secret;
pub use texts::{answer_error, plain_error};
pub use token::{Approval, Approved, Service, Token};
pub use traits::{Hsm, QuorumKeeper};
pub use user::{ListedToken, PasswordChange, QuorumService, QuorumValues, Role, User};
