//! A cluster as a whole: its HSMs, its users, the admins' quorum, and the keys that were made on it.

use std::collections::BTreeSet;

use super::{Finding, Findings, key, users};
use crate::{KeyInfo, KeyQuorum, Node, QuorumKeeper, QuorumValues, User};

/// What was read of an HSM. What was not looked at, or what this kind of HSM does not have, is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterState {
    /// The HSMs present.
    pub nodes: Vec<Node>,
    /// All users.
    pub users: Option<Vec<User>>,
    /// The admins' quorum values.
    pub values: Option<QuorumValues>,
    /// All keys that the owner sees.
    pub keys: Option<Vec<KeyInfo>>,
}

/// What policy and roster demand of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterTerms {
    /// Who counts approvals. At [`QuorumKeeper::Login`] users, owners, shares and quorum values are not judged.
    pub keeper: QuorumKeeper,
    /// The fewest HSMs.
    pub nodes_least: usize,
    /// The members' admin accounts: the only admins, each with a second factor.
    pub admins: Vec<String>,
    /// The members' approver accounts, without a second factor.
    pub approvers: Vec<String>,
    /// The crypto user who owns the keys: no member, no second factor, no approval key.
    pub owner: String,
    /// How many must agree; the value of each admin service and of each quorum key.
    pub threshold: u64,
    /// The private keys that must be there: label, and whether the quorum guards it.
    pub keys: Vec<(String, bool)>,
}

/// Everything in which the cluster falls short. Keys that the terms do not name are judged too, by what they say of
/// themselves: one with quorum values or shares as a quorum key, another as a key that only its owner uses.
pub fn check_cluster(state: &ClusterState, terms: &ClusterTerms) -> Vec<Finding> {
    let mut findings = nodes(&state.nodes, terms.nodes_least);
    if terms.keeper == QuorumKeeper::Hsm {
        findings.extend(state.users.iter().flat_map(|found| users::check(found, terms)));
        findings.extend(state.values.iter().flat_map(|found| values(found, terms)));
    }
    if let Some(found) = &state.keys {
        findings.extend(terms.keys.iter().flat_map(|(label, _)| once(label, found)));
        findings.extend(privates(found).flat_map(|key| judge(key, terms)));
    }
    findings
}

/// The labels of private keys that the terms do not name: worth a remark, and no shortfall, since a cluster serves more
/// than one event.
pub fn other_keys(state: &ClusterState, terms: &ClusterTerms) -> Vec<String> {
    let named = |key: &&KeyInfo| terms.keys.iter().any(|(label, _)| label == key.label());
    let found = state.keys.iter().flatten().filter(|key| !key.is_public());
    found
        .filter(|key| !named(key))
        .map(|key| key.label().to_owned())
        .collect()
}

fn nodes(found: &[Node], least: usize) -> Vec<Finding> {
    let mut findings = Findings::about(CLUSTER);
    let serials: BTreeSet<&str> = found.iter().map(|node| node.serial_number.as_str()).collect();
    if serials.len() < least {
        findings.add("HSMs", format!("at least {least}"), serials.len().to_string());
    }
    findings.done()
}

fn values(found: &QuorumValues, terms: &ClusterTerms) -> Vec<Finding> {
    let mut findings = Findings::about(CLUSTER);
    let cluster = found.cluster.map_or("nothing".into(), |value| value.to_string());
    for (what, found) in [
        ("quorum value user", found.user.to_string()),
        ("quorum value quorum", found.quorum.to_string()),
        ("quorum value cluster", cluster),
    ] {
        findings.expect(what, terms.threshold.to_string(), found);
    }
    findings.done()
}

fn once(label: &str, found: &[KeyInfo]) -> Vec<Finding> {
    let mut findings = Findings::about(format!("key {label}"));
    let count = privates(found).filter(|key| key.label() == label).count();
    findings.expect("private keys with this label", "1", count.to_string());
    findings.done()
}

fn judge(key: &KeyInfo, terms: &ClusterTerms) -> Vec<Finding> {
    if terms.keeper == QuorumKeeper::Login {
        return key::check_key_attributes(key, crate::Algorithm::P384);
    }
    let says_so = key.quorum() != KeyQuorum::default() || !key.shared_users().is_empty();
    let named = terms.keys.iter().find(|(label, _)| label == key.label());
    match named.map_or(says_so, |(_, guarded)| *guarded) {
        true => {
            let (manage, use_) = (terms.threshold, terms.threshold);
            key::check_root_key(key, &terms.owner, &terms.approvers, KeyQuorum { manage, use_ })
        }
        false => key::check_console_key(key, &terms.owner),
    }
}

fn privates(keys: &[KeyInfo]) -> impl Iterator<Item = &KeyInfo> {
    keys.iter().filter(|key| !key.is_public())
}

pub(super) const CLUSTER: &str = "cluster";
