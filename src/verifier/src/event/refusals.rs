//! Refusals: the members' own words, whole, and nothing of theirs after them.

use std::collections::BTreeMap;

use record::messages::{Approval, Refusal};
use record::text::{is_sentence, plain};
use record::{Bundle, Time};

use super::Case;
use super::people::{self, People};
use super::times::CLOCKS;
use crate::finding::Findings;

/// Checks the refusals; says who refused, and why.
pub(super) fn check(case: &Case<'_>, people: &People, findings: &mut Findings) -> String {
    let mut refused: BTreeMap<&str, (Time, String)> = BTreeMap::new();
    for signed in &case.record.refusals {
        let Some(refusal) = people::open::<Refusal>(case, signed, "refusal-bad", findings) else {
            continue;
        };
        check_one(case, &signed.member, &refusal, findings);
        let twice = refused.insert(&signed.member, (refusal.at, refusal.reason));
        findings.demand(twice.is_none(), case.file, "refusal-twice", || {
            format!("{} refuses twice", signed.member)
        });
    }
    for (member, (at, _)) in &refused {
        check_nothing_after(case, people, member, *at, findings);
    }
    match refused.is_empty() {
        true => "refusals: none".to_owned(),
        false => {
            let told = refused
                .iter()
                .map(|(member, (at, reason))| format!("{member} refused at {at}: {}", plain(reason, 300)));
            format!("REFUSALS: {}", told.collect::<Vec<_>>().join("; "))
        }
    }
}

fn check_one(case: &Case<'_>, member: &str, refusal: &Refusal, findings: &mut Findings) {
    let record = case.record;
    let same = refusal.member == member
        && refusal.event == case.inbound.plan.event
        && refusal.plan == case.inbound.digest
        && refusal
            .session
            .as_ref()
            .is_none_or(|session| *session == record.session);
    findings.demand(same, case.file, "refusal-other", || {
        format!("the refusal of {member} is of another event, plan, session or member")
    });
    findings.demand(is_sentence(&refusal.reason), case.file, "refusal-reason", || {
        format!("the reason of {member} is not of 1 to 300 printable characters")
    });
    let known = refusal.at.0 <= record.ended.0.saturating_add(CLOCKS);
    findings.demand(known, case.file, "refusal-time", || {
        format!("{member} refused at {}, after the event", refusal.at)
    });
}

/// Whoever refused does nothing more for this plan: by the member's own clock, which is one.
fn check_nothing_after(case: &Case<'_>, people: &People, member: &str, refused: Time, findings: &mut Findings) {
    let approvals = case.record.approvals.iter().filter(|signed| signed.member == member);
    let approvals = approvals.filter_map(|signed| Bundle::<Approval>::decode(&signed.bundle).ok());
    let words = [&people.reviewers, &people.began, &people.ended];
    let words = words.into_iter().filter_map(|when| when.get(member).copied());
    let last = words.chain(approvals.map(|approval| approval.body.at)).max();
    if let Some(last) = last.filter(|last| *last > refused) {
        findings.add(
            case.file,
            "refused-before",
            format!("{member} refused at {refused}, and is said to have taken part at {last}"),
        );
    }
}
