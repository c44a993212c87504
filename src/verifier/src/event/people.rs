//! People: who reviewed the plan, who was present, all by their own signatures.

use std::collections::BTreeSet;

use record::messages::{Attendance, Phase, Review};
use record::{Body, Signed};

use super::Case;
use crate::finding::Findings;

/// Who did what, as far as their signatures show it.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Reviewed this plan.
    pub reviewers: BTreeSet<String>,
    /// Present at the beginning.
    pub began: BTreeSet<String>,
    /// Present at the end.
    pub ended: BTreeSet<String>,
}

impl People {
    pub(super) fn summary(&self) -> String {
        format!(
            "people: {} members reviewed the plan, {} were present at the beginning and {} at the end, each by signature",
            self.reviewers.len(),
            self.began.len(),
            self.ended.len()
        )
    }

    /// Who was present at the beginning or the end, in the order of their ids.
    pub(super) fn present(&self) -> Vec<String> {
        self.began.union(&self.ended).cloned().collect()
    }
}

/// Checks reviews and attendance.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> People {
    let mut people = People::default();
    for signed in &case.record.reviews {
        if let Some(member) = review(case, signed, findings) {
            once(case, &mut people.reviewers, member, "review-twice", findings);
        }
    }
    for signed in &case.record.attendance {
        match attendance(case, signed, findings) {
            Some((member, Phase::Begin)) => once(case, &mut people.began, member, "attendance-twice", findings),
            Some((member, Phase::End)) => once(case, &mut people.ended, member, "attendance-twice", findings),
            None => {}
        }
    }
    let present = people.present();
    findings.demand(case.record.present == present, case.file, "present-differs", || {
        format!(
            "the record says that {:?} were present, signatures say {present:?}",
            case.record.present
        )
    });
    for (when, there) in [("beginning", &people.began), ("end", &people.ended)] {
        findings.demand(there.len() >= case.threshold(), case.file, "attendance-short", || {
            format!(
                "{} members were present at the {when}; the quorum is {}",
                there.len(),
                case.threshold()
            )
        });
    }
    people
}

/// Opens what a member signed: of the right type and mark, by a key of the roster, by somebody in office.
pub(super) fn open<B: Body>(
    case: &Case<'_>,
    signed: &Signed,
    rule: &'static str,
    findings: &mut Findings,
) -> Option<B> {
    let roster = &case.inbound.roster;
    let body = findings.take(signed.open::<B>(roster, case.rehearsal), case.file, rule)?;
    let member = roster.member(&signed.member).ok()?;
    let in_office = member.in_office(case.record.began) && member.in_office(case.record.ended);
    findings.demand(in_office, case.file, "not-in-office", || {
        format!(
            "{} is in office from {} to {}, not during the event",
            member.id, member.from, member.until
        )
    });
    Some(body)
}

fn review(case: &Case<'_>, signed: &Signed, findings: &mut Findings) -> Option<String> {
    let review: Review = open(case, signed, "review-bad", findings)?;
    let same =
        review.member == signed.member && review.plan == case.inbound.digest && review.event == case.inbound.plan.event;
    findings.demand(same, case.file, "review-other", || {
        format!(
            "the review of {} is of another plan ({}), event or member",
            signed.member, review.plan
        )
    });
    same.then(|| signed.member.clone())
}

fn attendance(case: &Case<'_>, signed: &Signed, findings: &mut Findings) -> Option<(String, Phase)> {
    let word: Attendance = open(case, signed, "attendance-bad", findings)?;
    let record = case.record;
    let same = word.member == signed.member
        && word.plan == case.inbound.digest
        && word.event == case.inbound.plan.event
        && word.image == record.image
        && word.session == record.session;
    findings.demand(same, case.file, "attendance-other", || {
        format!(
            "the word of {} to be present is for another plan, event, image, session or member",
            signed.member
        )
    });
    findings.demand(word.nonce.len() == 16, case.file, "attendance-nonce", || {
        format!("the nonce of {} has {} octets, not 16", signed.member, word.nonce.len())
    });
    same.then(|| (signed.member.clone(), word.phase))
}

fn once(case: &Case<'_>, set: &mut BTreeSet<String>, member: String, rule: &'static str, findings: &mut Findings) {
    if let Some(member) = set.replace(member) {
        findings.add(case.file, rule, format!("{member} is there twice"));
    }
}
