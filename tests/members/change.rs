//! A member goes and another comes.

use record::messages::{ActionKind, NOT_COMPARED};
use record::screen::Shown;
use std::sync::Mutex;
use support::event::Event;

use record::record::{Fate, KeyChange};

use crate::founded::{founded, new_keys, next_roster, plan, twin};
use crate::room::{acknowledgements, countersigned, given, held, key, record, users};

/// An event in which member-9 goes and member-10 comes, planned and reviewed.
pub fn planned() -> Event {
    static ONE: Mutex<Option<Event>> = Mutex::new(None);
    twin(&ONE, plan_it)
}

fn plan_it() -> Event {
    let event = founded();
    new_keys(&event, "member-10", "member-10");
    next_roster(&event, Some("member-9"), Some("member-10"));
    plan(&event, "member-change", &[]);
    event
}

#[test]
fn whoever_comes_approves_and_whoever_goes_does_not() {
    let event = planned();
    let _ = held(event.run());
    let record = record(&event);
    // There was no store to compare with, and all members' reviews say so.
    let exceptions: Vec<_> = record.exceptions.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(exceptions, [NOT_COMPARED]);
    assert_eq!(acknowledgements(&record), 2);
    for name in ["root-1", "bors-1"] {
        let key = key(&record, name);
        assert_eq!(key.change, KeyChange::Shared);
        assert_eq!(key.shared.len(), 9);
        assert!(key.shared.contains(&"member_10".to_owned()) && !key.shared.contains(&"member_9".to_owned()));
    }
    let found = users(&event);
    for there in [
        "admin_member_10 approves",
        "member_10 approves",
        "member_8 approves",
        "root_owner bare",
    ] {
        assert!(found.contains(&there.to_owned()), "{there}: {found:?}");
    }
    assert!(!found.iter().any(|user| user.contains("member_9")), "{found:?}");
    assert!(
        record
            .tokens
            .iter()
            .all(|token| token.fate == Fate::Used && token.action.kind == ActionKind::Command)
    );
    // Who comes has shown that the keys are theirs.
    assert!(record.statements.iter().any(|signed| signed.member == "member-10"));
    assert_eq!(record.adopted.keys().collect::<Vec<_>>(), ["roster/2.cbor"]);
    let page = countersigned(&event, "member-1");
    assert!(
        page.contains("compared what stood before with the public store: NOBODY"),
        "{page}"
    );
}

#[test]
fn everything_comes_before_anything_goes() {
    let event = planned();
    let _ = held(event.run());
    let brief: Vec<String> = given(&event)
        .iter()
        .map(|command| command.split(" --approval").next().unwrap_or_default().to_owned())
        .collect();
    let at = |words: &str| {
        let found = brief.iter().position(|command| command.contains(words));
        found.unwrap_or_else(|| panic!("{words}: {brief:#?}"))
    };
    let order = [
        at("user create --username admin_member_10"),
        at("user change-mfa token-sign --username admin_member_10"),
        at("user create --username member_10"),
        at("user change-quorum token-sign register"),
        at("key share"),
        at("key unshare"),
        at("user delete --username member_9"),
        at("user delete --username admin_member_9"),
        at("user change-password --username root_owner --role crypto-user"),
    ];
    assert!(order.is_sorted(), "{brief:#?}");
}

/// The new member's first approval, and what becomes of the old one's: a revocation list in the event after.
#[test]
fn the_first_approval_of_who_came_counts() {
    let event = planned();
    let _ = held(event.run());
    // At the stand-in itself, by its owner: five approvals with the new member's are enough, and with the old one's not.
    assert_eq!(crate::founded::sign_at_the_hsm(&event, "member-10"), 0);
    assert_eq!(crate::founded::sign_at_the_hsm(&event, "member-9"), 1);
}

/// Nobody who comes late can approve, and whoever goes approves nothing from then on: five with one who goes are too few.
#[test]
fn as_many_as_must_approve_are_present_and_stay() {
    let event = founded();
    new_keys(&event, "member-10", "member-10");
    next_roster(&event, Some("member-1"), Some("member-10"));
    plan(&event, "member-change", &[]);
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    for member in Event::APPROVERS {
        engine.member_answers(member, "attendance-begin", Some("outbound/opening.cbor"));
    }
    engine.type_line("");
    let refused = loop {
        if let Shown::Refused { error, hint } = engine.next_shown().expect("it goes on waiting") {
            break (error, hint);
        }
    };
    let error = "4 of those present stay in office, and 5 are needed once member-1 can approve no more";
    let hint = "more members who stay come and say that they are present, then press Enter";
    assert_eq!(refused, (error.to_owned(), Some(hint.to_owned())));
    // The sixth comes.
    let _ = held(engine);
    assert!(
        !users(&event).iter().any(|user| user.contains("member_1 ")),
        "{:?}",
        users(&event)
    );
    event.replays();
}
