//! The roster: RFC 3579's M-2 rule, terms, and keys of one's own.

use record::messages::Registration;
use record::{Bundle, Roster};
use support::event::{Event, facts};

use crate::CORRECT;

#[test]
fn accepts_three_members_of_one_label_each() {
    let three = |number: usize| match number {
        1..=3 => vec![
            "affiliations = [\"one\"]",
            "residence = \"here\"",
            "citizenships = [\"here\"]",
        ],
        4..=6 => vec![
            "affiliations = [\"two\"]",
            "residence = \"there\"",
            "citizenships = [\"there\"]",
        ],
        _ => vec![
            "affiliations = [\"three\"]",
            "residence = \"far\"",
            "citizenships = [\"far\"]",
        ],
    };
    let event = with_facts(three);
    let _ = event.pack().good();
}

#[test]
fn refuses_four_members_of_one_affiliation() {
    let four = |number| {
        if number <= 4 {
            vec!["affiliations = [\"same\"]"]
        } else {
            vec![]
        }
    };
    refused(
        four,
        "4 members share one affiliation (member-1, member-2, member-3, member-4); at most 3 (M-2) may",
    );
}

#[test]
fn refuses_a_second_affiliation_that_makes_four() {
    let second = |number| match number {
        1..=3 => vec!["affiliations = [\"same\"]"],
        9 => vec!["affiliations = [\"other\", \"Same \"]"],
        _ => vec![],
    };
    refused(
        second,
        "4 members share one affiliation (member-1, member-2, member-3, member-9); at most 3 (M-2) may",
    );
}

#[test]
fn refuses_four_members_who_live_in_one_country() {
    let four = |number| {
        if number >= 6 {
            vec!["residence = \"same\""]
        } else {
            vec![]
        }
    };
    refused(
        four,
        "4 members share one country (member-6, member-7, member-8, member-9); at most 3 (M-2) may",
    );
}

#[test]
fn refuses_four_members_of_one_citizenship() {
    let four = |number| {
        if number % 2 == 0 {
            vec!["citizenships = [\"other\", \"same\"]"]
        } else {
            vec![]
        }
    };
    let event = with_facts(four);
    let ended = event.pack();
    // Both of their citizenships are shared by the four; one of them is named.
    let error = "roster: 4 members share one country (member-2, member-4, member-6, member-8); at most 3 \
                 (M-2) may";
    ended.refuses(3, error, Some(CORRECT));
}

#[test]
fn refuses_four_of_one_country_by_residence_and_citizenship_together() {
    let mixed = |number| match number {
        1 | 2 => vec!["residence = \"same\""],
        3 | 4 => vec!["citizenships = [\"same\"]"],
        _ => vec![],
    };
    refused(
        mixed,
        "4 members share one country (member-1, member-2, member-3, member-4); at most 3 (M-2) may",
    );
}

#[test]
fn refuses_a_term_that_is_too_short() {
    let short = |number| {
        if number == 3 {
            vec!["until = \"2027-01-01T00:00:00Z\""]
        } else {
            vec![]
        }
    };
    refused(short, "the term of member-3 is 365 days, not two to three years");
}

#[test]
fn refuses_two_members_with_one_key() {
    altered(
        |roster| roster.members[4].approval_key = roster.members[1].approval_key.clone(),
        "member-5 uses a key that member-2 uses",
    );
    altered(
        |roster| roster.members[4].admin_key = roster.members[4].approval_key.clone(),
        "member-5 uses a key that member-5 uses",
    );
}

#[test]
fn refuses_eight_members() {
    altered(|roster| drop(roster.members.pop()), "8 members, but the policy says 9");
}

