//! One event: it passes as it is, and whatever is changed in it breaks the rule that was made for it.

use record::journal::{Journal, What};
use record::messages::{Approval, ApprovalRequest, Attendance, Phase, Review};
use record::record::{Fate, Record};
use record::{Bundle, Bytes, Digest};
use verifier::check_event;

use crate::common::broken::{again, broken, with};
use crate::common::event::{console, journal, write};
use crate::common::{EVENT, Members, NOW, OPENS};

/// The request changed, and everybody's approval of that.
fn with_request(change: impl FnOnce(&mut ApprovalRequest)) -> Vec<&'static str> {
    let mut bundle = Bundle::<ApprovalRequest>::decode(&EVENT.record.requests[0]).expect("a request");
    change(&mut bundle.body);
    let request = Bytes(bundle.encode().expect("encodes"));
    with(|record| {
        for signed in &mut record.approvals {
            again::<Approval>(signed, |approval| approval.request = Digest::of(&request));
        }
        record.requests = vec![request];
    })
}

#[test]
fn passes_as_it_is() {
    let left = EVENT.left(|_| ());
    let event = check_event(&left.files(), true, NOW).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(
        (event.certificates.len(), event.crls.len(), event.keys.len()),
        (6, 2, 3)
    );
    assert!(
        event.checked.iter().any(|line| line.contains("approvals of 5 members")),
        "{:?}",
        event.checked
    );
}

#[test]
fn refuses_a_rehearsal_as_production() {
    let left = EVENT.left(|_| ());
    let findings = check_event(&left.files(), false, NOW).expect_err("a rehearsal");
    assert_eq!(findings[0].rule, "rehearsal-mark");
    assert_eq!(findings[0].what, "the bundle carries the rehearsal mark");
}

#[test]
fn the_record_is_of_this_event_plan_roster_and_time() {
    assert_eq!(with(|r| r.plan = Digest::of(b"other"))[0], "other-plan");
    assert_eq!(with(|r| r.roster = Digest::of(b"other")), ["other-roster"]);
    assert_eq!(with(|r| r.description = "other".into()), ["other-event"]);
    assert_eq!(with(|r| r.previous = Some(Digest::of(b"other"))), ["previous-record"]);
    assert_eq!(with(|r| r.ended = OPENS.plus(9 * 3600)), ["outside-its-time"]);
    assert_eq!(with(|r| r.tool = Digest::of(b"other")), ["image-differs"]);
    let early = check_event(&EVENT.left(|_| ()).files(), true, OPENS).expect_err("not yet");
    assert_eq!(early[0].rule, "event-in-future");
}

#[test]
fn reviews_and_attendance_are_the_members_own_for_this_event() {
    assert_eq!(with(|r| r.reviews[8].member = "member-8".into()), ["review-bad"]);
    assert_eq!(with(|r| r.reviews[8] = r.reviews[7].clone()), ["review-twice"]);
    let of_nothing = |r: &mut Record| again::<Review>(&mut r.reviews[8], |review| review.compared = Some(true));
    assert_eq!(with(of_nothing), ["review-standing"]);
    let other = |r: &mut Record| again::<Attendance>(&mut r.attendance[17], |word| word.session = Bytes(vec![1; 16]));
    assert_eq!(with(other), ["attendance-other"]);
    let twice = |r: &mut Record| {
        again::<Attendance>(&mut r.attendance[17], |word| {
            (word.phase, word.at) = (Phase::Begin, OPENS.plus(80));
        });
    };
    assert_eq!(with(twice), ["attendance-twice"]);
    assert_eq!(
        with(|r| drop(r.present.pop())),
        ["present-differs", "countersigner-absent"]
    );
    assert_eq!(with(|r| r.attendance.truncate(13)), ["attendance-short"]);
}

#[test]
fn finds_a_quorum_that_is_short() {
    let rules = with(|r| r.approvals.truncate(4));
    assert_eq!(rules, ["quorum-short"; 8]);
    let findings = check_event(&EVENT.left(|r| r.approvals.truncate(4)).files(), true, NOW).expect_err("four");
    assert_eq!(
        (findings[0].file.as_str(), findings[0].what.as_str()),
        ("certs/root-1.der", "the quorum has 4 of 5 approvals for it")
    );
}

#[test]
fn one_member_approving_twice_counts_once() {
    let rules = with(|r| r.approvals[4] = EVENT.approval(3, |approval| approval.at = OPENS.plus(710)));
    assert!(
        rules.contains(&"approval-twice") && rules.contains(&"quorum-short"),
        "{rules:?}"
    );
}

