//! `plan diff`: two plans in plain words, and a plan with the last event of its kind.

use record::standing::Past;
use record::{Bundle, Digest};

use crate::desk::{Desk, OPENS, founding};

const NOW: [&str; 3] = ["--now", OPENS, "plan"];

/// What is said, without line breaks.
fn said(desk: &Desk, arguments: &[&str]) -> String {
    let out = desk.event.ceremony(&[&NOW[..], arguments].concat()).good().out;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn packed(desk: &Desk, script: &str, set: &[&str], name: &str) {
    let _ = desk.draft(script, set);
    desk.pack();
    std::fs::rename(desk.event.path("packed.cbor"), desk.event.path(name)).expect("renamed");
}

#[test]
fn names_steps_policy_and_roster_that_differ() {
    let desk = Desk::after_the_founding();
    packed(&desk, "crl-refresh", &[], "a.cbor");
    let set = ["--set", "certificate=release", "--set", "reason=superseded"];
    packed(&desk, "delegate-revocation", &set, "b.cbor");
    let text = said(&desk, &["diff", "a.cbor", "b.cbor"]);
    for expected in [
        "From crl-refresh-2027 to delegate-revocation-2027",
        "- kind: crl-refresh, then delegate-revocation",
        "- 'bors-1-crl' is not done any more: Sign the revocation list 2 of bors-1",
        "- 'root-1-crl': revoked: nothing, then at: 2027-11-22T10:00:00Z; certificate: release-1; reason: superseded",
        "Nothing else differs: inputs, the policy that issues, the roster.",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    // The same plan differs in nothing, and serial numbers are no difference.
    let text = said(&desk, &["diff", "a.cbor", "a.cbor"]);
    assert!(
        text.ends_with("Nothing else differs: the plan, steps, inputs, the policy that issues, the roster."),
        "{text}"
    );
}

#[test]
fn says_what_the_next_policy_and_other_keys_change() {
    let desk = Desk::after_the_founding();
    packed(&desk, "root-rotation", &[], "a.cbor");
    desk.request("release");
    desk.six_of_nine();
    packed(&desk, "threshold-change", &[], "b.cbor");
    let text = said(&desk, &["diff", "a.cbor", "b.cbor"]);
    for expected in [
        "- 'admins-quorum' is new: Let 6 admins have to agree from now on",
        "- 'release-certificate': key: standing: release-1, then request: release.csr",
        "- next-policy.toml is new",
        "- [quorum]: alike most: 3, then 4; threshold: 5, then 6",
        "- the policy: version: 1, then 2",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

/// A store that has the plan of an earlier refresh.
fn with_an_earlier_refresh(desk: &Desk) {
    packed(desk, "crl-refresh", &[], "earlier.cbor");
    let plan = desk.event.read("earlier.cbor");
    let engine = desk.event.read("founding-record.cbor");
    let mut record: record::record::Record = Bundle::decode_marked(&engine, true).expect("a record");
    record.event = "crl-refresh-2027".into();
    record.kind = "crl-refresh".into();
    record.plan = Digest::of(&plan);
    let record = Bundle::new(true, record).encode().expect("encodes");
    for folder in ["store/events/crl-refresh-2027", "store/objects/sha256"] {
        std::fs::create_dir_all(desk.event.path(folder)).expect("a folder");
    }
    desk.event.write("store/events/crl-refresh-2027/record.cbor", &record);
    desk.event
        .write(&format!("store/objects/sha256/{}", Digest::of(&plan)), &plan);
    let mut standing = founding().standing.clone();
    standing.events.push(Past {
        event: "crl-refresh-2027".into(),
        kind: "crl-refresh".into(),
        record: Digest::of(&record),
    });
    desk.write_standing(&standing);
}

#[test]
fn compares_with_the_last_event_of_the_kind() {
    let desk = Desk::after_the_founding();
    desk.event.write("founding-record.cbor", &founding().record);
    with_an_earlier_refresh(&desk);
    let _ = desk.try_draft_at("crl-refresh", "2028-11-20T10:00:00Z", &[]).good();
    desk.pack_at("2028-11-20T10:00:00Z");
    let text = said(&desk, &["diff", "packed.cbor", "--store", "store"]);
    for expected in [
        "From crl-refresh-2027 to crl-refresh-2028",
        "- opens: 2027-11-22T10:00:00Z, then 2028-11-20T10:00:00Z",
        "- 'root-1-crl': next update: 2028-12-26T10:00:00Z, then 2029-12-25T10:00:00Z",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    // A record that is not the one that stands is not believed.
    desk.event
        .write("store/events/crl-refresh-2027/record.cbor", &founding().record);
    let ended = desk
        .event
        .ceremony(&[&NOW[..], &["diff", "packed.cbor", "--store", "store"]].concat());
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(
        ended.error().contains("this is not the record of crl-refresh-2027"),
        "{}",
        ended.err
    );
}

#[test]
fn says_what_to_compare_with_when_there_is_nothing() {
    let desk = Desk::after_the_founding();
    packed(&desk, "crl-refresh", &[], "a.cbor");
    let diff = |more: &[&str]| desk.event.ceremony(&[&NOW[..], &["diff", "a.cbor"], more].concat());
    diff(&[]).refuses(
        2,
        "there is nothing to compare the plan with",
        Some("name a second bundle, or the public store with --store DIR: the last event of the kind is taken"),
    );
    diff(&["--store", "store"]).refuses(
        2,
        "there was no event of the kind crl-refresh before this one",
        Some("name a second bundle to compare with, or look at this one with `ceremony plan show`"),
    );
}
