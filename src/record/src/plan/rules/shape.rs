//! Which steps an event of a kind has: no others, and none of those missing that make it what it is.

use crate::plan::{Inbound, Kind, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER};

/// Checks the steps' kinds, and what comes into force.
pub fn check(inbound: &Inbound) -> Result<(), String> {
    let plan = &inbound.plan;
    if !inbound.policy.records.contains_key(plan.kind.name()) {
        return Err(format!("the policy does not know the record of a '{}'", plan.kind));
    }
    let shape = shape(plan.deed());
    let always: &[&str] = match plan.kind.may_be_small() {
        // Fewer than M members speak for nobody but themselves.
        true => &["answer"],
        false => &["answer", "publish-document"],
    };
    let other = |deed: &&str| !shape.may.contains(deed) && !shape.must.contains(deed) && !always.contains(deed);
    if let Some(deed) = plan.step.iter().map(|step| step.deed()).find(other) {
        return Err(format!("a '{}' has no step '{deed}'", plan.deed()));
    }
    if let Some(missing) = shape
        .must
        .iter()
        .find(|deed| !plan.step.iter().any(|step| step.deed() == **deed))
    {
        return Err(format!(
            "a '{}' has a step '{missing}', and this one has none",
            plan.deed()
        ));
    }
    let next = [NEXT_POLICY, NEXT_ROSTER, NEXT_LOG_POLICY];
    let given = |name: &&&str| plan.inputs.contains_key(**name);
    if let Some(name) = next.iter().filter(given).find(|name| !shape.next.contains(name)) {
        return Err(format!("a '{}' brings no {name}", plan.deed()));
    }
    match shape.brings.iter().find(|name| !plan.inputs.contains_key(**name)) {
        Some(name) => Err(format!("a '{}' brings a {name}, and this one does not", plan.deed())),
        None => Ok(()),
    }
}

/// The step that gives the key owner another password.
pub(super) const OWNER_PASSWORD: &str = "change-owner-password";

/// What an event of a kind looks like.
struct Shape {
    /// Steps that it must have.
    must: &'static [&'static str],
    /// Further steps that it may have.
    may: &'static [&'static str],
    /// What it may bring into force.
    next: &'static [&'static str],
    /// What of it must be there.
    brings: &'static [&'static str],
}

fn shape(kind: Kind) -> Shape {
    let (must, may, next, brings): (&[_], &[_], &[_], &[_]) = match kind {
        // An approval key registers once: members bring new ones to a cluster that takes another's place.
        Kind::ClusterInitialisation => (&["initialise-cluster"], &["look-at-hsm"], &[NEXT_ROSTER], &[]),
        Kind::RootGeneration => (
            &["make-key", "issue-certificate", "issue-crl"],
            &["look-at-hsm"],
            &[],
            &[],
        ),
        Kind::DelegateIssuance => (
            &["issue-certificate"],
            &["make-key", "issue-crl", "look-at-hsm"],
            &[NEXT_POLICY],
            &[],
        ),
        Kind::DelegateReplacement => (
            &["issue-certificate"],
            &["make-key", "issue-crl", "look-at-hsm"],
            &[NEXT_POLICY],
            &[],
        ),
        Kind::DelegateRevocation | Kind::CrlRefresh => (&["issue-crl"], &["look-at-hsm"], &[], &[]),
        Kind::SubkeyIssuance => (&["issue-subkey"], &["issue-crl", "look-at-hsm"], &[NEXT_POLICY], &[]),
        Kind::RootRotation => (
            &["make-key", "issue-certificate", "issue-cross", "issue-crl", "answer"],
            &["look-at-hsm"],
            &[NEXT_POLICY, NEXT_LOG_POLICY],
            &[],
        ),
        Kind::RootEmergency => (
            &["make-key", "issue-certificate", "issue-crl", "publish-document"],
            &["look-at-hsm"],
            &[NEXT_POLICY, NEXT_LOG_POLICY],
            &[],
        ),
        Kind::ThresholdChange => (
            &[
                "make-key",
                "issue-certificate",
                "issue-cross",
                "issue-crl",
                "answer",
                "set-quorum",
            ],
            &["look-at-hsm"],
            &[NEXT_POLICY, NEXT_LOG_POLICY],
            &[NEXT_POLICY],
        ),
        Kind::MemberChange => (
            &[],
            &["add-member", "remove-member", OWNER_PASSWORD, "look-at-hsm"],
            &[NEXT_ROSTER, NEXT_POLICY],
            &[NEXT_ROSTER],
        ),
        Kind::MemberKeyReplacement => (
            &[],
            &["replace-member-keys", OWNER_PASSWORD, "look-at-hsm"],
            &[NEXT_ROSTER],
            &[NEXT_ROSTER],
        ),
        Kind::HsmMaintenance => (&["look-at-hsm", "answer"], &[], &[NEXT_LOG_POLICY], &[]),
        Kind::ConsoleMaintenance => (&["answer"], &[], &[], &[]),
        // What it rehearses is asked for, never the drill itself.
        Kind::Drill => (&[], &[], &[], &[]),
    };
    Shape {
        must,
        may,
        next,
        brings,
    }
}