#[test]
fn an_approver_was_present_and_had_reviewed() {
    let absent = |r: &mut Record| {
        r.attendance.retain(|signed| signed.member != "member-5");
        r.present.retain(|member| member != "member-5");
    };
    assert_eq!(with(absent), ["approver-absent", "countersigner-absent"]);
    assert_eq!(with(|r| drop(r.reviews.remove(4))), ["approver-without-review"]);
}

#[test]
fn an_approval_is_for_these_bytes_this_plan_and_this_image() {
    let approve = |change: fn(&mut Approval)| with(move |r| r.approvals[4] = EVENT.approval(4, change));
    assert_eq!(approve(|a| a.plan = Digest::of(b"other"))[0], "approval-other");
    assert_eq!(approve(|a| a.image.digest = Digest::of(b"other"))[0], "approval-other");
    assert_eq!(approve(|a| a.session = Bytes(vec![1; 16]))[0], "approval-other");
    assert_eq!(approve(|a| a.request = Digest::of(b"other"))[0], "approval-other");
    assert_eq!(
        approve(|a| a.tokens[2].action = Digest::of(b"other")),
        ["approval-other", "quorum-short"]
    );
    assert_eq!(
        approve(|a| a.tokens[2].signature.0[9] ^= 1),
        ["approval-signature", "quorum-short"]
    );
    let stolen = with(|r| r.approvals[4].signature = r.approvals[3].signature.clone());
    assert_eq!(stolen[0], "approval-bad");
}

#[test]
fn a_token_is_bound_to_an_action_of_the_plan() {
    let rules = with_request(|request| request.tokens[0].action.digest = Digest::of(b"other"));
    assert!(
        rules.contains(&"action-unknown") && rules.contains(&"approval-other"),
        "{rules:?}"
    );
    assert!(with_request(|request| request.tokens[0].approval_data.0[0] ^= 1).contains(&"token-digest"));
    assert_eq!(
        with_request(|request| request.tokens[0].key = Some("bors-1".into())),
        ["token-key"]
    );
    assert_eq!(
        with_request(|request| request.image.digest = Digest::of(b"other")),
        ["request-other"]
    );
    assert_eq!(with_request(|request| drop(request.keys.pop_first())), ["request-keys"]);
    let twice = with_request(|request| request.tokens.push(request.tokens[0].clone()));
    assert_eq!(twice, ["token-twice"]);
}

#[test]
fn every_token_is_listed_with_its_fate() {
    assert_eq!(with(|r| drop(r.tokens.pop())), ["token-unlisted", "quorum-short"]);
    let unknown = with(|r| r.tokens[0].fate = Fate::Unknown);
    assert_eq!(unknown, ["unknown-undeclared", "quorum-short"]);
    assert_eq!(with(|r| r.tokens[0].window = 2), ["token-other"]);
    assert!(with(|r| r.tokens[0].action = r.tokens[1].action.clone()).contains(&"action-twice"));
}

#[test]
fn keys_are_as_the_ceremony_demands() {
    assert_eq!(with(|r| r.keys[0].quorum = Some((5, 4))), ["key-quorum"]);
    assert_eq!(with(|r| drop(r.keys[0].shared.pop())), ["key-shared"]);
    assert_eq!(with(|r| r.keys[2].shared.push("approver_1".into())), ["key-shared"]);
    assert_eq!(with(|r| r.keys[0].owner = "approver_1".into()), ["key-owner"]);
    assert_eq!(with(|r| r.keys[0].label = "root-1".into()), ["key-label"]);
    assert_eq!(
        with(|r| r.keys[0].fingerprint = Digest::of(b"other")),
        ["key-fingerprint"]
    );
    let extractable = |r: &mut Record| {
        let attribute = r.keys[0].attributes.iter_mut().find(|a| *a == "extractable=false");
        *attribute.expect("it is stated") = "extractable=true".into();
    };
    assert_eq!(with(extractable), ["key-attributes"]);
    let both = |r: &mut Record| {
        r.keys[0].attributes.push("extractable=true".into());
        r.keys[0].attributes.sort();
    };
    assert_eq!(with(both), ["key-attributes"]);
    let twice = |r: &mut Record| {
        r.keys[0].attributes.push("sign=true".into());
        r.keys[0].attributes.sort();
    };
    assert_eq!(with(twice), ["key-attributes"]);
    assert_eq!(with(|r| r.keys[0].attributes.reverse()), ["key-attributes"]);
    assert_eq!(with(|r| drop(r.keys.pop())), ["keys-differ"]);
}

