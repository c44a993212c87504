//! One member's keys: an approval key that was lost, an SSH key that was stolen; and a changed M.

use record::messages::ActionKind;
use record::record::KeyChange;

use crate::founded::{founded, new_keys, next_roster, plan, sign_at_the_hsm};
use crate::room::{acknowledgements, countersigned, given, held, key, otherwise, record, users};

/// All three keys of member-9 are new; the old home is kept.
pub fn rekeyed() -> support::event::Event {
    let event = founded();
    std::fs::rename(event.path("members/member-9"), event.path("members/member-9-old")).expect("the old home");
    new_keys(&event, "member-9", "member-9");
    next_roster(&event, None, None);
    plan(&event, "member-key-replacement", &[]);
    event
}

#[test]
fn a_lost_key_is_replaced_and_the_old_one_approves_no_more() {
    let event = rekeyed();
    let _ = held(event.run());
    let record = record(&event);
    assert!(otherwise(&record).is_empty(), "{:?}", record.exceptions);
    assert!(record.statements.iter().any(|signed| signed.member == "member-9"));
    // The shares stay as they were: the user is the same.
    assert_eq!(key(&record, "root-1").change, KeyChange::Used);
    assert!(users(&event).contains(&"member_9 approves".to_owned()));
    let commands = given(&event);
    assert!(
        commands.iter().any(|command| command.contains("--change-quorum")),
        "{commands:#?}"
    );
    assert!(
        commands.iter().any(|command| command.contains("--deregister-quorum")),
        "{commands:#?}"
    );
    countersigned(&event, "member-1");
    assert_eq!(sign_at_the_hsm(&event, "member-9"), 0);
    assert_eq!(sign_at_the_hsm(&event, "member-9-old"), 1);
}

/// Only what members sign with it changes: nothing in the HSM.
#[test]
fn a_stolen_ssh_key_alone_costs_no_command() {
    let event = founded();
    crate::founded::new_ssh_key(&event, "member-9");
    next_roster(&event, None, None);
    plan(&event, "member-key-replacement", &[]);
    let _ = held(event.run());
    assert_eq!(given(&event), Vec::<String>::new());
    let record = record(&event);
    assert!(record.tokens.is_empty());
    assert_eq!(record.statements.len(), acknowledgements(&record), "no key answered");
    assert_eq!(record.adopted.keys().collect::<Vec<_>>(), ["roster/2.cbor"]);
    countersigned(&event, "member-1");
}

/// Six of nine instead of five.
pub fn six() -> support::event::Event {
    let event = founded();
    let policy = event.text("inputs/policy.toml");
    let mut next = policy.replace("version = 1\n", "version = 2\n");
    next = next
        .replace("threshold = 5", "threshold = 6")
        .replace("alike-most = 3", "alike-most = 4");
    // As many sign the record as decide.
    let (rules, records) = next.split_once("[records]").expect("the records");
    let next = format!("{rules}[records]{}", records.replace(" = 5", " = 6"));
    event.write("inputs/next-policy.toml", next);
    for name in ["release", "crates-io"] {
        event.request(name, &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    }
    event.request("transparency", &["-newkey", "ed25519"]);
    plan(&event, "threshold-change", &[]);
    event
}

/// CloudHSM fixes M when a key is made: the old root keeps its own.
#[test]
fn the_old_root_signs_under_the_old_m_and_the_new_one_under_the_new() {
    let event = six();
    let _ = held(event.run());
    let record = record(&event);
    let quorum = |name: &str| key(&record, name).quorum;
    assert_eq!([quorum("root-1"), quorum("root-2")], [Some((5, 5)), Some((6, 6))]);
    let values = event.owner().ask("quorum token-sign list-quorum-values");
    assert_eq!(
        values["data"],
        serde_json::json!({"user": 6, "quorum": 6, "cluster": 6})
    );
    let commands = record
        .tokens
        .iter()
        .filter(|token| token.action.kind == ActionKind::Command)
        .count();
    assert_eq!(commands, 3);
    countersigned(&event, "member-1");
}
