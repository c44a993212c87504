//! What the root anchors: the roster, policy and log policy that were in force once it was made, by the digests in its
//! founding extension.

use record::{Digest, Policy, Roster};
use x509::Oid;

use super::Walk;
use super::order::{Order, Outline};
use crate::finding::Findings;
use crate::layout::Rules;
use crate::{Report, layout, log_policies, root};

/// The roster, policy and log policy that the root says were in force.
pub(super) struct Anchor {
    /// Their files, which were held against the root.
    pub files: Vec<String>,
    /// The number of the log policy.
    pub number: u32,
    pub log_policy: tlog::Policy,
}

/// Checks the three files against the root; none if the log policy cannot be relied on.
pub(super) fn check(walk: &Walk<'_>, order: &Order, report: &mut Report, findings: &mut Findings) -> Option<Anchor> {
    match walk.root {
        Some(root) => by_root(walk, root, order, report, findings),
        None => by_nothing(walk, report, findings),
    }
}

fn by_root(
    walk: &Walk<'_>,
    root: &x509::Certificate,
    order: &Order,
    report: &mut Report,
    findings: &mut Findings,
) -> Option<Anchor> {
    report.checked.push(root::describe(root));
    let Some((oid, founding)) = root::founding(root) else {
        findings.add(
            root::FILE,
            "not-anchored",
            "the root has no founding extension: it vouches for no roster and policy",
        );
        return None;
    };
    let numbers = Numbers::after(order, made_in(root, order, findings));
    // Each file is held against the root by itself: one that is changed accuses no other.
    let policy = anchored(walk, &layout::policy(numbers.policy), founding.policy, findings);
    let roster = anchored(walk, &layout::roster(numbers.roster), founding.roster, findings);
    let log_file = layout::log_policy(numbers.log_policy);
    let log_policy = anchored(walk, &log_file, founding.log_policy, findings);
    match policy {
        Some(policy) => check_policy(walk, oid, &numbers, &policy, roster.as_deref(), findings),
        None => report
            .not_checked
            .push("the roster's terms and the M-2 rule: the policy that sets them does not hold".into()),
    }
    let log_policy = log_policy_of(walk, &log_file, &log_policy?, findings)?;
    report
        .checked
        .push("roster, policy and log policy: the ones whose digests the root carries; the M-2 rule holds".into());
    Some(Anchor {
        files: numbers.files(),
        number: numbers.log_policy,
        log_policy,
    })
}

/// Before there is a root, the first log policy is what the first event says.
fn by_nothing(walk: &Walk<'_>, report: &mut Report, findings: &mut Findings) -> Option<Anchor> {
    report.not_checked.push(
        "whose store this is: no root was given, and so the first roster, policy and log policy rest on nothing".into(),
    );
    let file = layout::log_policy(1);
    let bytes = walk.shelf.read(&file, findings)?;
    Some(Anchor {
        files: Vec::new(),
        number: 1,
        log_policy: log_policy_of(walk, &file, &bytes, findings)?,
    })
}

/// The numbers of the files in force.
struct Numbers {
    roster: u32,
    policy: u32,
    log_policy: u32,
}

impl Numbers {
    /// After the event at this place; the first ones if it is not known.
    fn after(order: &Order, place: Option<usize>) -> Self {
        let mut numbers = Self {
            roster: 1,
            policy: 1,
            log_policy: 1,
        };
        let events = order.events.iter().take(place.map_or(0, |place| place + 1));
        for rules in events.flat_map(|outline| outline.adopted()) {
            match rules {
                Rules::Roster(number) => numbers.roster = number,
                Rules::Policy(number) => numbers.policy = number,
                Rules::LogPolicy(number) => numbers.log_policy = number,
            }
        }
        numbers
    }

    fn files(&self) -> Vec<String> {
        vec![
            layout::roster(self.roster),
            layout::policy(self.policy),
            layout::log_policy(self.log_policy),
        ]
    }
}

/// The place of the event that made the root given; none if no event did, or none that can be read.
fn made_in(root: &x509::Certificate, order: &Order, findings: &mut Findings) -> Option<usize> {
    let fingerprint = Digest(root.fingerprint());
    let made = |outline: &Outline| outline.roots().any(|(_, made)| made == fingerprint);
    let place = order.events.iter().position(made);
    let newest = order.events.iter().flat_map(Outline::roots).last();
    if let (None, true, Some((stem, _))) = (place, order.whole, newest) {
        let what = "neither this nor another root of the store is the one that was given";
        findings.add(layout::certificate(&stem), "other-root", what);
    }
    place
}

/// A log policy that may be believed.
pub(super) fn log_policy_of(
    walk: &Walk<'_>,
    file: &str,
    bytes: &[u8],
    findings: &mut Findings,
) -> Option<tlog::Policy> {
    let policy = findings.take(tlog::Policy::parse(bytes), file, "log-policy-bad")?;
    findings.demand(
        policy.has_witnesses() || walk.options.rehearsal,
        file,
        "log-without-witnesses",
        || "no witness needs to have seen the log: refused outside rehearsals".into(),
    );
    findings.take(log_policies::check(&policy), file, "log-policy-bad");
    Some(policy)
}

/// The policy is of this root, and the roster keeps to it.
fn check_policy(
    walk: &Walk<'_>,
    oid: Oid,
    numbers: &Numbers,
    policy: &[u8],
    roster: Option<&[u8]>,
    findings: &mut Findings,
) {
    let file = layout::policy(numbers.policy);
    let Some(policy) = findings.take(Policy::parse(policy), &file, "policy-bad") else {
        return;
    };
    let expected = policy.founding_extension();
    let own = oid.to_string() == expected && policy.version == numbers.policy;
    findings.demand(own, &file, "policy-bad", || {
        let version = policy.version;
        format!("it is policy {version}, and puts the founding extension at {expected}, not {oid}")
    });
    if let Some(roster) = roster {
        let checked = Roster::open(roster, walk.options.rehearsal).and_then(|roster| roster.check(&policy));
        findings.take(checked, &layout::roster(numbers.roster), "roster-bad");
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
