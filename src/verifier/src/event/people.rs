//! People: who reviewed the plan, who was present, all by their own signatures.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use record::messages::{Attendance, NOT_COMPARED, Phase, Review, who_compared};
use record::{Body, Bytes, Signed, Time};

use super::Case;
use crate::finding::Findings;

/// Who did what, and when by their own clocks, as far as their signatures show it.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Reviewed this plan.
    pub reviewers: When,
    /// How many of them compared what stands before with the public store; none where nothing stands.
    pub compared: Option<usize>,
    /// Present at the beginning.
    pub began: When,
    /// Present at the end.
    pub ended: When,
}

/// Members with the time that they state.
pub(super) type When = BTreeMap<String, Time>;

impl People {
    pub(super) fn summary(&self) -> String {
        let compared = self.compared.map_or_else(String::new, |count| {
            format!(" ({count} compared what stands before it with the store)")
        });
        format!(
            "people: {} members reviewed the plan{compared}, {} were present at the beginning and {} at the end, each by \
             signature and at a time that fits",
            self.reviewers.len(),
            self.began.len(),
            self.ended.len()
        )
    }

    /// Who was present at the beginning or the end, in the order of their ids.
    pub(super) fn present(&self) -> Vec<String> {
        let both: BTreeSet<_> = self.began.keys().chain(self.ended.keys()).cloned().collect();
        both.into_iter().collect()
    }
}

fn compared(case: &Case<'_>) -> Option<usize> {
    let who = who_compared(&case.record.reviews, &case.record.refusals);
    let stands = case.inbound.standing.is_some();
    stands.then(|| who.map_or(0, |who| who.len()))
}

/// Checks reviews and attendance.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> People {
    let mut people = People {
        compared: compared(case),
        ..People::default()
    };
    for signed in &case.record.reviews {
        if let Some(review) = review(case, signed, findings) {
            once(
                case,
                &mut people.reviewers,
                (review.member, review.at),
                "review-twice",
                findings,
            );
        }
    }
    // An event that ended early may not have come to count them; whatever it made it made afterwards.
    let record = case.record;
    let made = !(record.keys.is_empty() && record.requests.is_empty() && record.outputs.is_empty());
    let told = case.aborted() && !made || record.exceptions.iter().any(|one| one.what == NOT_COMPARED);
    findings.demand(people.compared != Some(0) || told, case.file, "nobody-compared", || {
        format!("{NOT_COMPARED}; and no exception says so")
    });
    let enough = case.aborted() || people.reviewers.len() >= usize::from(case.inbound.people_needed());
    findings.demand(enough, case.file, "reviews-short", || {
        format!(
            "{} members reviewed the plan; the quorum is {}",
            people.reviewers.len(),
            case.inbound.people_needed()
        )
    });
    let mut nonces = BTreeSet::new();
    for signed in &case.record.attendance {
        let Some(word) = attendance(case, signed, &mut nonces, findings) else {
            continue;
        };
        let when = match word.phase {
            Phase::Begin => &mut people.began,
            Phase::End => &mut people.ended,
        };
        once(case, when, (word.member, word.at), "attendance-twice", findings);
    }
    let present = people.present();
    findings.demand(case.record.present == present, case.file, "present-differs", || {
        format!(
            "the record says that {:?} were present, signatures say {present:?}",
            case.record.present
        )
    });
    for (when, there) in [("beginning", &people.began), ("end", &people.ended)] {
        // Whoever could be had, where the event ended early; the record says who.
        let needed = match case.aborted() {
            true => 0,
            false => usize::from(case.inbound.people_needed()),
        };
        findings.demand(there.len() >= needed, case.file, "attendance-short", || {
            format!(
                "{} members were present at the {when}; the quorum is {needed}",
                there.len()
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

fn review(case: &Case<'_>, signed: &Signed, findings: &mut Findings) -> Option<Review> {
    let review: Review = open(case, signed, "review-bad", findings)?;
    let same =
        review.member == signed.member && review.plan == case.inbound.digest && review.event == case.inbound.plan.event;
    findings.demand(same, case.file, "review-other", || {
        format!(
            "the review of {} is of another plan ({}), event or member",
            signed.member, review.plan
        )
    });
    findings.take(
        review.says_of(case.inbound.standing.is_some()),
        case.file,
        "review-standing",
    );
    same.then_some(review)
}

fn attendance(
    case: &Case<'_>,
    signed: &Signed,
    nonces: &mut BTreeSet<Bytes>,
    findings: &mut Findings,
) -> Option<Attendance> {
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
    findings.demand(nonces.insert(word.nonce.clone()), case.file, "nonce-twice", || {
        format!("{} says the nonce of an earlier word to be present", signed.member)
    });
    same.then_some(word)
}

fn once(case: &Case<'_>, when: &mut When, (member, at): (String, Time), rule: &'static str, findings: &mut Findings) {
    match when.entry(member) {
        Entry::Vacant(free) => drop(free.insert(at)),
        Entry::Occupied(taken) => findings.add(case.file, rule, format!("{} is there twice", taken.key())),
    }
}
