//! A private key: its attributes, its owner, those it is shared with, its quorum.

use super::{Finding, Findings, names};
use crate::{Algorithm, Attributes, Holder, KeyInfo, KeyQuorum};

/// A quorum key: owned by `owner` alone, shared with exactly `approvers`, with exactly these quorum values.
pub fn check_root_key(key: &KeyInfo, owner: &str, approvers: &[String], quorum: KeyQuorum) -> Vec<Finding> {
    let mut findings = of(key);
    kind(&mut findings, &key.attributes, Algorithm::P384);
    holders(&mut findings, key, owner);
    attributes(&mut findings, key, &[]);
    findings.expect(
        "shared-users",
        names(approvers.iter()),
        names(key.shared_users().iter().map(|user| &user.username)),
    );
    findings.expect(
        "shared-users, how many",
        approvers.len().to_string(),
        key.shared_users().len().to_string(),
    );
    let KeyQuorum { manage, use_ } = key.quorum();
    findings.expect("manage-key-quorum-value", quorum.manage.to_string(), manage.to_string());
    findings.expect("use-key-quorum-value", quorum.use_.to_string(), use_.to_string());
    findings.done()
}

/// A key without quorum, such as the console's: owned by `owner` alone and shared with nobody.
pub fn check_console_key(key: &KeyInfo, owner: &str) -> Vec<Finding> {
    check_root_key(key, owner, &[], KeyQuorum::default())
}

/// A key in a PKCS#11 module, which knows neither owners nor shares nor quorum values: kind and attributes alone.
pub fn check_key_attributes(key: &KeyInfo, algorithm: Algorithm) -> Vec<Finding> {
    let mut findings = of(key);
    kind(&mut findings, &key.attributes, algorithm);
    attributes(&mut findings, key, &NOT_OF_PRIVATE_KEYS);
    findings.done()
}

/// PKCS#11 2.40 §4.9: private keys do not have these; where a module says something of them, it counts.
const NOT_OF_PRIVATE_KEYS: [&str; 3] = ["encrypt", "wrap", "trusted"];

fn of(key: &KeyInfo) -> Findings {
    Findings::about(format!("key {}", key.label()))
}

fn kind(findings: &mut Findings, attributes: &Attributes, algorithm: Algorithm) {
    findings.expect("class", "private-key", &attributes.class);
    findings.expect("key-type", "ec", &attributes.key_type);
    let curve = attributes.curve.as_deref().unwrap_or("nothing");
    findings.expect("curve", algorithm.curve(), curve);
}

fn holders(findings: &mut Findings, key: &KeyInfo, owner: &str) {
    findings.expect(
        "key-owners",
        names([owner].iter()),
        names(key.owners().iter().map(|user| &user.username)),
    );
    findings.expect("cluster-coverage", "full", key.coverage());
    let holders = key.owners().iter().chain(key.shared_users());
    let partial: Vec<&Holder> = holders.filter(|holder| holder.key_coverage != "full").collect();
    findings.expect(
        "holders without full coverage",
        "nobody",
        names(partial.iter().map(|holder| &holder.username)),
    );
}

fn attributes(findings: &mut Findings, key: &KeyInfo, may_be_absent: &[&str]) {
    for (what, expected, found) in flags(&key.attributes) {
        let absent = found.is_none() && may_be_absent.contains(&what);
        if !absent {
            let found = found.map_or("nothing".to_owned(), |found| found.to_string());
            findings.expect(what, expected.to_string(), found);
        }
    }
}

impl KeyInfo {
    /// The attributes that the checks judge, in the HSM's words: `name=value`, sorted. One that the HSM does not name
    /// is not there.
    pub fn stated(&self) -> Vec<String> {
        let named = flags(&self.attributes).into_iter();
        let mut stated: Vec<String> = named
            .filter_map(|(name, _, value)| Some(format!("{name}={}", value?)))
            .collect();
        stated.sort();
        stated
    }
}

/// `wrap-with-trusted` is left out: with `extractable` false nothing wraps the key, trusted or not.
fn flags(attributes: &Attributes) -> [(&'static str, bool, Option<bool>); 16] {
    [
        ("extractable", false, attributes.extractable),
        ("never-extractable", true, attributes.never_extractable),
        ("sensitive", true, attributes.sensitive),
        ("always-sensitive", true, attributes.always_sensitive),
        ("destroyable", false, attributes.destroyable),
        ("modifiable", false, attributes.modifiable),
        ("local", true, attributes.local),
        ("token", true, attributes.token),
        ("private", true, attributes.private),
        ("sign", true, attributes.sign),
        ("wrap", false, attributes.wrap),
        ("unwrap", false, attributes.unwrap),
        ("derive", false, attributes.derive),
        ("decrypt", false, attributes.decrypt),
        ("encrypt", false, attributes.encrypt),
        ("trusted", false, attributes.trusted),
    ]
}
