//! `plan check` refuses what cannot be held, each with its words and its hint.

use record::standing::Standing;
use record::{Bundle, Digest};
use support::event::Ended;

use crate::desk::{Desk, OPENS, founding};

/// The refusal's words, hint and exit code.
fn refuses(ended: &Ended, code: i32, error: &str, hint: &str) {
    assert_eq!(
        (ended.error(), ended.hint(), ended.code),
        (error, Some(hint), Some(code)),
        "{}",
        ended.err
    );
}

/// A refresh's draft with one text in another's place.
fn refresh(from: &str, to: &str) -> (Desk, Ended) {
    let desk = Desk::after_the_founding();
    let text = desk.draft("crl-refresh", &[]);
    assert!(text.contains(from), "{from} in {text}");
    desk.event.write("plan.toml", text.replacen(from, to, 1));
    let checked = desk.check();
    (desk, checked)
}

const CORRECT: &str = "correct the file; nothing has been done with it";
const STALE: &str = "the plan is older than what stands: make standing.cbor anew, and draft the plan anew from it";

#[test]
fn refuses_an_unknown_field() {
    let (_, ended) = refresh("generation = 1", "colour = \"red\"\ngeneration = 1");
    assert_eq!((ended.code, ended.hint()), (Some(3), Some(CORRECT)));
    assert!(ended.error().contains("unknown field `colour`"), "{}", ended.err);
}

#[test]
fn refuses_dates_that_are_past() {
    let desk = Desk::after_the_founding();
    let _ = desk.draft("crl-refresh", &[]);
    refuses(
        &desk.check_at("2027-11-22T22:00:01Z"),
        1,
        "it is 2027-11-22T22:00:01Z by the console's clock; the plan says 2027-11-22T10:00:00Z to 2027-11-22T22:00:00Z",
        "check the console's clock; else the plan needs other times, and another review",
    );
    let (_, ended) = refresh("this-update = \"2027-11-22", "this-update = \"2027-11-20");
    refuses(
        &ended,
        3,
        "plan.toml: what root-1 gets begins at 2027-11-20T10:00:00Z, not when the event is held",
        "draft the plan anew with the times at which the event is held: --opens and --closes",
    );
}

#[test]
fn refuses_what_does_not_follow_what_stands() {
    let (_, ended) = refresh("number = 2", "number = 3");
    refuses(
        &ended,
        3,
        "plan.toml: the next CRL of root-1 has the number 2, not 3",
        STALE,
    );
    let (_, ended) = refresh("generation = 1", "generation = 2");
    refuses(
        &ended,
        3,
        "plan.toml: the root after this event is of generation 1, not 2",
        STALE,
    );
    let (_, ended) = refresh("event = \"crl-refresh-2027\"", "event = \"2026-root\"");
    refuses(
        &ended,
        3,
        "plan.toml: there was an event '2026-root' before",
        "give the event a name that no event had before: --event, when it is drafted",
    );
}

#[test]
fn refuses_another_roster_than_the_one_in_force() {
    let desk = Desk::after_the_founding();
    desk.register("member-3");
    desk.next_roster(&[]);
    std::fs::rename(
        desk.event.path("desk/next-roster.cbor"),
        desk.event.path("desk/roster.cbor"),
    )
    .expect("renamed");
    let _ = desk.draft("crl-refresh", &[]);
    let found = Digest::of(&desk.event.read("desk/roster.cbor"));
    refuses(
        &desk.check(),
        3,
        &format!(
            "plan.toml: the roster.cbor in force is {}, and the plan's is {found}",
            founding().standing.roster
        ),
        "take the one in force from the store, the newest of its kind, into the folder, and draft the plan anew",
    );
}

