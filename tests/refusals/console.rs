//! The console: its disk, its clock, its passwords and its cluster.

use record::screen::Shown;
use record::{Bundle, Roster};
use support::event::{Engine, Event};

use crate::{CORRECT, OWN_WORDS, signed_nothing};

#[test]
fn refuses_a_disk_that_has_a_journal_already() {
    let event = Event::planned();
    event.write("bastion/journal", "what another event left");
    let error = "bastion/journal is there already: an event began on this disk";
    let hint = "go on with `ceremony resume`, or begin on an empty disk";
    event.run().end().refuses(1, error, Some(hint));
    assert_eq!(event.text("bastion/journal"), "what another event left");
    assert_eq!(event.keys_in_the_hsm(), 0);
}

#[test]
fn refuses_a_file_in_the_place_of_a_folder() {
    let event = Event::planned();
    for outbound in ["plan.toml", "plan.toml/outbound"] {
        let mut words = Event::PLACES;
        words[5] = outbound;
        let disk = format!("disk-{}", outbound.len());
        words[7] = &disk;
        let run = [&["--now", Event::NOW, "run", "--hsm-cli", "true"][..], &words].concat();
        let error = format!("cannot make {outbound}: Not a directory (os error 20)");
        let hint = format!("name another folder: {outbound} is none, or lies in none");
        event.ceremony(&run).refuses(3, &error, Some(&hint));
    }
}

#[test]
fn refuses_to_pretend_another_time_outside_rehearsals() {
    let event = Event::production(|_| {});
    let (error, hint) = (
        "--now is for rehearsals, and this is none",
        "leave it out; the console's clock counts",
    );
    event.pack().refuses(2, error, Some(hint));
    assert!(!event.has("packed.cbor"));
    event.pack_in_production();
    for verb in ["run", "resume"] {
        let ended = event.ceremony(&[&["--now", Event::NOW, verb, "--hsm-cli", "true"][..], &Event::PLACES].concat());
        ended.refuses(2, error, Some(hint));
    }
    assert!(!event.has("bastion/journal"));
}

#[test]
fn refuses_a_rehearsals_roster_in_production() {
    let event = Event::production(|_| {});
    let roster = Roster::open(&event.read("inputs/roster.cbor"), false).expect("the roster reads");
    event.write(
        "inputs/roster.cbor",
        Bundle::new(true, roster).encode().expect("encodes"),
    );
    let hint = "a rehearsal's files never go into a production event";
    let error = "inputs/roster.cbor: the bundle carries the rehearsal mark";
    event.try_draft().refuses(3, error, Some(hint));
    assert!(!event.has("plan.toml"));
}

#[test]
fn refuses_the_documentation_arc_in_production() {
    let event = Event::production(|_| {});
    event.replace(
        "inputs/policy.toml",
        "arc = \"1.3.6.1.4.1.99999.1\"",
        "arc = \"1.3.6.1.4.1.32473.3579\"",
    );
    let error = "policy.toml: the arc 1.3.6.1.4.1.32473.3579 is for documentation, not for production";
    event.try_draft().refuses(3, error, Some(CORRECT));
}

/// Until the next prompt or question; none at the end.
fn asked(engine: &mut Engine<'_>) -> Option<String> {
    loop {
        match engine.next_shown()? {
            Shown::Asking { prompt } => return Some(prompt),
            Shown::Deciding { question, answers } if answers[0] == "try again" => return Some(question),
            shown => engine.answer(&shown),
        }
    }
}

#[test]
fn asks_again_for_a_wrong_password_and_lets_people_decide_before_the_last_try() {
    let event = Event::planned();
    let mut engine = event.run();
    let prompt = "Password of the key owner root_owner, entered by a member";
    let again = format!("{prompt} (the last one was refused)");
    let refused = "the HSM refused in unknown words: Login failed: incorrect username, role or password";
    assert_eq!(asked(&mut engine).as_deref(), Some(prompt));
    for left in [4, 3, 2] {
        engine.type_line("another-password-1");
        assert_eq!(asked(&mut engine), Some(again.clone()));
        let warning = format!(
            "{refused}. If the password was wrong: at most {left} more wrong ones in a row lock root_owner, fewer if there \
             were any before this event; a locked account is refused with the right one too."
        );
        assert!(engine.said(&warning), "{:#?}", engine.shown);
    }
    engine.type_line("another-password-1");
    let question = format!(
        "The HSM refused root_owner 4 times in a row: {refused}. One more wrong password locks the account on each HSM, if \
         it is not locked by now; then \
         only other admins can give it another, under the quorum. Find the right one before you try again."
    );
    assert_eq!(asked(&mut engine), Some(question.clone()));
    engine.type_line("stop");
    engine.end().refuses(4, refused, Some(OWN_WORDS));
    assert_eq!(event.keys_in_the_hsm(), 0);
    signed_nothing(&event);
    // The right one, next time, is all that it takes; the count began anew with it.
    let mut engine = event.resume();
    assert_eq!(asked(&mut engine), Some(again));
    engine.type_line(Event::OWNER_PASSWORD);
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.replays();
}

#[test]
fn the_fifth_wrong_password_is_typed_by_decision_alone() {
    let event = Event::planned();
    let mut engine = event.run();
    let mut words = ["wrong-password-1"; 4].to_vec();
    words.extend(["try again", "wrong-password-5"]);
    for word in words {
        assert!(asked(&mut engine).is_some());
        engine.type_line(word);
    }
    let error = "the HSM refused in unknown words: Login failed: incorrect username, role or password";
    engine.end().refuses(4, error, Some(OWN_WORDS));
    // As it said: the right one does not help any more, and who looks at the users sees why.
    let mut engine = event.resume();
    engine.play_to_the_end();
    let ended = engine.end();
    let error = ended.error();
    assert!(error.contains("root_owner") && error.contains("locked"), "{error}");
    signed_nothing(&event);
}

#[test]
fn refuses_a_cluster_with_one_node() {
    let event = Event::planned();
    event.standin(&["nodes", "--set", "1"]);
    let mut engine = event.run();
    engine.play_to_the_end();
    let hint = "infra adds an HSM to the cluster before the event goes on";
    engine
        .end()
        .refuses(1, "the cluster has 1 HSMs, and the plan needs 2", Some(hint));
    assert_eq!(event.keys_in_the_hsm(), 0);
}

#[test]
fn refuses_a_node_that_joins_in_the_middle() {
    changed_to("4", "the cluster changed since the start: gone none, new standin-0005");
}

#[test]
fn refuses_a_node_that_leaves_in_the_middle() {
    changed_to("2", "the cluster changed since the start: gone standin-0003, new none");
}

#[test]
fn the_end_of_standard_input_ends_the_run_with_the_error() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    let hint = "five more members answer, then press Enter";
    engine
        .hang_up()
        .refuses(1, "0 of 5 members answered with 'attendance-begin'", Some(hint));
}

/// The cluster changes while approvals are awaited: nothing is signed.
fn changed_to(nodes: &str, error: &str) {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.members_answer("approval-1", Some("outbound/approval-request-1.cbor"));
    event.standin(&["nodes", "--set", nodes]);
    engine.type_line("");
    engine.play_to_the_end();
    engine.end().refuses(
        4,
        error,
        Some("freeze the cluster's membership for the length of the event; then go on with `ceremony resume`"),
    );
    signed_nothing(&event);
}
