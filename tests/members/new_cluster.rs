//! A cluster initialised as an event: the same as `ceremony hsm initialise`, with a record.

use std::fs;

use record::journal::What;
use support::event::Event;

use crate::founded::plan;
use crate::room::{countersigned, given, held, play, record, users};

/// Nobody's approval key was registered, and the event is reviewed.
fn planned() -> Event {
    let event = Event::planned();
    for folder in ["cluster", "bastion", "members", "inbound", "outbound"] {
        fs::remove_dir_all(event.path(folder)).expect("it was there");
    }
    fs::rename(event.path("members-before"), event.path("members")).expect("the homes as they were");
    let _ = fs::remove_file(event.path("cluster.key"));
    for folder in ["inbound", "outbound"] {
        fs::create_dir(event.path(folder)).expect("a folder");
    }
    for input in ["release.csr", "crates-io.csr", "transparency.csr"] {
        fs::remove_file(event.path(&format!("inputs/{input}"))).expect("it was there");
    }
    plan(&event, "cluster-initialisation", &[]);
    event
}

#[test]
fn the_event_leaves_the_members_cluster_and_a_record() {
    let event = planned();
    let _ = held(event.run());
    let record = record(&event);
    assert_eq!(record.kind, "cluster-initialisation");
    assert!(record.keys.is_empty() && record.outputs.is_empty() && record.tokens.is_empty());
    for number in 1..=9 {
        let member = format!("member-{number}");
        let answers = record
            .statements
            .iter()
            .filter(|signed| signed.member == member)
            .count();
        assert!(answers >= 2, "{member} answered {answers} times");
    }
    for fact in ["quorum", "cluster", "hsm-check-end"] {
        assert_eq!(
            record.facts.get(fact).map(String::as_str),
            Some("nothing falls short"),
            "{fact}"
        );
    }
    assert!(event.has("outbound/results.cbor") && !event.has("outbound/results.cbor.sig"));
    assert!(users(&event).contains(&"member_9 approves".to_owned()));
    countersigned(&event, "member-1");
}

#[test]
fn a_stop_after_the_first_change_ends_the_cluster_and_the_event_ends_in_order() {
    let event = planned();
    let mut engine = event.run();
    engine.play_to("key-answer-1");
    engine.kill();
    let mut engine = event.resume();
    play(&mut engine);
    engine.end().refuses(
        1,
        "the initialisation was stopped after its first change of the cluster: what was half done cannot be told from \
         what somebody else did",
        Some(
            "the cluster is thrown away, and nothing is lost: no key exists; `ceremony abort` ends the event with its \
             record, and another event takes a new cluster",
        ),
    );
}

/// Wherever it was stopped: the record says so, is the members' to sign, and can be made again.
#[test]
fn an_event_whose_cluster_was_left_halfway_ends_with_a_record() {
    for (stop, asked) in [
        ("key-answer-1", 1),
        ("key-answer-2", 2),
        ("key-answer-3", 3),
        ("key-answer-4", 4),
    ] {
        let event = planned();
        let mut engine = event.run();
        engine.play_to(stop);
        engine.kill();
        let mut engine = event.abort("the power failed");
        engine.play_to_the_early_end("leave the HSM alone");
        let _ = engine.end().good();
        let record = record(&event);
        assert_eq!(
            record.facts["aborted"], "in the midst of its steps: the power failed",
            "{stop}"
        );
        assert!(record.adopted.is_empty() && record.keys.is_empty(), "{stop}");
        let requests = event.path(&format!("outbound/key-request-{asked}-member-1.cbor"));
        assert!(requests.exists(), "{stop}");
        countersigned(&event, "member-1");
        event.replays();
    }
}

#[test]
fn after_the_cluster_was_found_good_it_is_gone_on_with() {
    let event = planned();
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.kill();
    let before = given(&event);
    let _ = held(event.resume());
    assert_eq!(given(&event), before, "nothing is changed any more");
    let record = record(&event);
    assert!(!record.facts.contains_key("aborted"));
    assert_eq!(record.facts["cluster"], "nothing falls short");
    event.replays();
}

#[test]
fn before_the_first_change_it_is_gone_on_with() {
    let event = planned();
    event.standin(&["init", "--nodes", "2"]);
    let mut engine = event.run();
    engine.play_until(|shown| matches!(shown, record::screen::Shown::Asking { .. }));
    engine.kill();
    assert!(
        !event.journalled(|what| matches!(what, What::Intent { command } if command.starts_with("cluster activate")))
    );
    let _ = held(event.resume());
}

#[test]
fn certificates_of_an_hsm_are_of_no_use_in_another_event() {
    let event = Event::planned();
    event.write("ca.pem", "");
    let done = event.engine_with("run", &["--customer-ca", "ca.pem"]).end();
    done.refuses(
        2,
        "a 'root-generation' proves no HSM's identity",
        Some("leave the certificates out; they belong to the event that initialises a cluster"),
    );
}
