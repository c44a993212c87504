//! What members gave in an event that was held, given once more at consoles of their own.

use hsm::Habits;
use record::Body as _;
use record::journal::What;
use record::messages::KeyAnswer;
use record::plan::{Kind, Step};
use record::screen::Shown;

use super::*;
use crate::clock::Clock;
use crate::consoles::{Event, told};
use crate::event::cuts;
use crate::scratch::Scratch;

#[test]
fn whoever_gets_other_keys_answers_with_them_at_their_console() {
    let events = cuts::events();
    let of_kind = |kind| events.iter().find(|played| played.scene.inbound.plan.deed() == kind);
    let played = of_kind(Kind::MemberKeyReplacement).expect("it is in the chain");
    let folder = Scratch::new("given").expect("a folder");
    let desk = Desk::new(Event {
        plan: played.scene.plan.clone(),
        inbound: played.scene.inbound.clone(),
        habits: Habits::default(),
        taken: folder.path().to_owned(),
        leaves: folder.path().to_owned(),
        clock: Clock::new(None).running().expect("it runs"),
    });
    let mut gave = Vec::new();
    let mut round = 0;
    for entry in &played.came_to.entries {
        match &entry.what {
            What::Asked { round: asked, .. } => round = *asked,
            What::Received { kind, signed } if kind == KeyAnswer::TYPE => {
                gives(&desk, round, signed);
                gave.push(signed.member.clone());
            }
            _ => {}
        }
        desk.wrote(entry);
    }
    let gets_keys = |step: &Step| match step {
        Step::ReplaceMemberKeys { member, .. } => Some(member.clone()),
        _ => None,
    };
    let mut theirs = played.scene.inbound.plan.step.iter().filter_map(gets_keys);
    let one = theirs.next().expect("somebody gets other keys");
    assert!(
        gave.contains(&one) && gave.iter().any(|other| *other != one),
        "{gave:?}"
    );
}

fn gives(desk: &Desk, round: u32, signed: &Signed) {
    let (kind, member) = (format!("{}-{round}", KeyAnswer::TYPE), signed.member.as_str());
    desk.shown(&Shown::Waiting {
        kind: kind.clone(),
        request: None,
        members: vec![member.to_owned()],
        needed: 1,
    });
    let name = format!("{kind}-{member}.cbor");
    let (answer, _) = take(desk, member, &name, signed.bundle.0.clone(), signed.signature.clone());
    if let Answer::Refused { error, .. } = answer {
        panic!("{name}: {error}");
    }
    let status = || {
        let lines = told::status(desk, &desk.now_live(), member).join(" ");
        lines.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(status().contains(&format!("There already: {member}.")), "{}", status());
    assert!(
        status().contains("lies in the inbound folder; the operator takes it."),
        "{}",
        status()
    );
    // Somebody who brought it on a disk forgot the half of it.
    std::fs::remove_file(desk.event.taken.join(format!("{name}.sig"))).expect("it was there");
    for said in [
        format!("There, and not as the engine takes it: {member}."),
        format!("the engine does not take it: its signature, {name}.sig, is not there."),
    ] {
        assert!(status().contains(&said), "{}", status());
    }
    assert!(!status().contains("There already"), "{}", status());
}