/// The HSM would refuse the name when it is too late: a cluster that was initialised halfway is thrown away.
#[test]
fn refuses_a_name_that_is_none_for_a_user_of_the_hsm() {
    let long = format!("admin_{}", "a".repeat(26));
    for bad in ["Admin Member;9", "admin-member-9", "Admin_Member_9", "", &long] {
        let reason = format!("'{bad}' of member-9 is not a name for a user of the HSM: 1 to 31 of a-z, 0-9 and _");
        altered(|roster| roster.members[8].admin = bad.into(), &reason);
        altered(|roster| roster.members[8].approver = bad.into(), &reason);
    }
    for taken in ["admin", "app_user"] {
        let reason = format!("'{taken}' of member-9 is a user whom every HSM has");
        altered(|roster| roster.members[8].admin = taken.into(), &reason);
        altered(|roster| roster.members[8].approver = taken.into(), &reason);
    }
}

#[test]
fn no_roster_is_made_of_an_id_that_no_user_of_the_hsm_can_be_named_for() {
    let hint = "the member registers with another id: at most 25 characters, and neither admin nor app-user; the HSM's \
                names for their users are made from it";
    let long = "member-1-of-the-very-long-name-that-cloudhsm-lacks";
    let user = long.replace('-', "_");
    for (id, error) in [
        (
            long,
            format!("roster: '{user}' of {long} is not a name for a user of the HSM: 1 to 31 of a-z, 0-9 and _"),
        ),
        (
            "member-1-with-26-character",
            "roster: 'admin_member_1_with_26_character' of member-1-with-26-character is not a name for a user of the \
             HSM: 1 to 31 of a-z, 0-9 and _"
                .into(),
        ),
        ("admin", "roster: 'admin' of admin is a user whom every HSM has".into()),
        (
            "app-user",
            "roster: 'app_user' of app-user is a user whom every HSM has".into(),
        ),
    ] {
        let event = registered_as(id);
        event.try_roster().refuses(3, &error, Some(hint));
        assert!(!event.has("inputs/roster.cbor"));
    }
    let _ = registered_as("member-1-of-25-characters").try_roster().good();
}

/// The first member has registered with this id.
fn registered_as(id: &str) -> Event {
    let event = Event::planned();
    let file = event.read("registrations/registration-member-1.cbor");
    let mut registration: Registration = Bundle::decode_marked(&file, true).expect("a registration");
    registration.member = id.into();
    let path = format!("registrations/registration-{id}.cbor");
    event.write(&path, Bundle::new(true, registration).encode().expect("encodes"));
    event.sign(&path, "roster@pki.rust-lang.org", "member-1");
    event.replace("facts.toml", "id = \"member-1\"", &format!("id = \"{id}\""));
    std::fs::remove_file(event.path("inputs/roster.cbor")).expect("the roster");
    event
}

#[test]
fn refuses_a_registration_that_somebody_else_signed() {
    let event = Event::planned();
    event.sign(
        "registrations/registration-member-2.cbor",
        "roster@pki.rust-lang.org",
        "member-1",
    );
    std::fs::remove_file(event.path("inputs/roster.cbor")).expect("the roster");
    let [one, two] = ["member-1", "member-2"].map(|member| event.fingerprint(member));
    let error = format!("the registration of member-2 is refused: signed by key {one}, not by {two}");
    let hint = crate::again("member-2");
    event.try_roster().refuses(1, &error, Some(&hint));
    assert!(!event.has("inputs/roster.cbor"));
}

fn with_facts(extra: impl Fn(usize) -> Vec<&'static str>) -> Event {
    let event = Event::planned();
    event.write("facts.toml", facts(extra));
    event.make_roster();
    event.draft();
    event
}

fn refused(extra: impl Fn(usize) -> Vec<&'static str>, reason: &str) {
    let event = with_facts(extra);
    event.pack().refuses(3, &format!("roster: {reason}"), Some(CORRECT));
    assert!(!event.has("packed.cbor"));
}

fn altered(change: impl Fn(&mut Roster), reason: &str) {
    let event = Event::planned();
    let mut roster = Roster::open(&event.read("inputs/roster.cbor"), true).expect("the roster reads");
    change(&mut roster);
    event.write(
        "inputs/roster.cbor",
        Bundle::new(true, roster).encode().expect("encodes"),
    );
    event.draft();
    event.pack().refuses(3, &format!("roster: {reason}"), Some(CORRECT));
}
