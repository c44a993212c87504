//! What members say that they open, before a cluster's passwords are drawn: judged, shown, and refused.

use record::Digest;
use record::journal::What;
use record::messages::Recipient;
use record::screen::Shown;
use support::event::{EACH_IS_RIGHT, Event};
use support::process::make_program;
use support::scratch::files_under;

use crate::hand_over::with_recipients;
use crate::journal;

#[test]
fn some_members_recipients_are_not_enough_and_nothing_is_begun() {
    let event = with_recipients();
    for member in ["member-3", "member-7"] {
        event.remove_bundle("recipient", member);
    }
    let refused = event.initialise(&[]).end();
    refused.refuses(
        1,
        "passwords are sealed to member-1, member-2, member-4, member-5, member-6, member-8, member-9, but not to member-3, \
         member-7: no recipient bundle of theirs is there",
        Some(
            "they hand in what `ceremony-member recipient` writes; or take all recipient bundles out of the inbound folder, \
             and passwords are typed at the console",
        ),
    );
    assert!(!event.has("bastion"), "nothing was begun");
}

/// What is signed in a member's name, and not by them, is good by all that the console can check: they see it, and say stop.
#[test]
fn a_member_who_sees_another_recipient_than_theirs_stops_before_anything_is_drawn() {
    let event = with_recipients();
    let mut engine = event.initialise(&[]);
    let asked = engine.play_until(is_of_recipients);
    let Shown::Deciding { question, .. } = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(
        question,
        "Each member says whether theirs is right. If one is not, answer stop: no password is drawn before all are."
    );
    for number in 1..=9 {
        let line = format!(
            "member-{number}: SSH key (Ed25519) {}",
            event.fingerprint(&format!("member-{number}"))
        );
        assert!(engine.shown.contains(&Shown::Said { text: line }), "member-{number}");
    }
    engine.type_line("stop");
    engine.end().refuses(
        1,
        "a member says that what the console would seal to is not theirs",
        Some(
            "no command changed the cluster yet: find out who signed it in that member's name; take it out of the \
             inbound folder, they hand in another recipient bundle, then begin again with that cluster, and with an empty disk",
        ),
    );
    for entry in journal(&event) {
        let is_more = matches!(&entry.what, What::HandedOver { .. } | What::Gathered { .. })
            || matches!(&entry.what, What::Intent { command } if command != "cluster hsm-info");
        assert!(!is_more, "{:?}", entry.what);
    }
    let left = files_under(&event.path("outbound"));
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("hand-over-")));
}

fn is_of_recipients(shown: &Shown) -> bool {
    matches!(shown, Shown::Deciding { answers, .. } if *answers == [EACH_IS_RIGHT, "stop"])
}

/// What somebody makes of member-4's bundle.
type Change = fn(&Event, Recipient);

#[test]
fn refuses_recipients_that_are_not_their_members_or_cannot_be_sealed_to() {
    let own = |event: &Event| event.bundle::<Recipient>("recipient", "member-4");
    let cases: [(&str, Change); 6] = [
        ("it is for another plan or roster", |event, mut body| {
            body.plan_or_roster = Digest::of(b"an earlier roster");
            event.place("recipient", "member-4", body, "member-4");
        }),
        (
            "the member's clock says 2026-11-23T10:00:00Z, and the console's ",
            |event, mut body| {
                body.at = record::Time::parse("2026-11-23T10:00:00Z").expect("a time");
                event.place("recipient", "member-4", body, "member-4");
            },
        ),
        ("the signature is not good", |event, body| {
            event.place("recipient", "member-4", body, "member-5");
        }),
        ("it is for another member", |event, mut body| {
            body.member = "member-5".into();
            event.place("recipient", "member-4", body, "member-4");
        }),
        ("it is that of member-1 too", |event, mut body| {
            body.recipient = event.bundle::<Recipient>("recipient", "member-1").recipient;
            event.place("recipient", "member-4", body, "member-4");
        }),
        ("is damaged: ", |event, mut body| {
            body.recipient = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pq".into();
            event.place("recipient", "member-4", body, "member-4");
        }),
    ];
    for (why, change) in cases {
        let event = with_recipients();
        let body = own(&event);
        change(&event, body);
        let refused = event.initialise(&[]).end();
        assert_eq!(refused.code, Some(1), "{why}: {}", refused.err);
        let error = refused.error();
        assert!(error.starts_with("the recipient of member-4 is refused: "), "{error}");
        assert!(
            why.starts_with("the signature") || error.contains(why),
            "{why}: {error}"
        );
        assert!(!event.has("bastion"), "{why}: something was begun");
    }
}

/// At each file that is sealed, the program that seals breaks: the HSM has none of the passwords.
#[test]
fn a_password_that_was_not_sealed_is_not_the_hsms() {
    for nth in [10, 14, 27] {
        let event = with_recipients();
        let count = event.path("count");
        let script = format!(
            "#!/bin/sh\necho x >>{count}\n[ $(wc -l <{count}) != {nth} ] || {{ echo 'no such luck' >&2; exit 4; }}\nexec {seal} \"$@\"\n",
            count = count.display(),
            seal = support::process::ours("ceremony-seal").display(),
        );
        make_program(&event.path("breaks"), &script);
        let mut engine = event.initialise(&["--seal", "./breaks"]);
        engine.play_to_the_end();
        let done = engine.end();
        assert_eq!(done.code, Some(4), "{}", done.err);
        assert_eq!(done.error(), "./breaks did not seal: no such luck");
        let changed = |what: &What| matches!(what, What::Intent { command } if command != "cluster hsm-info");
        assert!(
            !journal(&event).iter().any(|entry| changed(&entry.what)),
            "{nth}: the HSM was told"
        );
    }
}
