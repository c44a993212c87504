//! A cluster as a whole: its HSMs, its users, the admins' quorum, and the keys that were made on it.

use std::collections::BTreeSet;

use super::{Finding, Findings, key, names, plain, users};
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
    /// How many must agree; the value of each admin service, and of each quorum key that the terms do not name.
    pub threshold: u64,
    /// The private keys that must be there.
    pub keys: Vec<KeyTerms>,
}

/// A private key that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTerms {
    /// Its label.
    pub label: String,
    /// How many must agree to its use, as it was made; none if the quorum does not guard it.
    pub quorum: Option<u64>,
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
        findings.extend(terms.keys.iter().flat_map(|key| once(&key.label, found)));
        findings.extend(privates(found).flat_map(|key| judge(key, found, terms)));
        findings.extend(secrets(found).flat_map(|key| judge_secret(key, found)));
        if terms.keeper == QuorumKeeper::Hsm {
            findings.extend(publics(found).flat_map(|key| judge_public(key, found, &terms.owner)));
        }
    }
    findings
}

/// A private key that was judged, or that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySubject<'a> {
    /// The subject of its findings.
    pub subject: String,
    /// Its label, as the HSM or the terms have it.
    pub label: &'a str,
    /// The key, if it is there.
    pub key: Option<&'a KeyInfo>,
    /// Whether the quorum must guard it.
    pub guarded: bool,
    /// Whether the terms name it. Another one is worth a remark and no shortfall: a cluster serves more than one event.
    pub named: bool,
}

/// The private keys, those first that must be there, each with the subject under which its findings stand.
pub fn key_subjects<'a>(state: &'a ClusterState, terms: &'a ClusterTerms) -> Vec<KeySubject<'a>> {
    let Some(all) = &state.keys else {
        return Vec::new();
    };
    let mut subjects = Vec::new();
    for KeyTerms { label, quorum } in &terms.keys {
        let mut found: Vec<Option<&KeyInfo>> = privates(all).filter(|key| key.label() == label).map(Some).collect();
        if found.is_empty() {
            found.push(None);
        }
        subjects.extend(found.into_iter().map(|key| KeySubject {
            subject: key.map_or_else(|| about_label(label), |key| subject(key, all)),
            label,
            key,
            guarded: quorum.is_some(),
            named: true,
        }));
    }
    let others = privates(all).filter(|key| !terms.keys.iter().any(|one| one.label == key.label()));
    subjects.extend(others.map(|key| KeySubject {
        subject: subject(key, all),
        label: key.label(),
        key: Some(key),
        guarded: guarded(key, terms),
        named: false,
    }));
    subjects
}

/// Two keys that look alike are told apart by their references.
fn subject(key: &KeyInfo, all: &[KeyInfo]) -> String {
    let about = about_label(key.label());
    let class = |key: &KeyInfo| (key.is_public(), is_secret(key));
    let alike = |other: &&KeyInfo| class(other) == class(key) && about_label(other.label()) == about;
    match all.iter().filter(alike).count() {
        0 | 1 => about,
        _ => format!("{about}, {}", plain(&key.reference)),
    }
}

/// Short enough for a line: ours have some thirty characters.
fn about_label(label: &str) -> String {
    let plain = plain(label);
    match plain.char_indices().nth(60) {
        Some((end, _)) => format!("key {} ...", &plain[..end]),
        None => format!("key {plain}"),
    }
}

fn nodes(found: &[Node], least: usize) -> Vec<Finding> {
    let mut findings = Findings::about(CLUSTER);
    let serials: BTreeSet<&str> = found.iter().map(|node| node.serial_number.as_str()).collect();
    let (listed, different) = (found.len(), serials.len());
    let told = match listed == different {
        true => different.to_string(),
        false => format!("{different}, though {listed} are listed"),
    };
    if different < least {
        findings.add(HSMS, format!("at least {least}"), told);
    } else if listed != different {
        findings.add(HSMS, "each listed once", told);
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
    let mut findings = Findings::about(about_label(label));
    let count = privates(found).filter(|key| key.label() == label).count();
    findings.expect("private keys with this label", "1", count.to_string());
    findings.done()
}

fn judge(key: &KeyInfo, all: &[KeyInfo], terms: &ClusterTerms) -> Vec<Finding> {
    let mut findings = if terms.keeper == QuorumKeeper::Login {
        key::check_key_attributes(key, crate::Algorithm::P384)
    } else if guarded(key, terms) {
        let of_its_own = named(key, terms).and_then(|named| named.quorum);
        let threshold = of_its_own.unwrap_or(terms.threshold);
        let (manage, use_) = (threshold, threshold);
        key::check_root_key(key, &terms.owner, &terms.approvers, KeyQuorum { manage, use_ })
    } else {
        key::check_console_key(key, &terms.owner)
    };
    let subject = subject(key, all);
    findings
        .iter_mut()
        .for_each(|finding| finding.subject.clone_from(&subject));
    findings
}

/// By the terms; a key that they do not name, by what it says of itself.
fn guarded(key: &KeyInfo, terms: &ClusterTerms) -> bool {
    let says_so = key.quorum() != KeyQuorum::default() || !key.shared_users().is_empty();
    named(key, terms).map_or(says_so, |named| named.quorum.is_some())
}

fn named<'a>(key: &KeyInfo, terms: &'a ClusterTerms) -> Option<&'a KeyTerms> {
    terms.keys.iter().find(|named| named.label == key.label())
}

/// The HSM shows everybody all public keys, also those whose private halves it hides from us: a key of a member's, who
/// would need nobody's approval for it.
fn judge_public(key: &KeyInfo, all: &[KeyInfo], owner: &str) -> Vec<Finding> {
    let mut findings = Findings::about(subject(key, all).replacen("key ", "public key ", 1));
    let owners = key.owners().iter().map(|user| &user.username);
    findings.expect("key-owners", names([owner].iter()), names(owners));
    if !privates(all).any(|private| is_half_of(private, key)) {
        findings.add("private half", "a key that the owner sees", "none");
    }
    findings.done()
}

/// The policy knows none, so each is one too many: it could wrap keys, or be wrapped itself.
fn judge_secret(key: &KeyInfo, all: &[KeyInfo]) -> Vec<Finding> {
    let mut findings = Findings::about(subject(key, all).replacen("key ", "secret key ", 1));
    findings.add("key", "none", "there");
    findings.done()
}

/// By their point; where the HSM does not name one, by their id.
fn is_half_of(private: &KeyInfo, public: &KeyInfo) -> bool {
    let (private, public) = (&private.attributes, &public.attributes);
    match private.ec_point.is_empty() || public.ec_point.is_empty() {
        true => !private.id.is_empty() && private.id == public.id,
        false => private.ec_point == public.ec_point,
    }
}

fn publics(keys: &[KeyInfo]) -> impl Iterator<Item = &KeyInfo> {
    keys.iter().filter(|key| key.is_public())
}

/// Whatever is neither public nor secret is judged as one.
fn privates(keys: &[KeyInfo]) -> impl Iterator<Item = &KeyInfo> {
    keys.iter().filter(|key| !key.is_public() && !is_secret(key))
}

fn secrets(keys: &[KeyInfo]) -> impl Iterator<Item = &KeyInfo> {
    keys.iter().filter(|key| is_secret(key))
}

/// A key without another half, in the words of both drivers.
fn is_secret(key: &KeyInfo) -> bool {
    key.attributes.class == "secret-key"
}

pub(super) const CLUSTER: &str = "cluster";
const HSMS: &str = "HSMs";