/// Each command that admins approve has a window of ten minutes of its own; a step's shares have one together.
#[test]
fn refuses_windows_of_commands_that_do_not_fit() {
    let desk = Desk::after_the_founding();
    desk.register("member-10");
    desk.next_roster(&[("id = \"member-9\"", "id = \"member-10\"")]);
    let text = desk.draft("member-change", &[]);
    let closes = |time: &str| {
        let ends = format!("closes = \"2027-11-22T{time}:00Z\" #");
        desk.event
            .write("plan.toml", text.replace("closes = \"2027-11-22T22", &ends));
    };
    closes("11:19");
    refuses(
        &desk.check(),
        3,
        "plan.toml: 10 commands to the HSM need 8 windows of ten minutes: 80 minutes in all, and the event is open for 79 \
         minutes",
        CORRECT,
    );
    closes("11:20");
    let _ = desk.check().good();
}

#[test]
fn refuses_a_serial_number_that_was_used_before() {
    let desk = Desk::after_the_founding();
    desk.request("release");
    let text = desk.draft("delegate-replacement", &["--set", "delegate=release"]);
    let before = desk.event.text("plan.toml");
    let old = Desk::serial_of("crates-io-1");
    let serial = text
        .lines()
        .find(|line| line.starts_with("serial = "))
        .expect("a serial number");
    desk.event
        .write("plan.toml", before.replace(serial, &format!("serial = \"{old}\"")));
    refuses(
        &desk.check(),
        1,
        &format!("the serial number {old} of certs/release-2.der is that of crates-io-1"),
        "correct the plan; nothing has been signed",
    );
}

#[test]
fn refuses_a_subject_under_two_keys() {
    let desk = Desk::after_the_founding();
    let mut standing: Standing = founding().standing.clone();
    // As if the certificate with this subject had been issued under another name.
    for one in standing.certificates.iter_mut().filter(|one| one.name == "release") {
        one.name = "former".into();
    }
    desk.write_standing(&standing);
    desk.request("release");
    let _ = desk.draft("delegate-issuance", &["--set", "delegate=release"]);
    refuses(
        &desk.check(),
        1,
        "certs/release-1.der and former-1 have one subject, CN=Rust Rehearsal Release 1, O=Rust Project - REHEARSAL, and two \
         keys",
        "correct the plan; nothing has been signed",
    );
}

#[test]
fn refuses_a_key_that_is_another_s() {
    let desk = Desk::after_the_founding();
    desk.request("release");
    let csr = &founding().inputs["crates-io.csr"];
    desk.event.write("desk/release.csr", &csr.0);
    let _ = desk.draft("delegate-replacement", &["--set", "delegate=release"]);
    refuses(
        &desk.check(),
        1,
        "the key in certs/release-2.der has another certificate already",
        "correct the plan; nothing has been signed",
    );
}

/// The lint exemption that ends tomorrow counts today, and not the day after.
#[test]
fn an_exemption_counts_until_its_end_and_not_after() {
    let desk = Desk::after_the_founding();
    let exemption = "[[exemption]]\nlint = \"outlives-issuer\"\nowner = \"infra\"\nsecond = \"member-1\"\n\
                     reason = \"a program needs it until it is mended\"\nends = \"2027-11-23T09:59:59Z\"\n\n[records]\n";
    let policy = desk.event.text("desk/policy.toml").replace("[records]\n", exemption);
    desk.event.write("desk/policy.toml", &policy);
    let mut standing = founding().standing.clone();
    standing.policy = Digest::of(policy.as_bytes());
    desk.write_standing(&standing);
    desk.request("release");
    let text = desk.draft(
        "delegate-replacement",
        &["--set", "delegate=release", "--set", "until=2028-01-01T00:00:00Z"],
    );
    let longer = text.replace("not-after = \"2031-12-31", "not-after = \"2032-01-31");
    let open = longer.replace("closes = \"2027-11-22T22:00:00Z", "closes = \"2027-11-25T22:00:00Z");
    desk.event.write("plan.toml", open);
    for now in [OPENS, "2027-11-23T09:59:59Z"] {
        let _ = desk.check_at(now).good();
    }
    for now in ["2027-11-23T10:00:00Z", "2027-11-24T10:00:00Z"] {
        let ended = desk.check_at(now);
        assert_eq!(ended.code, Some(1), "{}", ended.err);
        assert!(
            ended.error().contains("outlives-issuer")
                && ended.error().contains("the exemption of \"infra\" has expired"),
            "{}",
            ended.err
        );
        assert_eq!(
            ended.hint(),
            Some("correct the plan, or have two people write an exemption that names the lint and ends")
        );
    }
}

