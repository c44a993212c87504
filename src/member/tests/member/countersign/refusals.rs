//! Records that a member does not sign: others than what they remember, or wrong in themselves.

use record::record::Record;
use record::{Digest, Signed, Time};

use super::held::{countersign, held};

#[test]
fn refuses_a_record_that_does_not_name_me_or_what_i_said() {
    let mine = |signed: &Signed| signed.member == "member-1";
    let error = "the record does not name member-1 among those present";
    refused("absent", |record| drop(record.present.remove(0)), error);
    let error = "the record lacks your review of the plan";
    refused("review", |record| record.reviews.retain(|signed| !mine(signed)), error);
    let error = "the record lacks your word to be present at the beginning";
    refused("begin", |record| drop(record.attendance.remove(0)), error);
    let error = "the record lacks your word to be present at the end";
    refused("end", |record| drop(record.attendance.remove(6)), error);
}

#[test]
fn refuses_words_in_my_name_that_i_did_not_say() {
    let error = "the record holds an approval in your name that you did not make here";
    let another = |record: &mut Record| record.approvals[0].bundle = record.approvals[1].bundle.clone();
    refused("mine", another, error);
}

#[test]
fn refuses_a_record_that_leaves_out_what_i_approved() {
    let hint = "do not sign; tell the others, and send your file again: the record must hold it";
    let lacks = |test: &str, id: &str, change: fn(&mut Record), error: &str| {
        let mut record = held().1.clone();
        change(&mut record);
        let (ran, out) = countersign(test, id, record);
        ran.refused(1, error, hint);
        assert!(!out.exists());
    };
    // Five approvals stay: the quorum is not short.
    let error = "the record lacks the approval that you gave at 2026-11-22T10:00:00Z";
    let mine = |record: &mut Record| record.approvals.retain(|signed| signed.member != "member-1");
    lacks("left-out", "member-1", mine, error);
    let error = "the record lacks the request of an approval that you gave at 2026-11-22T10:00:00Z";
    lacks("no-request", "member-1", |record| record.requests.clear(), error);
    let error = "the record lacks a token of an approval that you gave at 2026-11-22T10:00:00Z";
    lacks("no-token", "member-1", |record| drop(record.tokens.pop()), error);
    // A second window that nobody else was asked about.
    let error = "the record lacks the approval that you gave at 2026-11-22T10:20:00Z";
    lacks("window", "member-6", |_| {}, error);
}

#[test]
fn refuses_a_record_that_does_not_fit_the_plan_or_itself() {
    let wrong = |test: &str, change: &dyn Fn(&mut Record), rule: &str| {
        let mut record = held().1.clone();
        change(&mut record);
        let (ran, out) = countersign(test, "member-2", record);
        let error = format!("ceremony-member: error: the record is wrong: {rule}: ");
        assert!(ran.errors.starts_with(&error), "{test}: {}", ran.errors);
        let hint = "ceremony-member: hint: do not sign; show this to the other members, and keep the record's file";
        assert!(ran.errors.contains(hint), "{test}: {}", ran.errors);
        assert_eq!((ran.code, out.exists()), (1, false), "{test}");
    };
    wrong(
        "bytes",
        &|record| record.outputs[2].signed = Digest::of(b"x"),
        "outputs-differ",
    );
    wrong("fewer", &|record| drop(record.outputs.pop()), "outputs-differ");
    wrong(
        "four",
        &|record| {
            record
                .approvals
                .retain(|signed| ["member-2", "member-3"].contains(&&*signed.member))
        },
        "quorum-short",
    );
    wrong(
        "attribute",
        &|record| record.keys[0].attributes[0] = "extractable=true".into(),
        "key-attributes",
    );
    wrong("quorum", &|record| record.keys[0].quorum = Some((1, 1)), "key-quorum");
    wrong(
        "shared",
        &|record| record.keys[0].shared.push("stranger".into()),
        "key-shared",
    );
    wrong("owner", &|record| record.keys[0].owner = "member_1".into(), "key-owner");
    wrong("label", &|record| record.keys[0].label = "root".into(), "key-label");
    wrong(
        "fingerprint",
        &|record| record.keys[0].fingerprint = Digest::of(b"x"),
        "key-fingerprint",
    );
    wrong(
        "present",
        &|record| record.present.push("member-9".into()),
        "present-differs",
    );
    wrong(
        "previous",
        &|record| record.previous = Some(Digest::of(b"x")),
        "previous-record",
    );
    wrong("tool", &|record| record.tool = Digest::of(b"x"), "image-differs");
    wrong(
        "fact",
        &|record| drop(record.facts.insert("all".into(), "well".into())),
        "fact-unknown",
    );
    wrong("token", &|record| record.tokens[0].window = 7, "token-other");
}

#[test]
fn refuses_times_that_do_not_fit_mine() {
    let time = |text: &str| Time::parse(text).expect("a time");
    let error = "the record is wrong: it says from 2026-11-22T09:58:01Z until 2026-11-22T10:01:00Z, but the opening that \
                 you attended is of 2026-11-22T09:58:00Z";
    refused("late", |record| record.began = time("2026-11-22T09:58:01Z"), error);
    let error = "the record is wrong: it says that the event ended at 2026-11-22T10:05:01Z, but your clock says \
                 2026-11-22T10:00:00Z";
    refused("future", |record| record.ended = time("2026-11-22T10:05:01Z"), error);
}

#[track_caller]
fn refused(test: &str, change: impl Fn(&mut Record), error: &str) {
    let mut record = held().1.clone();
    change(&mut record);
    let (ran, out) = countersign(test, "member-1", record);
    ran.refused(
        1,
        error,
        "do not sign; show this to the other members, and keep the record's file",
    );
    assert!(!out.exists());
}
