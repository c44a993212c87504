//! File names: which may hold what.

use super::*;

fn named(kind: &str, name: &str) -> Result<(), String> {
    AnyBundle::decode(&vector(kind)).expect("it is read").demand_name(name)
}

#[test]
fn each_type_has_its_name() {
    let good = [
        ("registration", "registration-member-1.cbor"),
        ("recipient", "recipient-member-1.cbor"),
        ("roster", "roster.cbor"),
        ("roster", "next-roster.cbor"),
        ("image-manifest", "image-manifest.cbor"),
        ("standing", "standing.cbor"),
        ("plan", "plan.cbor"),
        ("key-request", "key-request-2-member-1.cbor"),
        ("key-answer", "key-answer-1-member-1.cbor"),
        ("hand-over", "hand-over-admin-member-1-member-1.cbor"),
        ("hand-over", "hand-over-2-admin-member-1-member-1.cbor"),
        ("review", "review-member-1.cbor"),
        ("opening", "opening.cbor"),
        ("attendance", "attendance-begin-member-1.cbor"),
        ("approval-request", "approval-request-1.cbor"),
        ("approval", "approval-12-member-1.cbor"),
        ("exceptions", "exceptions-1.cbor"),
        ("acknowledgement", "acknowledgement-1-member-1.cbor"),
        ("refusal", "refusal-member-1.cbor"),
        ("record", "record.cbor"),
        ("results", "results.cbor"),
        ("parcel", "parcel.cbor"),
        ("access-console", "access-console-1.cbor"),
        ("access-hsm", "access-hsm-1.cbor"),
    ];
    for (kind, name) in good {
        assert_eq!(named(kind, name), Ok(()), "{name}");
    }
    for kind in TYPES {
        assert!(good.iter().any(|one| one.0 == kind.name), "{}", kind.name);
    }
}

#[test]
fn a_name_of_another_member_number_or_type_does_not_fit() {
    let bad = [
        ("review", "review-member-2.cbor", "review-member-1.cbor"),
        ("review", "refusal-member-1.cbor", "review-member-1.cbor"),
        ("review", "review-member-1.CBOR", "review-member-1.cbor"),
        ("review", "review-member-1.cbor.cbor", "review-member-1.cbor"),
        ("review", "../review-member-1.cbor", "review-member-1.cbor"),
        (
            "attendance",
            "attendance-end-member-1.cbor",
            "attendance-begin-member-1.cbor",
        ),
        ("approval-request", "approval-request-2.cbor", "approval-request-1.cbor"),
        ("approval", "approval-01-member-1.cbor", "approval-N-member-1.cbor"),
        ("approval", "approval--member-1.cbor", "approval-N-member-1.cbor"),
        (
            "approval",
            "approval-1-member-1-member-1.cbor",
            "approval-N-member-1.cbor",
        ),
        (
            "hand-over",
            "hand-over-member-1.cbor",
            "hand-over-admin-member-1-member-1.cbor or hand-over-N-admin-member-1-member-1.cbor",
        ),
        ("exceptions", "exceptions-2.cbor", "exceptions-1.cbor"),
        ("roster", "roster-1.cbor", "roster.cbor or next-roster.cbor"),
    ];
    for (kind, name, expected) in bad {
        assert_eq!(named(kind, name), Err(expected.to_owned()), "{name}");
    }
}
