//! The HSM as a whole: who could change who may approve, and what policy and roster demand of it.

use hsm::{ClusterState, ClusterTerms, Finding, Hsm, KeyTerms, QuorumKeeper};
use record::Roster;

use crate::error::Error;

/// What roster and policy demand of the HSM. `keys` are the labels that must be there, and whether the quorum guards
/// each.
pub fn terms(hsm: &dyn Hsm, roster: &Roster, owner: &str, threshold: u8, keys: Vec<KeyTerms>) -> ClusterTerms {
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

/// All users of the HSM by their names.
pub fn names(roster: &Roster, owner: &str) -> Vec<String> {
    let members = roster.members.iter();
    let users = members.flat_map(|member| [member.admin.clone(), member.approver.clone()]);
    users.chain([owner.to_owned()]).collect()
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

/// An error that says the first thing that falls short, and how many more do.
pub fn demand(findings: &[Finding]) -> Result<(), Error> {
    let what = match findings {
        [] => return Ok(()),
        [one] => format!("the HSM falls short of policy and roster: {one}"),
        [first, rest @ ..] => format!(
            "the HSM falls short of policy and roster: {first}; and {} more",
            rest.len()
        ),
    };
    Err(Error::HsmState {
        what,
        hint: "no key may be made or used on this HSM; `ceremony hsm check` shows all; find out who changed it",
    })
}
