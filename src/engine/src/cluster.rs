//! The cluster's users and quorum values: who could change who may approve.

use hsm::{ClusterState, ClusterTerms, Hsm, QuorumKeeper, Role};
use record::Roster;

use crate::error::Error;

/// What roster and policy demand of the HSM. `keys` are the labels that must be there, and whether the quorum guards
/// each.
pub fn terms(hsm: &dyn Hsm, roster: &Roster, owner: &str, threshold: u8, keys: Vec<(String, bool)>) -> ClusterTerms {
    ClusterTerms {
        keeper: hsm.quorum_keeper(),
        nodes_least: hsm.least_nodes(),
        admins: roster.members.iter().map(|member| member.admin.clone()).collect(),
        approvers: roster.members.iter().map(|member| member.approver.clone()).collect(),
        owner: owner.to_owned(),
        threshold: u64::from(threshold),
        keys,
    }
}

/// Reads what the HSM says of itself; of its keys only where the owner is logged in.
pub fn read(hsm: &mut dyn Hsm, keys: bool) -> Result<ClusterState, Error> {
    let counts = hsm.quorum_keeper() == QuorumKeeper::Hsm;
    Ok(ClusterState {
        nodes: hsm.nodes()?,
        users: counts.then(|| hsm.users()).transpose()?,
        values: counts.then(|| hsm.quorum_values()).transpose()?,
        keys: keys.then(|| hsm.keys()).transpose()?,
    })
}

/// Demands exactly the users that the roster gives, each approval key registered, and the admins' quorum.
pub fn check_users(hsm: &mut dyn Hsm, roster: &Roster, owner: &str, threshold: u8) -> Result<(), Error> {
    let (users, values) = (hsm.users()?, hsm.quorum_values()?);
    let mut found: Vec<Listed> = users
        .iter()
        .filter_map(|user| Some((user.name.clone(), user.role()?, user.quorum_registered, user.locked)))
        .collect();
    let mut wanted: Vec<Listed> = vec![(owner.to_owned(), Role::CryptoUser, false, false)];
    for member in &roster.members {
        wanted.push((member.admin.clone(), Role::Admin, true, false));
        wanted.push((member.approver.clone(), Role::CryptoUser, true, false));
    }
    found.sort();
    wanted.sort();
    if let Some(user) = found.iter().find(|user| !wanted.contains(user)) {
        return Err(refused(format!(
            "the HSM has {}, whom the roster does not have so",
            described(user)
        )));
    }
    if let Some(user) = wanted.iter().find(|user| !found.contains(user)) {
        return Err(refused(format!("the HSM lacks {}", described(user))));
    }
    let threshold = u64::from(threshold);
    match values.user == threshold && values.quorum == threshold {
        true => Ok(()),
        false => Err(refused(format!(
            "the admins' quorum values are {} for users and {} for the quorum itself, not {threshold}",
            values.user, values.quorum
        ))),
    }
}

/// Name, role, whether an approval key is registered, whether the account is locked.
type Listed = (String, Role, bool, bool);

fn described((name, role, registered, locked): &Listed) -> String {
    let key = if *registered {
        "with an approval key"
    } else {
        "without an approval key"
    };
    let locked = if *locked { ", locked" } else { "" };
    format!("the {role} {name} {key}{locked}")
}

fn refused(what: String) -> Error {
    Error::HsmState {
        what,
        hint: "no key may be made or used on this cluster; find out who changed it",
    }
}
