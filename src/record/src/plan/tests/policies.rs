//! Policies that no plan could follow.

use super::*;

#[test]
fn refuses_a_policy_that_contradicts_itself_or_the_rfc() {
    for (from, to, expected) in [
        ("threshold = 5", "threshold = 10", "a quorum of 10 of 9 cannot be held"),
        ("threshold = 5", "threshold = 2", "a quorum of 2 of 9 cannot be held"),
        (
            "- REHEARSAL",
            "",
            "the organization 'Rust Project ' does not say that this is a rehearsal",
        ),
        (
            "32473.3579",
            "55738.3579",
            "a rehearsal's arc sits under 1.3.6.1.4.1.32473, not at 1.3.6.1.4.1.55738.3579",
        ),
        (
            "rehearsal = true",
            "rehearsal = false",
            "the arc 1.3.6.1.4.1.32473.3579 is for documentation, not for production",
        ),
        (
            "1.3.6.1.4.1.32473.3579",
            "2.999.1",
            "the arc '2.999.1' is not a Private Enterprise Number's",
        ),
        (
            "name = \"release\"",
            "name = \"root\"",
            "'root' is not a name for a delegate",
        ),
        (
            "purpose = 2",
            "purpose = 1",
            "the delegate 'crates-io' repeats another's name, common name or purpose",
        ),
        (
            "Rust Rehearsal crates.io",
            "Rust rehearsal Release",
            "the delegate 'crates-io' repeats another's name, common name or purpose",
        ),
        (
            "Rust Rehearsal crates.io",
            "Rust Rehearsal Root",
            "the delegate 'crates-io' repeats another's name, common name or purpose",
        ),
        (
            "keeper = \"outside\"\nquorum = false",
            "keeper = \"outside\"\nquorum = true",
            "the quorum cannot guard 'release': its keeper is outside",
        ),
        (
            "ca = true\nsigns = false",
            "ca = false\nsigns = false",
            "the delegate 'bors' may neither issue nor sign",
        ),
        (
            "algorithms = [\"p384\"]",
            "algorithms = []",
            "the delegate 'bors' may have no key",
        ),
        (
            "Rust Rehearsal bors",
            "Rust, Rehearsal",
            "'Rust, Rehearsal' cannot stand in a name",
        ),
        (
            "root-generation = 5",
            "root-generation = 4",
            "records of kind 'root-generation' need 4 signatures, fewer than the quorum",
        ),
    ] {
        assert_eq!(policy(from, to), format!("policy.toml: {expected}"), "{from} -> {to}");
    }
    let text = policy("[crl]", "[crl]\nhours = 1");
    assert!(text.contains("unknown field `hours`"), "{text}");
}

fn policy(from: &str, to: &str) -> String {
    assert!(POLICY_TEXT.contains(from), "{from}");
    Policy::parse(replaced(POLICY_TEXT, from, to).as_bytes())
        .expect_err("refused")
        .to_string()
}
