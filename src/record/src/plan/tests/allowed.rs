//! Plans that the policy does not allow.

use super::*;
use crate::plan::rules::follows;

#[test]
fn refuses_a_plan_that_the_policy_does_not_allow() {
    let extra =
        "id = \"extra-key\"\ndo = \"make-key\"\nkey = \"extra-1\"\nquorum = false\n\n[[step]]\nid = \"bors-key\"";
    let bors_crl = "issuer = \"bors-1\"\nnumber = 1\nthis-update";
    for (from, to, expected) in [
        (
            "kind = \"root-generation\"",
            "kind = \"root-rotation\"",
            "a 'root-rotation' has a step 'issue-cross', and this one has none",
        ),
        (
            "name = \"release\"",
            "name = \"website\"",
            "the policy has no delegate 'website'",
        ),
        (
            "not-after = \"2031-12-31",
            "not-after = \"2032-12-31",
            "root-1 ends in 2032, but the schedule says 2031",
        ),
        (
            "not-before = \"2026-11-22",
            "not-before = \"2024-11-22",
            "what root gets begins at 2024-11-22T00:00:00Z, not when the event is held",
        ),
        (
            "key = \"root-1\"\nquorum = true",
            "key = \"root-1\"\nquorum = false",
            "the key root-1 of the root is not guarded by the quorum",
        ),
        (
            "key = \"bors-1\"\nquorum = true",
            "key = \"bors-1\"\nquorum = false",
            "the key of bors-1 is not kept as the policy says",
        ),
        (
            "{ made = \"bors-1\" }",
            "{ request = \"tlog-policy\" }",
            "the key bors-1 gets no certificate",
        ),
        (
            "generation = 1",
            "generation = 2",
            "the root after this event is of generation 1, not 2",
        ),
        (
            "issuer = \"root-1\"\nserial",
            "issuer = \"root-2\"\nserial",
            "the issuer 'root-2' is neither a key made before nor one that stands in the HSM",
        ),
        (
            "issuer = \"root-1\"\nserial",
            "issuer = \"bors-1\"\nserial",
            "root-1 does not sign itself, or is not of generation 1",
        ),
        (
            "next-update = \"2027-12-27T00:00:00Z",
            "next-update = \"2027-12-27T00:00:01Z",
            "the CRL of root-1 lasts longer than 400 days",
        ),
        (
            "next-update = \"2027-12-27",
            "next-update = \"2026-11-23",
            "the CRL of root-1 ends before the event does",
        ),
        (
            "this-update = \"2026-11-22",
            "this-update = \"2026-11-20",
            "what root-1 gets begins at 2026-11-20T00:00:00Z, not when the event is held",
        ),
        ("id = \"bors-key\"", extra, "the key extra-1 gets no certificate"),
        (
            "issuer = \"root-1\"\nserial = \"12",
            "issuer = \"bors-1\"\nserial = \"12",
            "release-1 is issued by bors-1, not by the root",
        ),
        (
            bors_crl,
            &bors_crl.replace("bors-1", "console-1"),
            "console-1 issues no certificates, so it has no CRL",
        ),
        (
            bors_crl,
            &bors_crl.replace("number = 1", "number = 2"),
            "the next CRL of bors-1 has the number 1, not 2",
        ),
        (
            "name = \"release\"\nnumber = 1",
            "name = \"release\"\nnumber = 2",
            "the next certificate of 'release' is number 1, not 2",
        ),
    ] {
        assert_eq!(rule(from, to), expected, "{from} -> {to}");
    }
}

#[test]
fn a_root_lasts_no_longer_than_the_policy_says() {
    let plan = Plan::parse(filled().as_bytes()).expect("a plan");
    let short = Policy::parse(replaced(POLICY_TEXT, "life-years = 7", "life-years = 5").as_bytes()).expect("a policy");
    assert_eq!(
        follows(&Inbound {
            policy: short,
            ..inbound(plan, POLICY_TEXT)
        }),
        Err("root-1 lasts longer than 5 years".into())
    );
}

/// An error of the policy's rules for a plan.
fn rule(from: &str, to: &str) -> String {
    let plan = filled();
    assert!(plan.contains(from), "{from}");
    let plan = Plan::parse(replaced(&plan, from, to).as_bytes()).expect("a plan");
    follows(&inbound(plan, POLICY_TEXT)).expect_err("refused")
}