#[test]
fn outputs_are_what_the_plan_derives() {
    let mut left = EVENT.left(|_| ());
    left.certificates.swap(0, 1);
    assert_eq!(broken(&left), ["results-signature"]);

    let mut left = EVENT.left(|_| ());
    left.certificates[1].der = left.certificates[2].der.clone();
    let rules = broken(&left);
    assert!(
        rules.contains(&"not-as-planned") && rules.contains(&"outputs-differ"),
        "{rules:?}"
    );

    let mut left = EVENT.left(|_| ());
    let mut more = left.certificates[1].clone();
    more.number = 2;
    left.certificates.push(more);
    assert!(broken(&left).contains(&"output-unplanned"));

    let mut left = EVENT.left(|_| ());
    left.crls.pop();
    assert!(broken(&left).contains(&"output-missing"));
    assert_eq!(with(|r| r.outputs[0].signed = Digest::of(b"other")), ["outputs-differ"]);
    assert_eq!(with(|r| r.exemptions.push("a lint".into())), ["exemptions-differ"]);
}

#[test]
fn the_journal_is_whole_and_tells_of_the_same() {
    let mut record = EVENT.record.clone();
    let whole = journal(&record);
    let count = Journal::read(&whole).expect("reads").entries.len() as u64;
    let mut sign = |bytes: &[u8], entries| {
        (record.journal, record.journal_entries) = (Digest::of(bytes), entries);
        broken(&EVENT.sign(&record, bytes.to_vec()))
    };
    assert_eq!(sign(&whole, count), [""; 0]);
    assert_eq!(sign(&whole, count + 1), ["journal-length"]);
    assert_eq!(
        sign(&whole[..whole.len() - 1], count - 1),
        ["journal-length", "journal-differs"]
    );
    assert_eq!(sign(&whole[1..], count), ["journal-damaged"]);
    let mut left = EVENT.left(|_| ());
    left.journal = write(&EVENT.record, Vec::new());
    assert_eq!(broken(&left)[0], "journal-other");
    // Somebody refused, and the record does not say so.
    let mut all: Vec<What> = Journal::read(&whole)
        .expect("reads")
        .entries
        .into_iter()
        .map(|entry| entry.what)
        .collect();
    let signed = Members::signed(0, Members::refusal(0, &EVENT.record));
    all.push(What::Received {
        kind: "refusal".into(),
        signed,
    });
    assert_eq!(sign(&write(&EVENT.record, all.clone()), count + 1), ["journal-differs"]);
    // An answer was lost, and the record does not say so.
    let mut lost = all[..all.len() - 1].to_vec();
    lost.push(What::ReadBack {
        command: "crypto sign ecdsa".into(),
        cause: "it ended".into(),
        state: Vec::new(),
    });
    assert_eq!(sign(&write(&EVENT.record, lost), count + 1), ["journal-differs"]);
    // An answer is said to be that of another command.
    let mut repeated = all[..all.len() - 1].to_vec();
    let command = "user list".to_owned();
    repeated.push(What::Repeated { command, entry: 1 });
    assert_eq!(sign(&write(&EVENT.record, repeated), count + 1), ["journal-repeated"]);
    // The HSM fell short, and the record says that nothing did.
    let mut short = all[..all.len() - 1].to_vec();
    short.push(What::Checked {
        of: "hsm-check-end".into(),
        findings: vec!["cluster: HSMs: expected at least 2, found 1".into()],
    });
    assert_eq!(
        sign(&write(&EVENT.record, short.clone()), count + 1),
        ["journal-differs"]
    );
    // It was judged again, and the record forgets what was found before.
    short.push(What::Checked {
        of: "hsm-check-end".into(),
        findings: Vec::new(),
    });
    assert_eq!(
        sign(&write(&EVENT.record, short.clone()), count + 2),
        ["journal-differs"]
    );
    // The same with nothing found before.
    if let Some(What::Checked { findings, .. }) = short.iter_mut().nth_back(1) {
        findings.clear();
    }
    assert_eq!(sign(&write(&EVENT.record, short), count + 2), [""; 0]);
    assert_eq!(
        sign(&write(&EVENT.record, all.split_off(1)), count),
        ["journal-opening", "journal-differs"]
    );
}

#[test]
fn the_console_and_enough_members_signed() {
    let mut left = EVENT.left(|_| ());
    left.results = Some(console(&left, "another".into(), "console-1"));
    assert_eq!(broken(&left), ["results-signature"]);

    let mut left = EVENT.left(|_| ());
    for member in ["member-1", "member-2", "member-3", "member-4"] {
        left.countersignatures.remove(member);
    }
    assert_eq!(broken(&left), [""; 0]);
    left.countersignatures.remove("member-5");
    assert_eq!(broken(&left), ["countersignatures-short"]);

    let mut left = EVENT.left(|_| ());
    let other = left.countersignatures["member-2"].clone();
    left.countersignatures.insert("member-1".into(), other.clone());
    assert_eq!(broken(&left), ["countersignature-bad"]);
    left.countersignatures.insert("member-10".into(), other);
    assert_eq!(broken(&left), ["countersignature-bad", "countersigner-unknown"]);
}
