//! What happened in fifteen years: every ceremony, and a store that verifies after each.

use std::fs;

use record::plan::Kind;
use record::screen::Shown;
use support::{ours, run};

use super::read::{certificates, journey, numbered};

#[test]
fn every_ceremony_was_held() {
    let one = journey();
    for kind in Kind::ALL {
        let record = format!("events/{}-1/record.cbor", kind.name());
        assert!(one.store(&record).is_file(), "{record}");
    }
    let events = fs::read_dir(one.store("events")).expect("events").count();
    assert!(events >= 32, "{events} events");
}

#[test]
fn roots_rosters_and_policies_followed_one_another() {
    let roots = certificates().iter().filter(|one| one.subject == one.issuer).count();
    assert!(roots >= 5, "{roots} roots");
    assert!(numbered("roster", ".cbor") >= 6, "rosters");
    assert!(numbered("policy", ".toml") >= 3, "policies");
}

#[test]
fn the_store_was_verified_after_every_event_and_nothing_was_wrong() {
    let one = journey();
    let events = fs::read_dir(one.store("events")).expect("events").count();
    let said = &one.outcome.out;
    assert_eq!(said.matches("Anybody checks it\n").count(), events, "verifications");
    assert!(!said.contains("WRONG:"), "{}", one.outcome);
}

#[test]
fn the_store_verifies_at_the_end_from_the_newest_root_alone() {
    let one = journey();
    let store = support::rehearsal::text(&one.store(""));
    let verify = |root: &str| {
        let words = ["store", &store, "--root", root, "--rehearsal", "--now", END];
        run(ours("ceremony-verify"), words, "")
    };
    let roots = certificates().into_iter().filter(|one| one.subject == one.issuer);
    let newest = roots.max_by_key(|one| one.from).expect("a root").path;
    let told = verify(&newest).expect(0);
    assert!(told.out.contains("Nothing is wrong."), "{told}");
    // A root that has ended is no way to it any more.
    let told = verify(&one.in_store("certs/root-1.pem")).expect(1);
    assert!(told.out.contains("root-not-valid"), "{told}");
}

#[test]
fn the_end_of_the_journey_is_said() {
    let shown = Shown::Heading {
        title: "What there is now".into(),
    };
    let lines = shown.lines().join("\n");
    assert!(journey().outcome.out.contains(&lines), "{}", journey().outcome);
}

/// The last day of the journey.
pub const END: &str = "2041-11-22T10:00:00Z";
