//! A record and its plan alone, as a member has them before countersigning: all that they can show is checked.

use record::plan::HsmKind;
use record::published::RecordEntry;
use record::record::Record;
use record::{Digest, cbor, facts};
use tlog::{Entry, EntryType};
use verifier::{Finding, check_record};

use crate::common::EVENT;
use crate::common::checked::{check, rules};
use crate::common::event::Made;
use crate::common::history::{History, day, refresh, second_term};

/// The rules that a record breaks when it says something else.
fn with(change: impl FnOnce(&mut Record)) -> Vec<&'static str> {
    let left = EVENT.left(change);
    match check_record(&left.plan, &left.record, true) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
    }
}

#[test]
fn passes_as_it_is_and_says_what_was_checked() {
    let left = EVENT.left(|_| ());
    let checked = check_record(&left.plan, &left.record, true).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(checked.record_digest, Digest::of(&left.record));
    assert_eq!((checked.keys.len(), checked.derived.len()), (3, 8));
    let said = checked.checked.join("\n");
    assert!(said.contains("list of 8 outputs: the plan's"), "{said}");
    assert!(
        !said.contains("journal") && !said.contains("countersignatures"),
        "{said}"
    );
}

#[test]
fn refuses_a_record_that_is_false_in_any_field_that_plan_and_signatures_settle() {
    assert_eq!(with(|r| r.plan = Digest::of(b"other"))[0], "other-plan");
    assert_eq!(with(|r| r.previous = Some(Digest::of(b"other"))), ["previous-record"]);
    assert_eq!(with(|r| drop(r.present.pop())), ["present-differs"]);
    assert_eq!(with(|r| r.keys[0].quorum = None), ["key-quorum"]);
    assert_eq!(with(|r| r.outputs[3].signed = Digest::of(b"other")), ["outputs-differ"]);
    assert_eq!(with(|r| r.outputs.swap(0, 1)), ["outputs-differ"; 2]);
    assert_eq!(with(|r| drop(r.outputs.pop())), ["outputs-differ"]);
    assert_eq!(with(|r| r.exemptions.push("a lint".into())), ["exemptions-differ"]);
    assert_eq!(with(|r| drop(r.tokens.pop())), ["token-unlisted", "quorum-short"]);
    assert_eq!(with(|r| r.approvals.truncate(4)), ["quorum-short"; 8]);
}

#[test]
fn refuses_one_key_under_two_names() {
    let rules = with(|r| {
        let root = r.keys[0].clone();
        (r.keys[1].public_key, r.keys[1].fingerprint) = (root.public_key, root.fingerprint);
    });
    assert!(rules.contains(&"key-twice"), "{rules:?}");
}

#[test]
fn refuses_facts_and_statements_that_this_version_does_not_know() {
    let fact = |r: &mut Record| drop(r.facts.insert("weather".into(), "confirmed".into()));
    assert_eq!(with(fact), ["fact-unknown"]);
    assert_eq!(with(|r| r.statements.push(r.reviews[0].clone())), ["statement-unknown"]);
}

#[test]
fn leaves_to_others_what_needs_files() {
    assert_eq!(with(|r| r.outputs[0].fingerprint = Digest::of(b"other")), [""; 0]);
    assert_eq!(with(|r| r.journal = Digest::of(b"other")), [""; 0]);
}

#[test]
fn refuses_a_record_that_does_not_say_how_the_hsm_was_and_who_kept_the_quorum() {
    let begin = |said: &'static str| move |r: &mut Record| drop(r.facts.insert("hsm-check-begin".into(), said.into()));
    assert_eq!(
        with(begin("cluster: HSMs: expected at least 2, found 1")),
        ["hsm-check"]
    );
    assert_eq!(with(|r| drop(r.facts.remove("hsm-check-begin"))), ["hsm-check"]);
    assert_eq!(with(|r| drop(r.facts.remove("hsm-check-end"))), ["hsm-check"]);
    let other = HsmKind::Pkcs11.quorum_kept_by();
    assert_eq!(
        with(|r| drop(r.facts.insert("quorum-kept-by".into(), other.into()))),
        ["quorum-keeper"]
    );
    assert_eq!(with(|r| drop(r.facts.remove("quorum-kept-by"))), ["quorum-keeper"]);
}

