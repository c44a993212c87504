//! Times: whatever members and console say of when fits together, so that no word can be moved to another day.

use record::journal::{Journal, What};
use record::messages::{Acknowledgement, Approval, ApprovalRequest, Attendance, Recipient, Refusal, Review};
use record::{Body, Bundle, Time};

use super::Case;
use super::people::People;
use super::tokens::Request;
use crate::finding::Findings;

/// Checks the times of reviews, attendance and requests.
pub(super) fn check(case: &Case<'_>, people: &People, requests: &[Request], findings: &mut Findings) {
    let record = case.record;
    check_requests(case, requests, findings);
    for (member, at) in &people.reviewers {
        // Who has not read the plan cannot know for what they are present.
        let latest = people.began.get(member).copied().unwrap_or(record.ended);
        findings.demand(
            at.0 <= latest.0.saturating_add(CLOCKS),
            case.file,
            "review-time",
            || format!("{member} reviewed the plan at {at}, after having been present at {latest}"),
        );
    }
    // Beginning: before the first token is minted. End: after the last.
    let first = requests.first().map_or(record.ended, |(_, request)| request.at);
    let last = requests.last().map_or(record.began, |(_, request)| request.at);
    for (members, from, until) in [
        (&people.began, record.began, first),
        (&people.ended, last, record.ended),
    ] {
        for (member, at) in members {
            within(case, "attendance-time", (*at, from, until), findings, || {
                format!("{member} said to be present")
            });
        }
    }
}

/// The console's own times: in order, within the event, without any tolerance.
fn check_requests(case: &Case<'_>, requests: &[Request], findings: &mut Findings) {
    let mut last = case.record.began;
    for (_, request) in requests {
        let fits = last <= request.at && request.at <= case.record.ended;
        findings.demand(fits, case.file, "request-time", || {
            format!(
                "the request of window {} is of {}, which is not between {last} and {}",
                request.window, request.at, case.record.ended
            )
        });
        last = last.max(request.at);
    }
}

/// An approval is given while the tokens that it is for are alive.
pub(super) fn check_approval(case: &Case<'_>, requests: &[Request], approval: &Approval, findings: &mut Findings) {
    let Some((_, request)) = requests.iter().find(|(digest, _)| *digest == approval.request) else {
        return;
    };
    let dead = request.at.plus(TOKEN_LIFE);
    within(case, "approval-time", (approval.at, request.at, dead), findings, || {
        format!("{} approved", approval.member)
    });
}

/// What a member said or the console asked was there when it was written down: no word is taken back to an earlier hour.
pub(super) fn check_journal(journal: &Journal, file: &str, findings: &mut Findings) {
    for entry in &journal.entries {
        let (said, until) = match &entry.what {
            What::Received { kind, signed } => (said(kind, &signed.bundle), u64::MAX),
            What::Requested { request } => (at::<ApprovalRequest>(request, |asked| asked.at), CLOCKS),
            _ => continue,
        };
        // What cannot be read is found elsewhere.
        let Some(said) = said else { continue };
        let fits = said.0 <= entry.at.0.saturating_add(CLOCKS) && entry.at.0 <= said.0.saturating_add(until);
        findings.demand(fits, file, "journal-message-time", || {
            format!("entry {} is of {}, and what it holds of {said}", entry.number, entry.at)
        });
    }
}

fn said(kind: &str, bundle: &[u8]) -> Option<Time> {
    match kind {
        Review::TYPE => at::<Review>(bundle, |body| body.at),
        Attendance::TYPE => at::<Attendance>(bundle, |body| body.at),
        Approval::TYPE => at::<Approval>(bundle, |body| body.at),
        Refusal::TYPE => at::<Refusal>(bundle, |body| body.at),
        Recipient::TYPE => at::<Recipient>(bundle, |body| body.at),
        Acknowledgement::TYPE => at::<Acknowledgement>(bundle, |body| body.at),
        _ => None,
    }
}

fn at<B: Body>(bundle: &[u8], at: impl FnOnce(B) -> Time) -> Option<Time> {
    Bundle::<B>::decode(bundle).ok().map(|bundle| at(bundle.body))
}

pub(super) fn within(
    case: &Case<'_>,
    rule: &'static str,
    (at, from, until): (Time, Time, Time),
    findings: &mut Findings,
    who: impl FnOnce() -> String,
) {
    let fits = from.0 <= at.0.saturating_add(CLOCKS) && at.0 <= until.0.saturating_add(CLOCKS);
    findings.demand(fits, case.file, rule, || {
        format!(
            "{} at {at}, which is more than {CLOCKS} s outside {from} to {until}",
            who()
        )
    });
}

/// Seconds that a member's clock and the console's may be apart. The console has no network: people set its clock by
/// hand and compare it on screen, which is good to a minute or two; the rest is for a laptop that has drifted.
pub(crate) const CLOCKS: u64 = 300;

/// CloudHSM: a token lives 600 s from being minted.
const TOKEN_LIFE: u64 = 600;
