//! Is a key what the ceremony demands? Every shortfall is a finding, and none is an exception.

use std::{collections::BTreeSet, fmt};

use crate::{Attributes, Holder, KeyInfo, KeyQuorum};

/// One way in which a key falls short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in the HSM's words.
    pub what: &'static str,
    /// What it must be.
    pub expected: String,
    /// What the HSM says.
    pub found: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.what, self.expected, self.found)
    }
}

/// A quorum key: owned by `owner` alone, shared with exactly `approvers`, with exactly these quorum values.
pub fn check_root_key(key: &KeyInfo, owner: &str, approvers: &[String], quorum: KeyQuorum) -> Vec<Finding> {
    let mut findings = check_signing_key(key, owner);
    expect(
        &mut findings,
        "shared-users",
        names(approvers.iter()),
        names(key.shared_users().iter().map(|user| &user.username)),
    );
    expect(
        &mut findings,
        "shared-users, how many",
        approvers.len().to_string(),
        key.shared_users().len().to_string(),
    );
    check_quorum(&mut findings, key, quorum);
    findings
}

/// A key without quorum, such as the console's: owned by `owner` alone and shared with nobody.
pub fn check_console_key(key: &KeyInfo, owner: &str) -> Vec<Finding> {
    check_root_key(key, owner, &[], KeyQuorum::default())
}

fn check_signing_key(key: &KeyInfo, owner: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let attributes = &key.attributes;
    expect(&mut findings, "class", "private-key", &attributes.class);
    expect(&mut findings, "key-type", "ec", &attributes.key_type);
    expect(
        &mut findings,
        "curve",
        "secp384r1",
        attributes.curve.as_deref().unwrap_or("nothing"),
    );
    expect(
        &mut findings,
        "key-owners",
        names([owner].iter()),
        names(key.owners().iter().map(|user| &user.username)),
    );
    expect(&mut findings, "cluster-coverage", "full", key.coverage());
    let holders = key.owners().iter().chain(key.shared_users());
    let partial: Vec<&Holder> = holders.filter(|holder| holder.key_coverage != "full").collect();
    expect(
        &mut findings,
        "holders without full coverage",
        "nobody",
        names(partial.iter().map(|holder| &holder.username)),
    );
    for (what, expected, found) in flags(attributes) {
        let found = found.map_or("nothing".to_owned(), |found| found.to_string());
        expect(&mut findings, what, expected.to_string(), found);
    }
    findings
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

fn check_quorum(findings: &mut Vec<Finding>, key: &KeyInfo, quorum: KeyQuorum) {
    let KeyQuorum { manage, use_ } = key.quorum();
    expect(
        findings,
        "manage-key-quorum-value",
        quorum.manage.to_string(),
        manage.to_string(),
    );
    expect(
        findings,
        "use-key-quorum-value",
        quorum.use_.to_string(),
        use_.to_string(),
    );
}

fn names(of: impl Iterator<Item = impl AsRef<str>>) -> String {
    let sorted: BTreeSet<String> = of.map(|name| name.as_ref().to_owned()).collect();
    match sorted.is_empty() {
        true => "nobody".into(),
        false => Vec::from_iter(sorted).join(" "),
    }
}

fn expect(findings: &mut Vec<Finding>, what: &'static str, expected: impl Into<String>, found: impl Into<String>) {
    let (expected, found) = (expected.into(), found.into());
    if expected != found {
        findings.push(Finding { what, expected, found });
    }
}
