//! The users of a cluster: exactly those of the roster and the key owner, each as it must be.

use super::cluster::{CLUSTER, ClusterTerms};
use super::{Finding, Findings};
use crate::{Role, User};

/// What is demanded of one user.
struct Wanted<'a> {
    name: &'a str,
    role: Role,
    mfa: bool,
    approves: bool,
}

pub(super) fn check(found: &[User], terms: &ClusterTerms) -> Vec<Finding> {
    let wanted = wanted(terms);
    let mut findings: Vec<Finding> = wanted.iter().flat_map(|wanted| wanted.check(found)).collect();
    findings.extend(found.iter().filter(|user| !known(user, &wanted)).flat_map(too_many));
    findings.extend(enough_admins(found, terms));
    findings
}

fn wanted(terms: &ClusterTerms) -> Vec<Wanted<'_>> {
    let admins = terms.admins.iter().map(|name| Wanted {
        name,
        role: Role::Admin,
        mfa: true,
        approves: true,
    });
    // A second factor signs with the approval key: whoever sees a login could have a quorum token signed.
    let approvers = terms.approvers.iter().map(|name| Wanted {
        name,
        role: Role::CryptoUser,
        mfa: false,
        approves: true,
    });
    let owner = Wanted {
        name: &terms.owner,
        role: Role::CryptoUser,
        mfa: false,
        approves: false,
    };
    admins.chain(approvers).chain([owner]).collect()
}

impl Wanted<'_> {
    fn check(&self, found: &[User]) -> Vec<Finding> {
        let mut findings = Findings::about(format!("{} {}", self.role, self.name));
        let mut same = found.iter().filter(|user| self.is(user));
        let Some(user) = same.next() else {
            findings.add("user", "there", "missing");
            return findings.done();
        };
        if same.next().is_some() {
            findings.add("user", "there once", "listed twice");
        }
        findings.expect("locked", "no", yes(user.locked));
        findings.expect("MFA", on(self.mfa), on(user.mfa));
        findings.expect(
            "approval key",
            registered(self.approves),
            registered(user.quorum_registered),
        );
        findings.expect("cluster-coverage", "full", &user.coverage);
        findings.done()
    }

    fn is(&self, user: &User) -> bool {
        user.name == self.name && user.role() == Some(self.role)
    }
}

/// The HSM's own user, which synchronises and cannot log in, is nobody's.
fn known(user: &User, wanted: &[Wanted<'_>]) -> bool {
    user.role_text.starts_with("internal(") || wanted.iter().any(|wanted| wanted.is(user))
}

fn too_many(user: &User) -> Vec<Finding> {
    let mut findings = Findings::about(format!("{} {}", user.role_text, user.name));
    let expected = match user.name.as_str() {
        // Whoever activated the cluster knows its password.
        "admin" => "deleted: it is the first user",
        _ => "nobody of this name and role",
    };
    findings.add("user", expected, "there");
    findings.done()
}

/// With fewer than the quorum able to approve, nobody can change anything any more.
fn enough_admins(found: &[User], terms: &ClusterTerms) -> Vec<Finding> {
    let mut findings = Findings::about(CLUSTER);
    let can_approve = |user: &&User| {
        let member = terms.admins.contains(&user.name) && user.role() == Some(Role::Admin);
        member && !user.locked && user.quorum_registered
    };
    let count = found.iter().filter(can_approve).count() as u64;
    if count < terms.threshold {
        let expected = format!("at least {}", terms.threshold);
        findings.add("admins who can approve", expected, count.to_string());
    }
    findings.done()
}

fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn on(flag: bool) -> &'static str {
    if flag { "on" } else { "off" }
}

fn registered(flag: bool) -> &'static str {
    if flag { "registered" } else { "none" }
}
