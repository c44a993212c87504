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
    // The journal has the word before the request.
    assert_eq!(
        attend(8, OPENS.plus(600 + 301)),
        ["attendance-time", "journal-message-time"]
    );
    // At the end: from the last request on.
    assert_eq!(attend(17, Time(OPENS.0 + 600 - 300)), [""; 0]);
    assert_eq!(attend(17, Time(OPENS.0 + 600 - 301)), ["attendance-time"]);
    assert_eq!(
        attend(17, OPENS.plus(3600 + 301)),
        ["attendance-time", "journal-message-time"]
    );
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
    let all: Vec<(Time, What)> = read.entries.into_iter().map(|entry| (entry.at, entry.what)).collect();
    let journal = |at: &dyn Fn(usize, Time) -> Time| {
        let moved = all.iter().cloned().enumerate();
        let bytes = write_at(moved.map(|(n, (time, what))| (at(n, time), what)));
        let mut record = record.clone();
        state_as(&mut record, &bytes);
        (record.journal, record.journal_entries) = (Digest::of(&bytes), all.len() as u64);
        broken(&EVENT.sign(&record, bytes))
    };
    let (began, ended, last) = (record.began, record.ended, all.len() - 1);
    assert_eq!(journal(&|_, at| at), [""; 0]);
    assert_eq!(journal(&|_, at| at.max(began.plus(1))), ["journal-times"]);
    assert_eq!(
        journal(&|n, at| if n == last { ended.plus(1) } else { at }),
        ["journal-times"]
    );
    assert_eq!(journal(&|_, at| at.min(Time(ended.0 - 300))), [""; 0]);
    assert_eq!(journal(&|_, at| at.min(Time(ended.0 - 301))), ["journal-times"]);
    assert_eq!(
        journal(&|n, at| if n == 1 { began.plus(1) } else { at }),
        ["journal-time-back"]
    );
    // A request is written down when it is made, and no word before it was said.
    let place = |is: fn(&What) -> bool| all.iter().position(|(_, what)| is(what)).expect("the entry");
    let asked = place(|what| matches!(what, What::Requested { .. }));
    let request = all[asked].0;
    let asked_at = |at: Time| journal(&|n, time| if n >= asked { time.max(at) } else { time });
    assert_eq!(asked_at(request.plus(300)), [""; 0]);
    assert_eq!(asked_at(request.plus(301)), ["journal-message-time"]);
    let is_approval = |what: &What| matches!(what, What::Received { kind, .. } if kind == "approval");
    let said = all[place(is_approval)].0;
    let written_at = |at: Time| journal(&|n, time| if is_approval(&all[n].1) { at } else { time });
    assert!(!written_at(Time(said.0 - 300)).contains(&"journal-message-time"));
    assert!(written_at(Time(said.0 - 301)).contains(&"journal-message-time"));
}
