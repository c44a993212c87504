//! The HSM as a trait, and the driver of AWS's `cloudhsm-cli`.
//!
//! Read in this order: [`Hsm`] says what an HSM does and what holds on return, [`CloudHsm`] does it with the CLI,
//! [`Channel`] is where commands leave, and [`Observer`] sees each of them before and after. The observer is the one
//! door to the outside: the engine writes its journal there and can stop any command.
//!
//! ```no_run
//! use hsm::{CloudHsm, Hsm, Limits, Process, Role, Secret};
//! # fn main() -> Result<(), hsm::Error> {
//! let process = Process::new("/opt/cloudhsm/bin/cloudhsm-cli".as_ref(), "/run/ceremony/work".as_ref(), Limits::default())?;
//! let mut hsm = CloudHsm::new(process, hsm::Unobserved);
//! let start = hsm.nodes()?;
//! hsm.login("key_owner", Role::CryptoUser, &Secret::new("read from the operator".into()))?;
//! let now = hsm.nodes()?;
//! hsm::same_cluster(&start, &now, hsm.least_nodes())?;
//! # Ok(()) }
//! ```

mod channel;
mod check;
mod cluster;
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
mod texts;
mod token;
mod traits;
mod user;
mod wire;
mod work;

pub use channel::{Answer, Channel, DryRun, File, Observer, ObserverError, Reply, Unobserved};
pub use check::{
    ClusterState, ClusterTerms, Finding, check_cluster, check_console_key, check_key_attributes, check_root_key,
    other_keys,
};
pub use cluster::{MINIMUM_NODES, Node, same_cluster};
pub use driver::CloudHsm;
pub use dry::DryHsm;
pub use error::Error;
pub use framing::{Framer, TooLong};
pub use habits::{Habits, Logout, MfaOff, Passwords};
pub use identity::{Anchors, Described, Identity, check_customer_ca, verify_identity};
pub use key::{Attributes, Holder, KeyInfo, KeyPair, KeyQuorum, KeySpec};
pub use mfa::MfaToken;
pub use mtls::{Mtls, MtlsEnforcement, TrustAnchor};
/// How a PKCS#11 token is named.
pub use ::pkcs11::{TokenInfo, TokenName};
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