#[test]
fn says_how_an_input_that_is_missing_is_made() {
    let desk = Desk::after_the_founding();
    let remove = |name: &str| std::fs::remove_file(desk.event.path(&format!("desk/{name}"))).expect("removed");
    let standing = "standing.cbor says what stands before the event; anybody makes it from the public store: `ceremony-verify \
                    standing STORE --root ROOT.pem --out standing.cbor`, in rehearsals with --rehearsal";
    let missing = |name: &str| format!("read desk/{name}: No such file or directory (os error 2)");
    let _ = desk.draft("crl-refresh", &[]);
    remove("standing.cbor");
    let ended = desk.check();
    assert_eq!((ended.code, ended.hint()), (Some(3), Some(standing)), "{}", ended.err);
    let ended = desk.try_draft("crl-refresh", &[]);
    assert_eq!((ended.code, ended.hint()), (Some(3), Some(standing)), "{}", ended.err);
    assert!(
        ended.error().starts_with("cannot read desk/standing.cbor"),
        "{} {}",
        missing("standing.cbor"),
        ended.err
    );
    assert!(!desk.event.has("plan.toml"));
    let desk = Desk::after_the_founding();
    let ended = desk.try_draft("delegate-replacement", &["--set", "delegate=release"]);
    assert_eq!(
        ended.hint(),
        Some(
            "a key's keeper makes its request (PKCS#10, DER) and sends it to infra: `openssl req -new -outform DER ...`"
        )
    );
}

#[test]
fn says_what_a_script_wants_to_be_set() {
    let desk = Desk::after_the_founding();
    for (script, set, error, hint) in [
        (
            "delegate-issuance",
            &[][..],
            "the script delegate-issuance wants to know 'delegate'",
            "say it with `--set delegate=...`: the delegate's name in the policy, as in delegate=release",
        ),
        (
            "hsm-maintenance",
            &["work=paint"],
            "'paint' is not a value for 'work'",
            "what is done to the HSMs: grow, replace, restore-drill, log-policy",
        ),
        (
            "crl-refresh",
            &["work=grow"],
            "the script crl-refresh has no use for 'work'",
            "leave it out: the script wants nothing to be set",
        ),
        (
            "delegate-revocation",
            &["certificate=website-1", "reason=superseded"],
            "no certificate 'website-1' stands",
            "there are: bors-1, console-1, crates-io-1, release-1, root-1, transparency-1",
        ),
        (
            "delegate-issuance",
            &["delegate=website"],
            "the policy has no delegate 'website'",
            "name one that it has; a new one comes with a next-policy.toml, one version higher, in the folder",
        ),
        (
            "root-burning",
            &[],
            "there is no ceremony script 'root-burning'",
            "there are: cluster-initialisation, root-generation, delegate-issuance, delegate-replacement, \
             delegate-revocation, subkey-issuance, crl-refresh, root-rotation, root-emergency, member-change, \
             member-key-replacement, threshold-change, hsm-maintenance, console-maintenance, drill",
        ),
    ] {
        let set: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
        refuses(&desk.try_draft(script, &set), 2, error, hint);
        assert!(!desk.event.has("plan.toml"), "{script}");
    }
}

#[test]
fn refuses_a_standing_of_the_other_mark() {
    let desk = Desk::after_the_founding();
    let bytes = Bundle::new(false, founding().standing.clone())
        .encode()
        .expect("encodes");
    desk.event.write("desk/standing.cbor", bytes);
    let ended = desk.try_draft("crl-refresh", &[]);
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.error().contains("standing.cbor"), "{}", ended.err);
}
