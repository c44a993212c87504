//! What keys are for, in plain words.

use record::policy::{DelegateRule, Keeper};
use x509::Reason;

use crate::site::{Certificate, Event};

/// What a certificate's key is for, in a sentence.
pub fn purpose(event: &Event, certificate: &Certificate) -> String {
    let rule = event.inbound.policy.delegate(&certificate.name);
    match (certificate.name.as_str(), rule) {
        ("root", _) => "It vouches for everything below, and does nothing else.".into(),
        ("release", _) => "Releases of Rust: rustup checks with it what it installs.".into(),
        ("crates-io", _) => "The index of crates.io: cargo checks with it what it downloads.".into(),
        ("bors", _) => "It issues the keys that bors signs merges with, one for each repository.".into(),
        ("transparency", _) => "It signs the access logs that are published here.".into(),
        ("console", _) => "It signs what leaves the signing console after an event.".into(),
        (_, Some(rule)) => format!("It may {}.", may(rule)),
        (name, None) => format!("The policy of its event says nothing of {name}."),
    }
}

/// Who holds the private key, and what its use takes.
pub fn keeping(event: &Event, certificate: &Certificate) -> String {
    let quorum = &event.inbound.policy.quorum;
    let members = format!("each use needs {} of {} members", quorum.threshold, quorum.members);
    match event.inbound.policy.delegate(&certificate.name) {
        None => format!("in the HSM; {members}"),
        Some(rule) if rule.quorum => format!("in the HSM; {members}"),
        Some(DelegateRule {
            keeper: Keeper::Hsm, ..
        }) => "in the HSM, used by the console alone".into(),
        Some(DelegateRule {
            keeper: Keeper::Outside,
            ..
        }) => "at a signing service outside".into(),
    }
}

/// Why a certificate was revoked (RFC 5280 section 5.3.1), in plain words.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::KeyCompromise | Reason::CaCompromise | Reason::AaCompromise => "its key may be in other hands",
        Reason::AffiliationChanged => "its subject changed",
        Reason::Superseded => "another took its place",
        Reason::CessationOfOperation => "it is no longer needed",
        Reason::CertificateHold => "on hold for now",
        Reason::PrivilegeWithdrawn => "its subject may no longer do what it states",
    }
}

/// What the certificate lets its key do.
pub fn may(rule: &DelegateRule) -> &'static str {
    match (rule.ca, rule.signs) {
        (true, true) => "issue certificates and sign",
        (true, false) => "issue certificates, and sign nothing else",
        (false, _) => "sign, and issue no certificates",
    }
}
