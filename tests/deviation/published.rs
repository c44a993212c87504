//! An event that ended early is published like any other: what was signed is logged, and the record says the rest.

use support::event::{Event, SIGN, is_decision};

#[test]
fn an_aborted_event_is_published_with_what_it_made_and_verifies_loudly() {
    let event = Event::planned();
    event.plan_with_a_log();
    event.fault(SIGN, 4, "die-after");
    event.refuse(
        "member-9",
        "inbound/plan.cbor",
        "I cannot come, and will not approve from afar",
    );
    let mut engine = event.run();
    engine.play_to_the_end();
    assert_eq!(engine.end().code, Some(4));
    let mut engine = event.abort("the HSM answers no more");
    engine.play_to_the_early_end("leave the HSM alone");
    let _ = engine.end().good();
    assert!(!event.has("outbound/results.cbor.sig"));
    let _ = event.countersign(&Event::APPROVERS);
    let published = event.publish().good();
    assert!(published.out.contains("ABORTED"), "{}", published.out);
    for made in &event.record().outputs {
        assert!(event.has(&format!("store/{}", made.file)), "{}", made.file);
    }
    assert!(event.has("store/certs/root-1.tlog-proof"));
    let name = &event.record().event;
    let page = event.text(&format!("store/events/{name}/index.html"));
    for words in [
        "ABORTED",
        "the HSM answers no more",
        "member-9",
        "I cannot come, and will not approve from afar",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let verified = event.verify().good().on_one_line();
    for words in [
        "ABORTED: the event ended before its plan was carried out, with 3 of 8 things signed: the HSM answers no more. 3 \
         outputs were made.",
        "REFUSALS: member-9 refused at ",
        "and none of the console: the event ended early",
    ] {
        assert!(verified.contains(words), "{words}\n{verified}");
    }
}

#[test]
fn one_member_alone_publishes_no_end_and_those_who_were_not_there_close_it() {
    let event = Event::planned();
    event.plan_with_a_log();
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    engine.kill();
    let mut engine = event.abort("nobody came");
    let request = Some("outbound/opening.cbor");
    for stem in ["attendance-begin", "attendance-end"] {
        engine.play_to(stem);
        engine.member_answers("member-2", stem, request);
        engine.type_line("");
        if stem == "attendance-begin" {
            engine.play_until(is_decision);
            engine.type_line("go on without them");
        }
    }
    engine.play_to("acknowledgement-2");
    engine.member_answers("member-2", "acknowledgement-2", Some("outbound/exceptions-2.cbor"));
    engine.type_line("");
    while engine.next_shown().is_some() {}
    let told = "The record needs the countersignatures of 5 members. Present: member-2. So at least 4 of those who were \
                not there have to read it and sign it as well, of member-1, member-3, member-4, member-5, member-6, \
                member-7, member-8, member-9: send them plan.cbor and record.cbor";
    assert!(engine.said(told));
    let _ = engine.end().good();
    let _ = event.countersign(&["member-2"]);
    let refused = event.publish();
    let said = "these may sign still, present or not: member-1, member-3, member-4, member-5, member-6, member-7, member-8, \
                member-9 [countersignatures-short]";
    assert!(refused.err.contains(said), "{}", refused.err);
    let hint = "the record is open until they have signed: put their signatures with the others, and append again";
    assert_eq!((refused.code, refused.hint()), (Some(1), Some(hint)));
    assert!(!event.has(&format!("store/events/{}", event.record().event)));
    let absent = ["member-6", "member-7", "member-8", "member-9"];
    let page = event.countersign_by_plan(&absent);
    assert!(page.contains("YOU WERE NOT PRESENT."), "{page}");
    let published = event.publish().good().on_one_line();
    assert!(
        published.contains("countersignatures of 5 members, present or not (5 are needed)"),
        "{published}"
    );
}
