//! A token that is not the reviewed one, and a key that is not the recorded one.

use record::journal::What;
use record::screen::Shown;
use support::event::Event;

use crate::fixture::{OnToken, TOKEN, has_pkcs11_tool};

#[test]
fn a_plan_for_one_kind_of_hsm_is_never_held_on_another() {
    let Some(token) = OnToken::planned("a_plan_for_one_kind_of_hsm_is_never_held_on_another") else {
        return;
    };
    let cluster = Event::planned();
    let mut engine = cluster.run_at("run", &["--pkcs11-module", &token.module, "--pkcs11-token", TOKEN]);
    let asked = engine.next_shown();
    assert!(asked.is_none(), "{asked:?}");
    let hint = "leave --pkcs11-module and --pkcs11-token out; the members reviewed a quorum that the HSM keeps";
    let error = "the plan is for AWS CloudHSM, and --pkcs11-module names another kind of HSM";
    engine.end().refuses(2, error, Some(hint));
    assert!(!cluster.has("bastion/journal"), "no event has begun");

    let engine = token.run();
    let hint = format!("add --pkcs11-module PATH --pkcs11-token '{TOKEN}'");
    let error = "the plan is for a token behind a PKCS#11 module, and none is named";
    engine.end().refuses(2, error, Some(&hint));
    assert!(!token.has("bastion/journal"), "no event has begun");
}

#[test]
fn a_token_that_the_members_did_not_review_is_refused() {
    let Some(event) = OnToken::planned("a_token_that_the_members_did_not_review_is_refused") else {
        return;
    };
    event.make_token("Founding Token 2");
    let error = "the plan is for the token 'Founding Token 1', and Founding Token 2 is 'Founding Token 2'";
    let hint = "name the token that the members reviewed";
    event
        .start_on("Founding Token 2", "run")
        .end()
        .refuses(2, error, Some(hint));
    let ended = event.start_on("No Such", "run").end();
    assert!(
        ended
            .error()
            .starts_with("there is no token No Such; there are: Founding Token"),
        "{}",
        ended.err
    );
    assert_eq!(ended.code, Some(4));
}

#[test]
fn a_key_that_changed_at_the_token_is_not_used() {
    const TEST: &str = "a_key_that_changed_at_the_token_is_not_used";
    if !has_pkcs11_tool(TEST) {
        return;
    }
    let Some(event) = OnToken::planned(TEST) else { return };
    let mut engine = event.start("run");
    engine.play_until(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == "approval-1"));
    let made = event.journal().into_iter().find_map(|entry| match entry.what {
        What::Key { record, .. } if record.key == "root-1" => Some(record.label),
        _ => None,
    });
    let label = made.expect("the root's key is made");
    // Somebody with the PIN puts another key in its place.
    let (made, said) = event.pkcs11_tool(&[
        "--keypairgen",
        "--key-type",
        "EC:secp384r1",
        "--label",
        &label,
        "--usage-sign",
    ]);
    assert!(made, "{said}");
    engine.members_answer("approval-1", Some("outbound/approval-request-1.cbor"));
    engine.type_line("");
    engine.play_to_the_end();
    let ended = engine.end();
    assert!(
        ended.error().contains(&format!("keys have the label {label}")),
        "{}",
        ended.err
    );
    assert_eq!(ended.code, Some(4));
    assert!(event.signings().is_empty());
}