#[test]
fn what_the_hsm_fell_short_of_at_the_end_is_said_and_no_shortfall_of_the_record() {
    let found = "admin admin_member_1: locked: expected no, found yes";
    let left = EVENT.left(|r| drop(r.facts.insert("hsm-check-end".into(), found.into())));
    let checked = check_record(&left.plan, &left.record, true).unwrap_or_else(|found| panic!("{found:#?}"));
    assert!(
        checked
            .checked
            .iter()
            .any(|said| said.ends_with(&format!("after the last signature, {found}")))
    );
}

#[test]
fn a_token_states_neither_shares_nor_quorum_values() {
    let event = Made::on(HsmKind::Pkcs11);
    let with = |change: &dyn Fn(&mut Record)| {
        let left = event.left(change);
        let rules = |found: Vec<Finding>| found.into_iter().map(|finding| finding.rule).collect();
        check_record(&left.plan, &left.record, true).map_or_else(rules, |_| Vec::new())
    };
    assert_eq!(with(&|_| ()), [""; 0]);
    assert_eq!(with(&|r| r.keys[0].quorum = Some((5, 5))), ["key-quorum"]);
    assert_eq!(with(&|r| r.keys[0].shared = vec!["member_1".into()]), ["key-shared"]);
    assert_eq!(with(&|r| r.keys[0].owner = "Token 2".into()), ["key-owner"]);
    // What a private key cannot have need not be stated; what is stated counts.
    let state = |said: &'static str| {
        move |r: &mut Record| {
            r.keys[0].attributes.push(said.into());
            r.keys[0].attributes.sort();
        }
    };
    assert_eq!(with(&state("wrap=false")), [""; 0]);
    assert_eq!(with(&state("wrap=true")), ["key-attributes"]);
    assert_eq!(
        with(&|r| r.keys[0].attributes.retain(|stated| stated != "unwrap=false")),
        ["key-attributes"]
    );
    assert_eq!(with(&|r| r.approvals.truncate(4)), ["quorum-short"; 8]);
    let other = HsmKind::Cloudhsm.quorum_kept_by();
    assert_eq!(
        with(&|r| drop(r.facts.insert("quorum-kept-by".into(), other.into()))),
        ["quorum-keeper"]
    );
}

#[test]
fn refuses_a_record_without_an_answer_that_the_plan_asks_for_or_with_another() {
    let mut history = History::founded();
    history.hold(&refresh());
    let made = history.make(&second_term(&history));
    let with = |change: &dyn Fn(&mut Record)| {
        let left = made.left(change);
        let found = check_record(&left.plan, &left.record, true).err().unwrap_or_default();
        found.into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(with(&|_| ()), [""; 0]);
    let answer = facts::answer("appointed");
    assert_eq!(with(&|r| drop(r.facts.remove(&answer))), ["fact-missing"]);
    assert_eq!(
        with(&|r| drop(r.facts.insert(answer.clone(), "perhaps".into()))),
        ["answer-other"]
    );
}

/// Whoever has the log's key and a second record of an event.
#[test]
fn another_record_of_an_event_in_the_log_is_found() {
    let mut history = History::founded();
    let entry = RecordEntry {
        event: "rehearsal-1".into(),
        record: Digest::of(b"another"),
        countersignatures: [("member-1".to_owned(), "a signature".to_owned())].into(),
        results: None,
    };
    let entry = Entry::new(EntryType::Record, &cbor::encode(&entry).unwrap()).unwrap();
    history.store.log_entries(&[entry]);
    let report = check(&history, day(4));
    let found = rules(&report);
    assert!(
        found.contains(&("record-replaced", "events/rehearsal-1/record.cbor")),
        "{found:?}"
    );
    assert!(found.iter().any(|(rule, _)| *rule == "entry-unexplained"), "{found:?}");
}
