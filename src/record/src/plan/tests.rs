//! Each rule for plans and policies, by breaking it in the founding event's own template.

use std::collections::BTreeMap;

use super::*;
use crate::Policy;

const PLAN: &str = include_str!("../../../../ceremony-scripts/root-generation/plan.toml");
const POLICY_TEXT: &str = include_str!("../../../../ceremony-scripts/root-generation/policy.toml");

/// The template, filled in with fixed values.
fn filled() -> String {
    let mut serial = 0x10;
    let fill = |(n, part): (usize, &str)| match (n % 2, part) {
        (0, text) => text.to_owned(),
        (_, "event") => "2026-founding".into(),
        (_, "rehearsal") => "true".into(),
        (_, "opens") => "2026-11-22T00:00:00Z".into(),
        (_, "closes") => "2026-11-23T00:00:00Z".into(),
        (_, "opens+400d") => "2027-12-27T00:00:00Z".into(),
        (_, "serial") => {
            serial += 1;
            format!("{serial:02x}").repeat(16)
        }
        _ => "00".repeat(32),
    };
    first_of_all(PLAN).split('@').enumerate().map(fill).collect()
}

/// The template without what stands before the event.
fn first_of_all(template: &str) -> String {
    let (before, rest) = template.split_once("#@ if file standing.cbor\n").expect("a condition");
    let (_, after) = rest.split_once("#@ end\n").expect("its end");
    format!("{before}{after}")
}

fn error(from: &str, to: &str) -> String {
    let plan = filled();
    assert!(plan.contains(from), "{from}");
    Plan::parse(replaced(&plan, from, to).as_bytes())
        .expect_err("refused")
        .to_string()
}

/// An error of the policy's rules for a plan.
fn rule(from: &str, to: &str) -> String {
    let plan = filled();
    assert!(plan.contains(from), "{from}");
    let plan = Plan::parse(replaced(&plan, from, to).as_bytes()).expect("a plan");
    rules::follows(&inbound(plan, POLICY_TEXT)).expect_err("refused")
}

/// The plan under a policy, with a roster of nobody, and nothing before it.
fn inbound(plan: Plan, policy: &str) -> Inbound {
    Inbound {
        digest: Digest::of(b"plan"),
        plan,
        policy: Policy::parse(policy.as_bytes()).expect("a policy"),
        roster: crate::Roster {
            number: 1,
            previous: None,
            appointment: String::new(),
            members: Vec::new(),
        },
        standing: None,
        next_policy: None,
        next_roster: None,
        inputs: BTreeMap::new(),
    }
}

fn policy(from: &str, to: &str) -> String {
    assert!(POLICY_TEXT.contains(from), "{from}");
    Policy::parse(replaced(POLICY_TEXT, from, to).as_bytes())
        .expect_err("refused")
        .to_string()
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    text.replacen(from, to, 1)
}

#[test]
fn takes_the_template_under_its_policy() {
    let plan = Plan::parse(filled().as_bytes()).expect("a plan");
    assert_eq!(rules::follows(&inbound(plan.clone(), POLICY_TEXT)), Ok(()));
    assert_eq!(
        plan.made_keys()
            .map(|(_, key, quorum)| (key, quorum))
            .collect::<Vec<_>>(),
        [("root-1", true), ("bors-1", true), ("console-1", false)]
    );
}

#[test]
fn refuses_a_plan_with_an_unknown_field() {
    let text = error("generation = 1", "generation = 1\nextra = 2");
    assert!(
        text.starts_with("plan.toml cannot be read: ") && text.contains("unknown field `extra`"),
        "{text}"
    );
    let text = error("id = \"root-key\"", "id = \"root-key\"\nexportable = true");
    assert!(text.contains("unknown field `exportable`"), "{text}");
    let text = error("nodes-least = 2", "nodes-least = 2\nport = 2223");
    assert!(text.contains("unknown field `port`"), "{text}");
    let text = error("do = \"make-key\"", "do = \"delete-key\"");
    assert!(text.contains("unknown variant `delete-key`"), "{text}");
}

