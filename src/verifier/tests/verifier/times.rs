//! Times: a word that is moved to another moment is found, and so is a journal or record that says so.

use record::journal::{Journal, What};
use record::messages::{Approval, ApprovalRequest, Attendance, Review};
use record::record::Record;
use record::{Bundle, Bytes, Digest, Time};

use crate::common::broken::{again, broken, with};
use crate::common::event::{state_as, write_at};
use crate::common::{EVENT, OPENS};

#[test]
fn a_plan_is_reviewed_before_anybody_is_present_for_it() {
    let review = |at: Time| with(move |r| again::<Review>(&mut r.reviews[8], |word| word.at = at));
    assert_eq!(review(OPENS.plus(70 + 300)), [""; 0]);
    assert_eq!(review(OPENS.plus(70 + 301)), ["review-time"]);
    assert_eq!(review(Time(OPENS.0 - 10 * 86_400)), [""; 0]);
}

#[test]
fn presence_is_declared_while_the_event_is_held() {
    let attend = |n: usize, at: Time| with(move |r| again::<Attendance>(&mut r.attendance[n], |word| word.at = at));
    // At the beginning: from then on, until the first request.
    assert_eq!(attend(8, Time(OPENS.0 + 60 - 300)), [""; 0]);
    assert_eq!(attend(8, Time(OPENS.0 + 60 - 301))[0], "attendance-time");
    assert_eq!(attend(8, OPENS.plus(600 + 300)), [""; 0]);
    assert_eq!(attend(8, OPENS.plus(600 + 301)), ["attendance-time"]);
    // At the end: from the last request on.
    assert_eq!(attend(17, Time(OPENS.0 + 600 - 300)), [""; 0]);
    assert_eq!(attend(17, Time(OPENS.0 + 600 - 301)), ["attendance-time"]);
    assert_eq!(attend(17, OPENS.plus(3600 + 301)), ["attendance-time"]);
}

#[test]
fn no_two_words_to_be_present_have_one_nonce() {
    let same = |r: &mut Record| again::<Attendance>(&mut r.attendance[17], |word| word.nonce = Bytes(vec![0; 16]));
    assert_eq!(with(same), ["nonce-twice"]);
}

#[test]
fn an_approval_is_given_while_its_tokens_live() {
    let approve = |at: Time| with(move |r| r.approvals[4] = EVENT.approval(4, |approval| approval.at = at));
    assert_eq!(approve(Time(OPENS.0 + 600 - 300)), [""; 0]);
    assert_eq!(approve(Time(OPENS.0 + 600 - 301)), ["approval-time"]);
    assert_eq!(approve(OPENS.plus(600 + 600 + 300)), [""; 0]);
    assert_eq!(approve(OPENS.plus(600 + 600 + 301)), ["approval-time"]);
}

#[test]
fn a_request_is_made_within_the_event() {
    let request = |at: Time| {
        let mut bundle = Bundle::<ApprovalRequest>::decode(&EVENT.record.requests[0]).expect("a request");
        bundle.body.at = at;
        let request = Bytes(bundle.encode().expect("encodes"));
        with(|record| {
            for signed in &mut record.approvals {
                again::<Approval>(signed, |approval| approval.request = Digest::of(&request));
            }
            record.requests = vec![request];
        })
    };
    assert_eq!(request(OPENS.plus(610)), [""; 0]);
    assert_eq!(request(OPENS.plus(59))[0], "request-time");
    assert_eq!(request(OPENS.plus(3601))[0], "request-time");
}

#[test]
fn the_journals_clock_is_the_records_and_never_goes_back() {
    let record = &EVENT.record;
    let read = Journal::read(&EVENT.left(|_| ()).journal).expect("reads");
    let count = read.entries.len();
    let all: Vec<What> = read.entries.into_iter().map(|entry| entry.what).collect();
    let journal = |at: &dyn Fn(usize) -> Time| {
        let bytes = write_at((0..).map(at).zip(all.clone()));
        let mut record = record.clone();
        state_as(&mut record, &bytes);
        (record.journal, record.journal_entries) = (Digest::of(&bytes), count as u64);
        broken(&EVENT.sign(&record, bytes))
    };
    let (began, ended, last) = (record.began, record.ended, count - 1);
    let plain = |n: usize| if n == 0 { began } else { ended };
    assert_eq!(journal(&plain), [""; 0]);
    assert_eq!(
        journal(&|n| if n == 0 { began.plus(1) } else { plain(n) }),
        ["journal-times"]
    );
    assert_eq!(
        journal(&|n| if n == last { ended.plus(1) } else { plain(n) }),
        ["journal-times"]
    );
    assert_eq!(journal(&|n| if n == 0 { began } else { Time(ended.0 - 300) }), [""; 0]);
    assert_eq!(
        journal(&|n| if n == 0 { began } else { Time(ended.0 - 301) }),
        ["journal-times"]
    );
    assert_eq!(
        journal(&|n| if n == 5 { Time(ended.0 - 1) } else { plain(n) }),
        ["journal-time-back"]
    );
}
