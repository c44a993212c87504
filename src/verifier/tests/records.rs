//! A record and its plan alone, as a member has them before countersigning: all that they can show is checked.

mod common;

use common::EVENT;
use record::Digest;
use record::record::Record;
use verifier::check_record;

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
    let fact = |r: &mut Record| drop(r.facts.insert("clock".into(), "confirmed".into()));
    assert_eq!(with(fact), ["fact-unknown"]);
    assert_eq!(with(|r| r.statements.push(r.reviews[0].clone())), ["statement-unknown"]);
}

#[test]
fn leaves_to_others_what_needs_files() {
    assert_eq!(with(|r| r.outputs[0].fingerprint = Digest::of(b"other")), [""; 0]);
    assert_eq!(with(|r| r.journal = Digest::of(b"other")), [""; 0]);
}
