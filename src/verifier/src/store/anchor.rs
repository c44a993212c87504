//! What the root anchors: the first roster, policy and log policy, by the digests in its founding extension.

use issue::founding::Founding;
use record::{Digest, Policy, Roster};
use x509::Oid;

use super::Walk;
use crate::finding::Findings;
use crate::{Report, layout, root};

/// The first roster, policy and log policy, as the root says they are.
pub(super) struct Anchor {
    pub founding: Founding,
    pub log_policy: tlog::Policy,
}

/// Checks the three files against the root; none if the log policy cannot be relied on.
pub(super) fn check(walk: &Walk<'_>, report: &mut Report, findings: &mut Findings) -> Option<Anchor> {
    report.checked.push(root::describe(walk.root));
    let Some((oid, founding)) = root::founding(walk.root) else {
        findings.add(
            root::FILE,
            "not-anchored",
            "the root has no founding extension: it vouches for no roster and policy",
        );
        return None;
    };
    // Each file is held against the root by itself: one that is changed accuses no other.
    let policy = anchored(walk, &layout::policy(1), founding.policy, findings);
    let roster = anchored(walk, &layout::roster(1), founding.roster, findings);
    let log_policy = anchored(walk, &layout::log_policy(1), founding.log_policy, findings);
    match policy {
        Some(policy) => check_policy(walk, oid, &policy, roster.as_deref(), findings),
        None => report
            .not_checked
            .push("the roster's terms and the M-2 rule: the policy that sets them does not hold".into()),
    }
    let log_policy = findings.take(
        tlog::Policy::parse(&log_policy?),
        &layout::log_policy(1),
        "log-policy-bad",
    )?;
    findings.demand(
        log_policy.has_witnesses() || walk.options.rehearsal,
        &layout::log_policy(1),
        "log-without-witnesses",
        || "no witness needs to have seen the log: refused outside rehearsals".into(),
    );
    report
        .checked
        .push("roster, policy and log policy: the ones whose digests the root carries; the M-2 rule holds".into());
    Some(Anchor { founding, log_policy })
}

/// The policy is of this root, and the roster keeps to it.
fn check_policy(walk: &Walk<'_>, oid: Oid, policy: &[u8], roster: Option<&[u8]>, findings: &mut Findings) {
    let file = layout::policy(1);
    let Some(policy) = findings.take(Policy::parse(policy), &file, "policy-bad") else {
        return;
    };
    let expected = policy.founding_extension();
    let own = oid.to_string() == expected && policy.version == 1;
    findings.demand(own, &file, "policy-bad", || {
        let version = policy.version;
        format!("it is policy {version}, and puts the founding extension at {expected}, not {oid}")
    });
    if let Some(roster) = roster {
        let checked = Roster::open(roster, walk.options.rehearsal).and_then(|roster| roster.check(&policy));
        findings.take(checked, &layout::roster(1), "roster-bad");
    }
}

/// The file's bytes, if they have the digest that the root carries.
fn anchored(walk: &Walk<'_>, path: &str, digest: Digest, findings: &mut Findings) -> Option<Vec<u8>> {
    let bytes = walk.shelf.read(path, findings)?;
    let found = Digest::of(&bytes);
    findings.demand(found == digest, path, "not-anchored", || {
        format!("its digest is {found}, but the root says {digest}")
    });
    (found == digest).then_some(bytes)
}
