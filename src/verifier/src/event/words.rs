//! Other words of the record: what the console states, and whatever this version does not know
//! and so must not pass over.

use record::facts::{self, HsmCheck};
use record::plan::Kind;
use record::text::plain;

use super::{Case, answers};
use crate::finding::Findings;

/// Checks the facts.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> String {
    unknown(case, findings);
    time(case, findings);
    hsm(case, findings)
}

/// Who counted the approvals, by the plan's kind of HSM, and how the HSM was judged. Nothing may be made on an HSM that
/// falls short; what was found at the end is said, whatever it is.
fn hsm(case: &Case<'_>, findings: &mut Findings) -> String {
    let stated = |name: &str| case.record.facts.get(name).map(String::as_str);
    let kept_by = case.inbound.plan.hsm.kind.quorum_kept_by();
    let said = stated(facts::QUORUM_KEPT_BY).unwrap_or("nothing");
    findings.demand(said == kept_by, case.file, "quorum-keeper", || {
        format!(
            "the record says of who kept the quorum '{}', not '{kept_by}'",
            plain(said, 120)
        )
    });
    if !case.inbound.plan.deed().touches_the_hsm() {
        return "the console's word on the HSM: it was not touched".into();
    }
    // Before its initialisation a cluster cannot be as it must be: its identity is proved instead.
    let initialises = case.inbound.plan.deed() == Kind::ClusterInitialisation;
    if initialises {
        identity(case, findings);
    }
    let begin = stated(HsmCheck::Begin.fact()).unwrap_or("nothing");
    // An event that ended early may not have come so far, or the HSM be gone; but a key is made on a good one alone.
    let judged = (!case.aborted() || !case.record.keys.is_empty()) && !initialises;
    let begin = if judged { begin } else { facts::NOTHING_FALLS_SHORT };
    findings.demand(begin == facts::NOTHING_FALLS_SHORT, case.file, "hsm-check", || {
        format!(
            "of the HSM before the first key was made, the record says '{}'",
            plain(begin, 300)
        )
    });
    let end = stated(HsmCheck::End.fact());
    let said = case.aborted() || end.is_some_and(|said| !said.is_empty());
    findings.demand(said, case.file, "hsm-check", || {
        "the record does not say how the HSM was after the last signature".into()
    });
    let end = plain(end.unwrap_or("nothing"), 300);
    format!("the console's word on the HSM: the quorum was kept by {kept_by}; after the last signature, {end}")
}

/// What an initialisation judged: outside rehearsals the HSM's identity and the customer's CA, and always users and quorum.
fn identity(case: &Case<'_>, findings: &mut Findings) {
    let proved: &[&str] = if case.rehearsal { &[] } else { &OF_IDENTITY };
    for name in proved.iter().chain(&OF_INITIALISATION) {
        let said = case.record.facts.get(*name).map_or("nothing", String::as_str);
        let good = said == facts::NOTHING_FALLS_SHORT || case.aborted();
        findings.demand(good, case.file, "hsm-check", || {
            format!(
                "of '{name}' in the initialisation the record says '{}'",
                plain(said, 300)
            )
        });
    }
}

/// Whoever confirmed the clock, and how the machine was used: an event without these facts was not held by this engine.
fn time(case: &Case<'_>, findings: &mut Findings) {
    for name in [facts::CLOCK, facts::POWER, facts::LOGINS] {
        if case.aborted() && name == facts::CLOCK {
            continue;
        }
        let stated = case.record.facts.get(name).is_some_and(|said| !said.is_empty());
        findings.demand(stated, case.file, "fact-missing", || {
            format!("the record does not have the fact '{name}'")
        });
    }
}

/// What this version cannot read it must not pass over.
fn unknown(case: &Case<'_>, findings: &mut Findings) {
    let checks = HsmCheck::BOTH.map(HsmCheck::fact);
    let initialises = case.inbound.plan.deed() == Kind::ClusterInitialisation;
    let initialised = |name: &str| initialises && (OF_IDENTITY.contains(&name) || OF_INITIALISATION.contains(&name));
    let journalled = |name: &str| facts::JOURNALLED.contains(&name) || initialised(name);
    let known =
        |name: &str| [facts::QUORUM_KEPT_BY, facts::LEFT].contains(&name) || checks.contains(&name) || journalled(name);
    let known = |name: &&String| known(name) || answers::asks_for(case, name);
    let facts: Vec<&String> = case.record.facts.keys().filter(|name| !known(name)).collect();
    findings.demand(facts.is_empty(), case.file, "fact-unknown", || {
        format!("this version knows no facts such as {facts:?}")
    });
}

/// What proves an HSM before its cluster is initialised.
const OF_IDENTITY: [&str; 2] = ["identity", "customer-ca"];
/// How the cluster is judged before any approval key is known to it, and at the end.
const OF_INITIALISATION: [&str; 2] = ["quorum", "cluster"];