#[test]
fn refuses_a_plan_that_contradicts_itself() {
    for (from, to, expected) in [
        (
            "version = 1",
            "version = 2",
            "version 2 of the plan format is not known here",
        ),
        (
            "2026-founding",
            "../founding",
            "'../founding' is not a name for an event",
        ),
        (
            "closes = \"2026-11-23",
            "closes = \"2026-11-21",
            "the event closes at 2026-11-21T00:00:00Z, before it opens at 2026-11-22T00:00:00Z",
        ),
        (
            "nodes-least = 2",
            "nodes-least = 1",
            "1 HSM is not enough; keys must be on at least 2",
        ),
        (
            "\"tlog-policy\" =",
            "\"log-policy\" =",
            "the input 'tlog-policy' is missing",
        ),
        (
            "id = \"bors-key\"",
            "id = \"root-key\"",
            "the step 'root-key' has no name of its own",
        ),
        (
            "key = \"bors-1\"",
            "key = \"root-1\"",
            "the key 'root-1' has no name of its own",
        ),
        (
            "12121212121212121212121212121212",
            "11111111111111111111111111111111",
            "the serial number 11111111111111111111111111111111 is used twice",
        ),
        (
            "11111111111111111111111111111111",
            "91111111111111111111111111111111",
            "'91111111111111111111111111111111' is not a serial number of 8 to 20 octets, the first from 01 to 7f",
        ),
        (
            "11111111111111111111111111111111",
            "11111111111111",
            "'11111111111111' is not a serial number of 8 to 20 octets, the first from 01 to 7f",
        ),
        (
            "name = \"release\"",
            "name = \"crates-io\"",
            "the certificate crates-io-1 is there twice, or not numbered from 1",
        ),
        (
            "number = 1",
            "number = 0",
            "the certificate root-0 is there twice, or not numbered from 1",
        ),
        (
            "not-after = \"2031-12-31",
            "not-after = \"2021-12-31",
            "the certificate root-1 ends before it begins",
        ),
        (
            "{ made = \"bors-1\" }",
            "{ made = \"bors-2\" }",
            "the key of bors-1 is neither made before nor an input",
        ),
        (
            "{ made = \"bors-1\" }",
            "{ made = \"console-1\" }",
            "the key of bors-1 is not called so",
        ),
        (
            "{ request = \"crates-io.csr\" }",
            "{ request = \"release.csr\" }",
            "the key of crates-io-1 has another certificate already",
        ),
        (
            "next-update = \"2027",
            "next-update = \"2025",
            "the CRL of root-1 ends before it begins",
        ),
        (
            "\"release.csr\" =",
            "\"other.csr\" = \"0000000000000000000000000000000000000000000000000000000000000000\"\n\"release.csr\" =",
            "the input 'other.csr' is used by no step",
        ),
        (
            "issuer = \"bors-1\"\nnumber = 1",
            "issuer = \"root-1\"\nnumber = 1",
            "the plan has two CRLs of root-1",
        ),
        (
            "issuer = \"bors-1\"\nnumber = 1",
            "issuer = \"bors-1\"\nnumber = 0",
            "the CRL 0 of bors-1 is not numbered from 1",
        ),
        (
            "root_owner",
            "Root Owner",
            "'Root Owner' is not a name for a user of the HSM",
        ),
        ("root_owner", "app_user", "'app_user' is a user whom every HSM has"),
        (
            "description = \"",
            "description = \"\u{3164}",
            "the description is not a sentence of at most 300 printable ASCII characters",
        ),
    ] {
        assert_eq!(error(from, to), format!("plan.toml: {expected}"), "{from} -> {to}");
    }
}

const CLUSTER: &str =
    "owner = \"root_owner\"     # the crypto user who owns the keys: no member, no approval key\nnodes-least = 2 ";

#[test]
fn a_plan_that_names_no_kind_of_hsm_is_for_cloudhsm() {
    let plan = |hsm: &str| Plan::parse(replaced(&filled(), CLUSTER, hsm).as_bytes()).map(|plan| plan.hsm.kind);
    assert_eq!(plan(CLUSTER).expect("a plan"), HsmKind::Cloudhsm);
    assert_eq!(
        plan(&format!("kind = \"cloudhsm\"\n{CLUSTER}")).expect("a plan"),
        HsmKind::Cloudhsm
    );
    let token = "kind = \"pkcs11\"\nowner = \"Founding Token 1\"\nnodes-least = 1 ";
    assert_eq!(plan(token).expect("a plan"), HsmKind::Pkcs11);
}

#[test]
fn refuses_an_hsm_that_its_kind_cannot_be() {
    let token = |owner: &str, least: u8| format!("kind = \"pkcs11\"\nowner = \"{owner}\"\nnodes-least = {least} ");
    let long = "x".repeat(33);
    for (hsm, expected) in [
        (
            token("token", 2),
            "a token is one HSM, so nodes-least is 1 and not 2".to_owned(),
        ),
        (
            token("token", 0),
            "a token is one HSM, so nodes-least is 1 and not 0".to_owned(),
        ),
        (
            token("", 1),
            "'' is not a label of a token: 1 to 32 printable characters".to_owned(),
        ),
        (
            token("token ", 1),
            "'token ' is not a label of a token: 1 to 32 printable characters".to_owned(),
        ),
        (
            token(&long, 1),
            format!("'{long}' is not a label of a token: 1 to 32 printable characters"),
        ),
        (
            CLUSTER.replace("least = 2", "least = 1"),
            "1 HSM is not enough; keys must be on at least 2".to_owned(),
        ),
    ] {
        assert_eq!(error(CLUSTER, &hsm), format!("plan.toml: {expected}"), "{hsm}");
    }
    let text = error(CLUSTER, &format!("kind = \"paper\"\n{CLUSTER}"));
    assert!(text.contains("unknown variant `paper`"), "{text}");
}

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
        rules::follows(&Inbound {
            policy: short,
            ..inbound(plan, POLICY_TEXT)
        }),
        Err("root-1 lasts longer than 5 years".into())
    );
}

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

#[test]
fn refuses_an_input_that_changed_is_missing_or_was_not_planned() {
    let plan = Plan::parse(filled().as_bytes()).expect("a plan");
    let zero: BTreeMap<String, crate::Bytes> = plan
        .inputs
        .keys()
        .map(|name| (name.clone(), Vec::new().into()))
        .collect();
    let error = |inputs| {
        Inbound::pack(filled().as_bytes(), inputs)
            .expect_err("refused")
            .to_string()
    };
    let empty = Digest::of(b"");
    let zeros = "00".repeat(32);
    assert_eq!(
        error(zero.clone()),
        format!("input 'crates-io.csr' has the digest {empty}, but the plan says {zeros}")
    );
    let mut less = zero.clone();
    less.remove("crates-io.csr");
    assert_eq!(error(less), "input 'crates-io.csr' is in the plan but not there");
    let mut more = zero;
    more.insert("notes".into(), Vec::new().into());
    assert_eq!(error(more), "input 'notes' is there but not in the plan");
}

#[test]
fn a_label_depends_on_plan_step_and_key() {
    let label = Plan::label(&Digest::of(b"plan"), "root-key", "root-1");
    assert!(label.starts_with("root-1-") && label.len() == 23, "{label}");
    assert_ne!(label, Plan::label(&Digest::of(b"other"), "root-key", "root-1"));
    assert_ne!(label, Plan::label(&Digest::of(b"plan"), "other", "root-1"));
}
