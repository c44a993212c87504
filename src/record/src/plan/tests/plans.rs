//! Plans that cannot be held, whatever the policy.

use super::*;

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

fn error(from: &str, to: &str) -> String {
    let plan = filled();
    assert!(plan.contains(from), "{from}");
    Plan::parse(replaced(&plan, from, to).as_bytes())
        .expect_err("refused")
        .to_string()
}

const CLUSTER: &str =
    "owner = \"root_owner\"     # the crypto user who owns the keys: no member, no approval key\nnodes-least = 2 ";
