//! What the root anchors: the first roster, policy and log policy, by the digests in its founding extension.

use issue::founding::Founding;
use record::{Digest, Policy, Roster};

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
    let policy = anchored(walk, &layout::policy(1), founding.policy, findings);
    if let Some(policy) =
        policy.and_then(|bytes| findings.take(Policy::parse(&bytes), &layout::policy(1), "policy-bad"))
    {
        let expected = policy.founding_extension();
        findings.demand(
            oid.to_string() == expected && policy.version == 1,
            &layout::policy(1),
            "policy-bad",
            || {
                format!(
                    "it is policy {}, and puts the founding extension at {expected}, not {oid}",
                    policy.version
                )
            },
        );
        let roster = anchored(walk, &layout::roster(1), founding.roster, findings);
        let checked =
            roster.map(|bytes| Roster::open(&bytes, walk.options.rehearsal).and_then(|roster| roster.check(&policy)));
        checked.map(|checked| findings.take(checked, &layout::roster(1), "roster-bad"));
    }
    let log_policy = anchored(walk, &layout::log_policy(1), founding.log_policy, findings)?;
    let log_policy = findings.take(
        tlog::Policy::parse(&log_policy),
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

/// The file's bytes, if they have the digest that the root carries.
fn anchored(walk: &Walk<'_>, path: &str, digest: Digest, findings: &mut Findings) -> Option<Vec<u8>> {
    let bytes = walk.shelf.read(path, findings)?;
    let found = Digest::of(&bytes);
    findings.demand(found == digest, path, "not-anchored", || {
        format!("its digest is {found}, but the root says {digest}")
    });
    (found == digest).then_some(bytes)
}
