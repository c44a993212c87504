//! An event that ended early is published like any other: what was signed is logged, and the record says the rest.

use support::event::Event;

#[test]
fn an_aborted_event_is_published_with_what_it_made_and_verifies_loudly() {
    let event = Event::planned();
    event.plan_with_a_log();
    event.standin(&[
        "fault",
        "--command",
        "crypto sign ecdsa",
        "--nth",
        "4",
        "--do",
        "die-after",
    ]);
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
