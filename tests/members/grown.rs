//! N grows, and M stays: eleven members instead of nine, with a store that goes along.

use std::fs;

use record::messages::who_compared;
use record::record::KeyChange;
use record::screen::Shown;
use support::event::{Engine, Event, facts};

use crate::founded::{new_keys, plan_named, publish, published, roster_of};
use crate::room::{answer, held, key, record, users};

const COME: [&str; 2] = ["member-10", "member-11"];
/// A day after: who is there, the first of those who came among them.
const PRESENT: [&str; 6] = ["member-1", "member-2", "member-3", "member-4", "member-10", "member-11"];
const APPROVE: [&str; 5] = ["member-1", "member-2", "member-3", "member-10", "member-11"];

/// Eleven by roster and policy. At most three of them are alike.
fn grow(event: &Event) {
    let mut all = facts(|_| Vec::new());
    let last = all.rsplit("[[member]]\n").next().expect("a member").to_owned();
    for (id, affiliation, country) in [("member-10", 2, 2), ("member-11", 3, 0)] {
        new_keys(event, id, id);
        let mut lines = last.replace("member-9", id);
        lines = lines
            .replace("company-1", &format!("company-{affiliation}"))
            .replace("country-4", &format!("country-{country}"));
        all += &format!("[[member]]\n{lines}");
    }
    let policy = event.text("inputs/policy.toml");
    let next = policy
        .replace("version = 1\n", "version = 2\n")
        .replacen("members = 9 ", "members = 11 ", 1);
    assert_eq!(policy.matches("members = 9 ").count(), 1, "{policy}");
    event.write("inputs/next-policy.toml", next);
    roster_of(event, &all);
}

/// What came into force is what the next event goes by.
fn in_force(event: &Event) {
    for (next, now) in [("next-roster.cbor", "roster.cbor"), ("next-policy.toml", "policy.toml")] {
        fs::rename(
            event.path(&format!("inputs/{next}")),
            event.path(&format!("inputs/{now}")),
        )
        .expect("it was there");
    }
}

#[test]
fn eleven_hold_the_next_event_with_two_who_came_and_every_event_is_in_the_store() {
    let event = published();
    grow(&event);
    plan_named(&event, ("grown", "member-change"), &[], &Event::PRESENT);
    let _ = held(event.run());
    let grown = record(&event);
    assert!(grown.exceptions.is_empty(), "{:?}", grown.exceptions);
    let all: Vec<&str> = grown.reviews.iter().map(|signed| signed.member.as_str()).collect();
    assert_eq!(who_compared(&grown.reviews, &grown.refusals), Some(all));
    for name in ["root-1", "bors-1"] {
        let key = key(&grown, name);
        // M is as it was: the HSM fixed it when the key was made.
        assert_eq!(
            (key.change, key.shared.len(), key.quorum),
            (KeyChange::Shared, 11, Some((5, 5)))
        );
    }
    let found = users(&event);
    for id in COME {
        let user = id.replace('-', "_");
        for there in [format!("{user} approves"), format!("admin_{user} approves")] {
            assert!(found.contains(&there), "{there}: {found:?}");
        }
    }
    assert_eq!(
        grown.adopted.keys().collect::<Vec<_>>(),
        ["policy/2.toml", "roster/2.cbor"]
    );
    event.replays();
    publish(&event, &Event::APPROVERS);
    in_force(&event);
    // The first approval of those who came.
    plan_named(&event, ("after", "crl-refresh"), &[], &PRESENT);
    let mut engine = event.run();
    while let Some(shown) = engine.next_shown() {
        answer_as(&mut engine, &shown);
    }
    let _ = engine.end().good();
    let after = record(&event);
    assert!(after.exceptions.is_empty(), "{:?}", after.exceptions);
    assert_eq!(after.present, sorted(&PRESENT));
    let approved: Vec<&str> = after.approvals.iter().map(|signed| signed.member.as_str()).collect();
    assert_eq!(sorted(&approved), sorted(&APPROVE));
    assert_eq!(after.outputs.len(), 2, "{:?}", after.outputs);
    publish(&event, &APPROVE);
}

/// Honest people, among them those who came.
fn answer_as(engine: &mut Engine<'_>, shown: &Shown) {
    let Shown::Waiting { kind, request, .. } = shown else {
        return answer(engine, shown);
    };
    let those: &[&str] = match kind.as_str() {
        "review" => &[],
        kind if kind.starts_with("approval") => &APPROVE,
        _ => &PRESENT,
    };
    for member in those {
        engine.member_answers(member, kind, request.as_deref());
    }
    engine.type_line("");
}

fn sorted(ids: &[&str]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    ids.sort();
    ids
}
