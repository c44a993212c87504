//! A lint that fails is found before any key is made, and no key is left behind.

use std::collections::BTreeMap;

use record::plan::Inbound;
use support::event::Event;

use crate::CORRECT;

#[test]
fn refuses_a_delegate_that_outlives_the_root() {
    let event = outliving();
    event.pack().refuses(1, OUTLIVES, Some(HINT));
    assert!(!event.has("packed.cbor"));
}

#[test]
fn the_console_refuses_it_too_and_no_key_is_left_behind() {
    let event = outliving();
    pack_unchecked(&event);
    event.run().end().refuses(1, OUTLIVES, Some(HINT));
    assert_eq!(event.keys_in_the_hsm(), 0);
    assert!(!event.has("bastion/journal") && !event.has("outbound/opening.cbor"));
}

#[test]
fn a_member_refuses_to_review_it() {
    let event = outliving();
    pack_unchecked(&event);
    let ended = event.member("member-1", &["review", "inbound/plan.cbor", "--out", "reviews"], "");
    assert!(ended.error().contains("outlives-issuer"), "{}", ended.err);
    assert_eq!(ended.code, Some(1));
    assert!(!event.has("reviews/review-member-1.cbor"));
}

#[test]
fn refuses_an_exemption_that_has_expired() {
    let event = exempted("2026-11-22T09:59:59Z");
    pack_unchecked(&event);
    let error = format!("{OUTLIVES} (the exemption of \"infra\" has expired)");
    event.run().end().refuses(1, &error, Some(HINT));
    assert_eq!(event.keys_in_the_hsm(), 0);
    assert!(!event.has("bastion/journal"));
}

#[test]
fn accepts_an_exemption_in_force_and_says_so_on_screen_and_in_the_record() {
    let event = exempted("2027-01-01T00:00:00Z");
    let _ = event.pack().good();
    event.review_anew();
    let mut engine = event.run();
    engine.play_to_the_end();
    let used = "outlives-issuer: it ends at 2032-01-01T00:00:00Z, its issuer at 2031-12-31T23:59:59Z: a test, until \
                2027-01-01T00:00:00Z, infra and release team";
    let text = format!("lint set aside: {used}");
    assert!(engine.shown.contains(&record::screen::Shown::Warning { text }));
    let _ = engine.end().good();
    assert_eq!(event.record().exemptions, [used]);
}

#[test]
fn refuses_an_exemption_for_something_that_is_no_lint() {
    let event = exempted("2027-01-01T00:00:00Z");
    event.replace("inputs/policy.toml", "\"outlives-issuer\"", "\"everything\"");
    event.draft();
    let error = "the policy exempts from 'everything', which is no lint";
    event
        .pack()
        .refuses(1, error, Some("correct the plan; nothing has been signed"));
}

#[test]
fn refuses_an_exemption_without_a_second_person() {
    let event = exempted("2027-01-01T00:00:00Z");
    event.replace("inputs/policy.toml", "second = \"release team\"", "second = \"infra\"");
    let error = "policy.toml: the exemption from 'outlives-issuer' lacks a reason, or two different people who answer \
                 for it";
    event.try_draft().refuses(3, error, Some(CORRECT));
}

/// A plan whose release certificate ends a second after its issuer's.
fn outliving() -> Event {
    let event = Event::planned();
    outlive(&event);
    event
}

fn outlive(event: &Event) {
    let plan = event.text("plan.toml");
    let (before, release) = plan.split_once("id = \"release-certificate\"").expect("the step");
    let release = release.replacen("2031-12-31T23:59:59Z", "2032-01-01T00:00:00Z", 1);
    event.write("plan.toml", format!("{before}id = \"release-certificate\"{release}"));
}

/// The same, with an exemption until `ends`.
fn exempted(ends: &str) -> Event {
    let event = Event::planned();
    let exemption = format!(
        "\n[[exemption]]\nlint = \"outlives-issuer\"\nowner = \"infra\"\nreason = \"a test\"\nends = \"{ends}\"\n\
         second = \"release team\"\n"
    );
    event.write("inputs/policy.toml", event.text("inputs/policy.toml") + &exemption);
    event.draft();
    outlive(&event);
    event
}

/// Packs the plan without deriving anything, as somebody might who wants a key made.
fn pack_unchecked(event: &Event) {
    let names = [
        "policy.toml",
        "roster.cbor",
        "tlog-policy",
        "release.csr",
        "crates-io.csr",
        "transparency.csr",
    ];
    let inputs = names.map(|name| (name.to_owned(), event.read(&format!("inputs/{name}")).into()));
    let bundle = Inbound::pack(&event.read("plan.toml"), BTreeMap::from(inputs)).expect("the plan alone is good");
    event.write("inbound/plan.cbor", bundle);
}

const OUTLIVES: &str = "lint: outlives-issuer: it ends at 2032-01-01T00:00:00Z, its issuer at 2031-12-31T23:59:59Z";
const HINT: &str = "correct the plan, or have two people write an exemption that names the lint and ends";
