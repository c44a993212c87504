//! What goes otherwise than planned, in the members' own words: who refuses, and who has taken note of exceptions.

use serde::{Deserialize, Serialize};

use crate::record::Exception;
use crate::{Body, Bytes, Digest, Time, bundle, sshsig};

/// A member refuses to take part in an event, or to go on with it. It is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusal {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// The console's session, if the event was open when the member refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<Bytes>,
    /// Who refuses.
    pub member: String,
    /// Why: 1 to 300 printable characters of ASCII.
    pub reason: String,
    /// When, by the member's clock.
    pub at: Time,
}

impl Body for Refusal {
    const TYPE: &'static str = "refusal";
    const NAMESPACE: &'static str = sshsig::namespace::REFUSAL;
}

/// From the console to the members: everything that went otherwise than planned so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exceptions {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// The console's session.
    pub session: Bytes,
    /// All of them, in order, as the record will state them.
    pub exceptions: Vec<Exception>,
}

impl Body for Exceptions {
    const TYPE: &'static str = "exceptions";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
    /// Their number has no bound.
    const LIMIT: usize = bundle::LIST;
}

/// A member has taken note of exceptions. It says that they know of them, not that they approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Acknowledgement {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// The console's session.
    pub session: Bytes,
    /// Who.
    pub member: String,
    /// The exceptions, each by [`Exception::digest`], in order.
    pub exceptions: Vec<Digest>,
    /// When, by the member's clock.
    pub at: Time,
}

impl Body for Acknowledgement {
    const TYPE: &'static str = "acknowledgement";
    const NAMESPACE: &'static str = sshsig::namespace::REVIEW;
}

/// How many members acknowledge each exception, of so many who are present.
#[must_use]
pub fn acknowledging(present: usize) -> usize {
    present.min(2)
}
