//! Keys: made as the plan says, owned by nobody who approves, shared with exactly the approvers, never to leave the HSM.

use std::collections::BTreeMap;

use record::Digest;
use record::plan::{EventKey, HsmKind};
use record::record::{KeyChange, KeyRecord};

use super::{Case, Keys, commands};
use crate::finding::Findings;

/// Checks what the record says of the keys; the public keys, if all can be read.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> Option<Keys> {
    let planned = case.inbound.keys();
    let found: Vec<_> = case.record.keys.iter().map(|key| key.key.as_str()).collect();
    let names: Vec<_> = planned.iter().map(|key| key.key.as_str()).collect();
    // An event that ended early has some of them, in the same order.
    let some = case.aborted() && is_part(&found, &names);
    if names != found && !some {
        findings.add(
            case.file,
            "keys-differ",
            format!("the plan makes and uses the keys {names:?}, the record has {found:?}"),
        );
        return None;
    }
    check_distinct(case, findings);
    let mut keys = Keys::new();
    let planned = planned.into_iter().filter(|key| found.contains(&key.key.as_str()));
    for (planned, record) in planned.zip(&case.record.keys) {
        check_key(case, &planned, record, findings);
        let key = x509::PublicKey::from_spki_der(&record.public_key);
        let key = findings.take(key, case.file, "key-unreadable")?;
        check_standing(case, &planned, &key, findings);
        keys.insert(planned.key, key);
    }
    Some(keys)
}

/// Whether one list has the other's entries in their order, with some left out.
fn is_part(part: &[&str], whole: &[&str]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|one| whole.any(|other| other == one))
}

fn check_key(case: &Case<'_>, planned: &EventKey, key: &KeyRecord, findings: &mut Findings) {
    let name = &key.key;
    let mut demand = |holds: bool, rule: &'static str, what: String| {
        findings.demand(holds, case.file, rule, || format!("the key {name}: {what}"));
    };
    let label = &planned.label;
    demand(
        key.label == *label,
        "key-label",
        format!("its label is '{}', but plan and step say '{label}'", key.label),
    );
    let fingerprint = Digest::of(&key.public_key);
    demand(
        key.fingerprint == fingerprint,
        "key-fingerprint",
        format!("its fingerprint is {fingerprint}, not {}", key.fingerprint),
    );
    let hsm = &case.inbound.plan.hsm;
    // A token knows neither users nor quorum: what it cannot state, the record must not claim.
    let quorum = planned.quorum.filter(|_| hsm.kind.has_users());
    let counted = quorum.is_some();
    let quorum = quorum.map(|threshold| (threshold, threshold));
    demand(
        key.quorum == quorum,
        "key-quorum",
        format!("its quorum values are {:?}, not {quorum:?}", key.quorum),
    );
    let owner = &hsm.owner;
    let members = &case.inbound.roster.members;
    let nobody = !hsm.kind.has_users()
        || members
            .iter()
            .all(|member| member.approver != *owner && member.admin != *owner);
    demand(
        key.owner == *owner && nobody,
        "key-owner",
        format!("its owner is '{}', not '{owner}', or is a member", key.owner),
    );
    let approvers = match counted {
        true => commands::approvers(case, name),
        false => Vec::new(),
    };
    demand(
        key.shared == approvers,
        "key-shared",
        format!("it is shared with {:?}, not with {approvers:?}", key.shared),
    );
    let differ = differences(&key.attributes, hsm.kind);
    demand(
        differ.is_empty(),
        "key-attributes",
        format!(
            "its attributes are not those demanded, each once and in order: {}",
            differ.join(", ")
        ),
    );
}

/// A key that stands is the one that its certificate has, and nothing else is told of it than that it was used.
fn check_standing(case: &Case<'_>, planned: &EventKey, key: &x509::PublicKey, findings: &mut Findings) {
    let change = case
        .record
        .keys
        .iter()
        .find(|record| record.key == planned.key)
        .map(|record| record.change);
    let fits = match change {
        Some(KeyChange::Made | KeyChange::Adopted) => planned.made,
        Some(KeyChange::Used) => !planned.made && !commands::shares(case, &planned.key),
        Some(KeyChange::Shared) => !planned.made && commands::shares(case, &planned.key),
        None => false,
    };
    findings.demand(fits, case.file, "key-change", || {
        format!("the key {}: what happened to it is not what the plan says", planned.key)
    });
    if planned.made {
        return;
    }
    let certified = issue::derive::standing_key(case.inbound, &planned.key);
    let Some(certified) = findings.take(certified, case.file, "key-standing") else {
        return;
    };
    findings.demand(certified == *key, case.file, "key-standing", || {
        format!("the key {} is another one than in its certificate", planned.key)
    });
}

/// How stated attributes differ from those demanded: an attribute that is stated twice could say two things.
fn differences(stated: &[String], kind: HsmKind) -> Vec<String> {
    let may_be_absent = |wanted: &str| kind == HsmKind::Pkcs11 && NOT_OF_PRIVATE_KEYS.contains(&wanted);
    let missing = DEMANDED
        .iter()
        .filter(|wanted| !may_be_absent(wanted) && !stated.iter().any(|found| found == *wanted));
    let missing = missing.map(|wanted| format!("'{wanted}' is not stated"));
    let other = stated.iter().filter(|found| !DEMANDED.contains(&found.as_str()));
    let other = other.map(|found| format!("'{found}' is stated"));
    let mut differ: Vec<_> = missing.chain(other).collect();
    if differ.is_empty() && !stated.is_sorted_by(|one, next| one < next) {
        differ.push("one is stated twice, or out of order".into());
    }
    differ
}

/// No key has two names: the plan's names stand for different powers.
fn check_distinct(case: &Case<'_>, findings: &mut Findings) {
    let mut names = BTreeMap::new();
    for key in &case.record.keys {
        if let Some(other) = names.insert(&key.public_key, &key.key) {
            let what = format!("the keys {other} and {} are one and the same key", key.key);
            findings.add(case.file, "key-twice", what);
        }
    }
}

/// PKCS#11 2.40 §4.9: private keys do not have these; a module that states one must state it so.
const NOT_OF_PRIVATE_KEYS: &[&str] = &["encrypt=false", "wrap=false", "trusted=false"];

/// All that the HSM states of every key that signs: it was made there and stays there, as it is.
const DEMANDED: &[&str] = &[
    "extractable=false",
    "never-extractable=true",
    "sensitive=true",
    "always-sensitive=true",
    "destroyable=false",
    "modifiable=false",
    "local=true",
    "token=true",
    "private=true",
    "sign=true",
    "wrap=false",
    "unwrap=false",
    "derive=false",
    "decrypt=false",
    "encrypt=false",
    "trusted=false",
];
