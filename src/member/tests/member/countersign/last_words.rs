//! Records of events that went on: a word of the end after the record's own, and a signature that nobody saw.

use record::record::{Fate, Record, TokenUse};
use record::{Bytes, Time};

use super::held::{LATER, held, record, signed};
use crate::scene::event::{Event, request, typed, window};
use crate::scene::{ids, read};

#[test]
fn a_record_that_ends_before_my_last_word_is_refused() {
    let event = Event::present("countersign-early", "member-1");
    let command = ["attend", "--phase", "end", "--place", "local"];
    let image = typed(&event.opening.image.digest);
    event
        .act_at("2026-11-22T10:30:00Z", "member-1", &command, "opening.cbor", &image)
        .good();
    let mine = |stem: &str| signed(&event, stem, "member-1");
    let record = Record {
        reviews: vec![mine("review")],
        attendance: vec![mine("attendance-begin"), mine("attendance-end")],
        requests: Vec::new(),
        approvals: Vec::new(),
        ..held().1.clone()
    };
    let digest = event.put("record.cbor", record);
    let ran = event.act_at(
        "2026-11-22T10:40:00Z",
        "member-1",
        &["countersign"],
        "record.cbor",
        &typed(&digest),
    );
    let error = "the record is wrong: it says from 2026-11-22T09:58:00Z until 2026-11-22T10:01:00Z, but your word of \
                 the end is of 2026-11-22T10:30:00Z";
    ran.refused(
        1,
        error,
        "do not sign; show this to the other members, and keep the record's file",
    );
}

#[test]
fn a_signature_that_may_exist_unseen_is_said_aloud() {
    let event = Event::new("unknown");
    let mut again = window(&event, 2);
    again.at = Time::parse(LATER).expect("a time");
    again.tokens.truncate(1);
    for id in ids().take(6) {
        event.review(&id);
        event.attend(&id, "begin");
        event.approve(&id, request(&event)).good();
        event.approve_at(LATER, &id, again.clone()).good();
        let command = ["attend", "--phase", "end", "--place", "local"];
        let image = typed(&event.opening.image.digest);
        event.act_at(LATER, &id, &command, "opening.cbor", &image).good();
    }
    let mut record = record(&event);
    record
        .requests
        .push(Bytes(read(&event.path("approval-request-2.cbor"))));
    record
        .approvals
        .extend(ids().take(6).map(|id| signed(&event, "approval-2", &id)));
    record.tokens[0].fate = Fate::Unknown;
    record.tokens.push(TokenUse {
        token: again.tokens[0].token,
        action: again.tokens[0].action.clone(),
        window: 2,
        fate: Fate::Used,
    });
    let exception = record::record::Exception {
        step: Some(again.tokens[0].action.step.clone()),
        at: event.opening.at,
        what: "no answer came".into(),
    };
    let words = ["member-1", "member-2"].map(|id| {
        event.acknowledge_at(LATER, id, vec![exception.clone()]).good();
        signed(&event, "acknowledgement-1", id)
    });
    record.statements.extend(words);
    record.exceptions.push(exception);
    record.ended = Time::parse("2026-11-22T10:21:00Z").expect("a time");
    // Told differently than to those who acknowledged it.
    let mut other = record.clone();
    other.exceptions[0].what = "an answer came".into();
    let digest = event.put("record-other.cbor", other);
    let ran = event.act_at(
        LATER,
        "member-2",
        &["countersign"],
        "record-other.cbor",
        &typed(&digest),
    );
    let lacks = format!("the record is wrong: it lacks an exception that you acknowledged at {LATER}");
    ran.refused(
        1,
        &lacks,
        "do not sign; show this to the other members, and keep the record's file",
    );
    let digest = event.put("record.cbor", record);
    let page = event
        .act_at(LATER, "member-2", &["countersign"], "record.cbor", &typed(&digest))
        .good();
    assert!(page.contains("tokens: 8 used, 0 unused, 1 without an answer"), "{page}");
    assert!(
        page.contains("NOTE: for a token without an answer a signature may exist"),
        "{page}"
    );
}
