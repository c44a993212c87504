//! What a signature is for: one in one namespace is no signature in another.

/// The inbound bundle's plan, by infra.
pub const PLAN: &str = "plan@pki.rust-lang.org";
/// A member has reviewed the plan.
pub const REVIEW: &str = "review@pki.rust-lang.org";
/// A member is present, at the beginning or at the end.
pub const ATTEND: &str = "attend@pki.rust-lang.org";
/// A member approves actions.
pub const APPROVAL: &str = "approval@pki.rust-lang.org";
/// A member refuses, to be published.
pub const REFUSAL: &str = "refusal@pki.rust-lang.org";
/// A countersignature of an event's record.
pub const RECORD: &str = "record@pki.rust-lang.org";
/// A roster, by members of its predecessor.
pub const ROSTER: &str = "roster@pki.rust-lang.org";
/// A policy, by members in office.
pub const POLICY: &str = "policy@pki.rust-lang.org";
/// A bundle that leaves the console.
pub const BUNDLE: &str = "bundle@pki.rust-lang.org";
/// The manifest of an image that somebody reproduced.
pub const IMAGE: &str = "image@pki.rust-lang.org";
/// A batch of an access log, by the `transparency` delegate.
pub const ACCESS: &str = "access@pki.rust-lang.org";
/// A file that a delegate or a subkey of one signs: a release, an index.
pub const ARTIFACT: &str = "artifact@pki.rust-lang.org";

/// All of them.
pub const ALL: [&str; 12] = [
    PLAN, REVIEW, ATTEND, APPROVAL, REFUSAL, RECORD, ROSTER, POLICY, BUNDLE, IMAGE, ACCESS, ARTIFACT,
];

/// Those that members sign in: what a list of their keys allows. A key of theirs in any other says nothing.
pub const OF_MEMBERS: [&str; 7] = [REVIEW, ATTEND, APPROVAL, REFUSAL, RECORD, ROSTER, IMAGE];
