//! Who may come and leave, in production too.

use record::messages::{Image, ImageKind};
use record::{Bytes, Digest, Member};

use super::*;

/// Member-1, in office from 100 to 200.
fn roster() -> Roster {
    let none = || Bytes(Vec::new());
    let member = Member {
        id: "member-1".into(),
        from: Time(100),
        until: Time(200),
        approver: "member_1".into(),
        admin: "admin_member_1".into(),
        approval_key: none(),
        admin_key: none(),
        ssh_key: String::new(),
        affiliations: Vec::new(),
        residence: none(),
        citizenships: Vec::new(),
    };
    Roster {
        number: 1,
        previous: None,
        appointment: String::new(),
        members: vec![member],
    }
}

fn visit(account: &str, at: u64, came: bool) -> What {
    What::Console {
        account: account.into(),
        member: Some("member-1".into()),
        at: Time(at),
        came,
    }
}

/// What is wrong with these, of a production that opened its consoles at 50; each is written when it tells of.
fn wrong(all: Vec<What>) -> Vec<String> {
    let at = |what: &What| match what {
        What::Console { at, .. } => *at,
        _ => Time(50),
    };
    let entry = |(number, what)| Entry {
        number,
        previous: Digest::of(b""),
        at: at(&what),
        what,
    };
    let entries: Vec<Entry> = (0..).zip([vec![What::Consoles], all].concat()).map(entry).collect();
    let people = People {
        roster: &roster(),
        rehearsal: false,
    };
    people.wrong(&entries).into_iter().map(|(_, what)| what).collect()
}

fn resumed() -> What {
    let (kind, digest) = (ImageKind::Binary, Digest::of(b""));
    What::Resumed {
        image: Image { kind, digest },
        torn: 0,
    }
}

#[test]
fn whose_term_ends_while_they_are_there_may_leave() {
    let none = wrong(vec![visit("member-1", 200, true), visit("member-1", 201, false)]);
    assert!(none.is_empty(), "{none:?}");
    for at in [99, 201] {
        assert_eq!(wrong(vec![visit("member-1", at, true)]), ["member-1 was not in office"]);
    }
}

#[test]
fn a_members_account_is_named_for_them_when_they_come_and_when_they_leave() {
    let other = "the account mallory is not named for member-1";
    assert_eq!(
        wrong(vec![visit("mallory", 100, true), visit("mallory", 101, false)]),
        [other, other]
    );
}

#[test]
fn a_stop_ends_every_console() {
    let left = visit("member-1", 102, false);
    let again = vec![visit("member-1", 100, true), resumed(), What::Consoles];
    assert_eq!(
        wrong([again.clone(), vec![left.clone()]].concat()),
        ["member-1 left more consoles than they came by"]
    );
    let none = wrong([again, vec![visit("member-1", 101, true), left]].concat());
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn no_run_writes_more_logins_than_it_should() {
    let many = |count: usize| (0..count).flat_map(|_| [visit("member-1", 100, true), visit("member-1", 101, false)]);
    let none = wrong(
        many(facts::CONSOLE_LOGINS)
            .chain([resumed(), What::Consoles])
            .chain(many(1))
            .collect(),
    );
    assert!(none.is_empty(), "{none:?}");
    assert_eq!(
        wrong(many(facts::CONSOLE_LOGINS + 1).collect()),
        ["a run writes at most 100 logins of member-1, and this is one more"]
    );
}
