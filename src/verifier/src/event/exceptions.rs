//! Exceptions: each acknowledged by two members who were present, by their signatures.

use std::collections::{BTreeMap, BTreeSet};

use record::messages::{Acknowledgement, KeyAnswer, acknowledging};
use record::record::Exception;
use record::{Body as _, Digest, bundle};

use super::people::{self, People};
use super::times;
use super::{Case, key_answers};
use crate::finding::Findings;

/// Checks the members' statements and counts them, exception by exception; says what was checked.
pub(super) fn check(case: &Case<'_>, people: &People, findings: &mut Findings) -> String {
    let mut known: BTreeMap<Digest, BTreeSet<&str>> = BTreeMap::new();
    for exception in &case.record.exceptions {
        if let Some(digest) = findings.take(exception.digest(), case.file, "exception-unreadable") {
            known.entry(digest).or_default();
        }
    }
    for signed in &case.record.statements {
        let kind = bundle::peek(&signed.bundle)
            .map(|(kind, _, _)| kind)
            .unwrap_or_default();
        if kind == KeyAnswer::TYPE {
            key_answers::check(case, signed, findings);
            continue;
        }
        if kind != Acknowledgement::TYPE {
            let what = "a signed statement is of a type that this version does not know";
            findings.add(case.file, "statement-unknown", what);
            continue;
        }
        let Some(word) = people::open::<Acknowledgement>(case, signed, "acknowledgement-bad", findings) else {
            continue;
        };
        if !fits(case, people, &signed.member, &word, findings) {
            continue;
        }
        for digest in &word.exceptions {
            match known.get_mut(digest) {
                Some(members) => drop(members.insert(&signed.member)),
                None => findings.add(
                    case.file,
                    "exception-missing",
                    format!(
                        "{} acknowledged an exception that the record does not have",
                        signed.member
                    ),
                ),
            }
        }
    }
    key_answers::check_all_there(case, findings);
    demand_all(case, people, &known, findings);
    match case.record.exceptions.len() {
        0 => "exceptions: none".to_owned(),
        n => format!("exceptions: {n}, each acknowledged by members who were present"),
    }
}

fn fits(case: &Case<'_>, people: &People, member: &str, word: &Acknowledgement, findings: &mut Findings) -> bool {
    let record = case.record;
    let same = word.member == member
        && word.plan == case.inbound.digest
        && word.event == case.inbound.plan.event
        && word.session == record.session;
    findings.demand(same, case.file, "acknowledgement-other", || {
        format!("the acknowledgement of {member} is for another plan, event, session or member")
    });
    let present = people.began.contains_key(member);
    findings.demand(present, case.file, "acknowledger-absent", || {
        format!("{member} acknowledged exceptions, and was not present at the beginning")
    });
    let whole = (word.at, record.began, record.ended);
    times::within(case, "acknowledgement-time", whole, findings, || {
        format!("{member} acknowledged exceptions")
    });
    same && present
}

fn demand_all(case: &Case<'_>, people: &People, known: &BTreeMap<Digest, BTreeSet<&str>>, findings: &mut Findings) {
    let refused = |member: &&String| case.record.refusals.iter().any(|signed| signed.member == **member);
    let able = people.began.keys().filter(|member| !refused(member)).count();
    let needed = acknowledging(able);
    for exception in &case.record.exceptions {
        let members = exception.digest().ok().and_then(|digest| known.get(&digest));
        let found = members.map_or(0, BTreeSet::len);
        findings.demand(found >= needed, case.file, "exception-unacknowledged", || {
            exception_short(exception, found, needed)
        });
    }
}

fn exception_short(exception: &Exception, found: usize, needed: usize) -> String {
    let what = record::text::plain(&exception.what, 200);
    format!(
        "{found} of {needed} members acknowledged the exception of {}: {what}",
        exception.at
    )
}
