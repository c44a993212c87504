//! What keys are for, in plain words.

use record::plan::Step;
use record::policy::{DelegateRule, Keeper, SubkeyRule};
use x509::Reason;

use crate::site::{Certificate, Event};

/// What a certificate's key is for, in a sentence.
pub fn purpose(event: &Event, certificate: &Certificate) -> String {
    let rule = event.policy().delegate(&certificate.name);
    match (certificate.name.as_str(), rule) {
        _ if certificate.is_cross() => {
            "One root vouches for the other with it: who trusts either follows it to what the other vouches for.".into()
        }
        ("root", _) => "It vouches for everything below, and does nothing else.".into(),
        ("release", _) => "Releases of Rust: rustup checks with it what it installs.".into(),
        ("crates-io", _) => "The index of crates.io: cargo checks with it what it downloads.".into(),
        ("bors", _) => "It issues the keys that bors signs merges with, one for each repository.".into(),
        ("transparency", _) => "It signs the access logs that are published here.".into(),
        ("console", _) => "It signs what leaves the signing console after an event.".into(),
        (_, Some(rule)) => format!("It may {}.", may(rule)),
        (name, None) => match subkey_of(event, certificate) {
            Some(rule) => format!(
                "A subkey by the rule '{}' of the policy: it signs, and issues nothing.",
                rule.name
            ),
            None => format!("The policy of its event says nothing of {name}."),
        },
    }
}

/// What the known delegates are for, in few words.
pub fn short(name: &str) -> Option<&'static str> {
    Some(match name {
        "release" => "releases of Rust, for rustup",
        "crates-io" => "the index of crates.io, for cargo",
        "bors" => "keys that sign merges",
        "transparency" => "the access logs",
        "console" => "what leaves the console",
        _ => return None,
    })
}

/// The subject's name, and that of the files: a key that is signed again keeps its subject.
pub fn called(certificate: &Certificate) -> String {
    let stem = certificate.stem();
    match certificate.x509.tbs().subject().common_name() {
        Some(name) => format!("{name} ({stem})"),
        None => stem,
    }
}

/// Who holds the private key, and what its use takes.
pub fn keeping(event: &Event, certificate: &Certificate) -> String {
    let quorum = &event.policy().quorum;
    let members = format!("each use needs {} of {} members", quorum.threshold, quorum.members);
    match event.policy().delegate(&certificate.name) {
        None if certificate.is_cross() => "that of the root which it vouches for".into(),
        None if !certificate.is_root() => "with whoever asked for it".into(),
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

/// The rule under which a subkey was issued: the plan's word, or that of the purposes where an outside keeper issued it.
fn subkey_of<'e>(event: &'e Event, certificate: &Certificate) -> Option<&'e SubkeyRule> {
    let policy = event.policy();
    let step = event.inbound.plan.step.iter().find_map(|step| match step {
        Step::IssueSubkey { rule, name, .. } if *name == certificate.name => Some(rule),
        _ => None,
    });
    if let Some(rule) = step {
        return policy.subkey(rule);
    }
    let ekus = certificate.x509.tbs().ekus().map(|(oids, _)| oids).unwrap_or_default();
    let purposes: Vec<String> = ekus.iter().map(ToString::to_string).collect();
    let called = |rule: &&SubkeyRule| certificate.name.starts_with(&format!("{}-", rule.delegate));
    let mut rules = policy.subkey.iter().filter(called);
    rules.find(|rule| policy.subkey_purposes(rule) == purposes)
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
