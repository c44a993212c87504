//! What a mistake costs before any command went to the HSM: nothing.

use record::screen::Shown;
use record::{Bundle, Roster};
use support::event::Event;

use crate::unprepared;

#[test]
fn an_owner_that_cannot_be_one_is_refused_before_anything_is_typed() {
    let event = unprepared();
    let rule = Some("a name has 1 to 31 of a-z, 0-9 and _");
    let no_member = Some("name an owner who is no member");
    let long = "a23456789_123456789_123456789_12";
    for (owner, error, hint) in [
        ("", "the key owner '' is no user name", rule),
        (
            long,
            "the key owner 'a23456789_123456789_123456789_12' is no user name",
            rule,
        ),
        ("root-owner", "the key owner 'root-owner' is no user name", rule),
        ("Root_Owner", "the key owner 'Root_Owner' is no user name", rule),
        ("MEMBER_1", "the key owner 'MEMBER_1' is no user name", rule),
        ("member_1", "the key owner member_1 is a user of member-1", no_member),
        (
            "admin_member_9",
            "the key owner admin_member_9 is a user of member-9",
            no_member,
        ),
        (
            "admin",
            "the key owner cannot be admin: that is the HSM's first user, who is deleted",
            Some("name another user"),
        ),
        (
            "app_user",
            "the key owner cannot be app_user: that is the HSM's own user",
            Some("name another user"),
        ),
    ] {
        let done = event.initialise(&["--owner", owner]).end();
        done.refuses(2, error, hint);
    }
    assert!(untouched(&event));
}

/// A plan with such a roster cannot be packed; but nobody needs a plan to initialise a cluster.
#[test]
fn a_roster_with_a_name_that_no_user_can_have_is_refused_before_anything_is_begun() {
    let event = unprepared();
    let mut roster = Roster::open(&event.read("inputs/roster.cbor"), true).expect("the roster reads");
    roster.members[8].admin = "Admin Member;9".into();
    let bytes = Bundle::new(true, roster).encode().expect("encodes");
    event.write("inputs/roster.cbor", bytes);
    event.initialise(&[]).end().refuses(
        3,
        "roster: 'Admin Member;9' of member-9 is not a name for a user of the HSM: 1 to 31 of a-z, 0-9 and _",
        Some("correct the file; nothing has been done with it"),
    );
    assert!(untouched(&event));
}

#[test]
fn a_wrong_name_of_a_file_or_program_begins_nothing() {
    let event = unprepared();
    let done = event.initialise(&["--customer-ca", "no-such.pem"]).end();
    assert!(done.error().starts_with("cannot read no-such.pem: "), "{}", done.err);
    let done = event.initialise(&["--described", "no-such.json"]).end();
    assert!(done.error().starts_with("cannot read no-such.json: "), "{}", done.err);
    let verb = [
        "--now",
        Event::NOW,
        "hsm",
        "initialise",
        "--hsm-cli",
        "bin/cloudhsm-cli",
    ];
    let places = [&Event::ROSTER_AND_POLICY[..], &Event::PLACES[2..]].concat();
    event.ceremony(&[&verb[..], &places].concat()).refuses(
        2,
        "bin/cloudhsm-cli is no program that can be run",
        Some("name cloudhsm-cli with --hsm-cli"),
    );
    assert!(untouched(&event));
    event.initialise(&[]).play_until(asks);
}

#[test]
fn files_of_another_initialisation_are_found_before_anything_is_begun() {
    for name in [
        "outbound/key-request-4-member-1.cbor",
        "inbound/key-answer-1-member-9.cbor",
    ] {
        let event = unprepared();
        event.write(name, "old");
        event.initialise(&[]).end().refuses(
            3,
            &format!("{name} is there already, of another initialisation"),
            Some("move it away, or name another folder; nothing was begun"),
        );
        assert!(untouched(&event));
    }
}

/// There is no `ceremony resume` of an initialisation.
#[test]
fn a_stop_before_the_first_change_says_that_the_cluster_is_still_good() {
    let hint = Some(UNTOUCHED);
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    engine.play_until(asks);
    engine.hang_up().refuses(
        1,
        "standard input ended before an answer to: New password of the key owner root_owner",
        hint,
    );
    // The journal of that stop is on the disk, and says so.
    event.initialise(&[]).end().refuses(
        3,
        "bastion/initialisation is there already: an initialisation from this disk ended before any command changed its \
         cluster",
        Some("begin again with that cluster, and with an empty disk"),
    );
    let event = unprepared();
    event.standin(&["init", "--nodes", "2"]);
    event.fault("cluster hsm-info", 1, "die-after");
    let done = event.initialise(&[]).end();
    assert_eq!((done.hint(), done.code), (hint, Some(4)), "{}", done.err);
}

#[test]
fn an_initialisation_that_still_runs_is_not_called_over() {
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    engine.play_until(asks);
    let arguments = [
        &["--now", Event::NOW, "hsm", "initialise", "--hsm-cli", "/bin/sh"][..],
        &["--roster", "inputs/roster.cbor", "--policy", "inputs/policy.toml"],
        &Event::PLACES[2..],
    ];
    event.ceremony(&arguments.concat()).refuses(
        1,
        "another run of the engine writes to bastion/initialisation",
        Some("wait for the other run, or end it"),
    );
    engine.kill();
}

/// A disk that is full or not ours, before and after the journal is begun.
#[test]
fn a_file_that_cannot_be_written_before_the_first_change_costs_no_cluster() {
    let event = unprepared();
    event.write("bastion", "no folder");
    event.initialise(&[]).end().refuses(
        3,
        "cannot make bastion: Not a directory (os error 20)",
        Some("nothing was begun: mend it, and type the same again"),
    );
    let event = unprepared();
    std::fs::create_dir_all(event.path("bastion/pinned/roster.cbor")).expect("folders");
    event.initialise(&[]).end().refuses(
        3,
        "cannot read bastion/pinned/roster.cbor: it is not a regular file",
        Some(UNTOUCHED),
    );
    assert!(event.has("bastion/initialisation") && !event.has("cluster"));
}

#[test]
fn a_disk_with_another_journal_says_what_became_of_its_cluster() {
    let event = Event::planned();
    event.initialise(&[]).end().refuses(
        3,
        "bastion/initialisation is there already: a cluster was initialised from this disk",
        Some("nothing was begun: look at that cluster with `ceremony hsm check`; another one takes an empty disk"),
    );
    event.write("bastion/initialisation", "something else");
    event.initialise(&[]).end().refuses(
        3,
        "bastion/initialisation is there already: it is no journal that can be read",
        Some("whoever brought the disk knows what it is; a cluster that may have been initialised halfway is thrown away"),
    );
}

fn asks(shown: &Shown) -> bool {
    matches!(shown, Shown::Asking { .. })
}

fn untouched(event: &Event) -> bool {
    !event.has("bastion") && !event.has("cluster")
}

const UNTOUCHED: &str = "no command changed the cluster yet: begin again with it, and with an empty disk";
