//! Revocation lists over fifteen years: none lapses, numbers grow, no entry vanishes, each entry says why.

use record::Time;

use super::read::{Certificate, certificates, lists};

/// From its first list on, an issuer kept in the HSM has one in force until it ends itself, or the journey does.
#[test]
fn no_list_of_an_issuer_ends_before_the_next_one_begins() {
    let (lists, certificates) = (lists(), &certificates());
    let last = lists.values().flatten().map(|list| list.from).max().expect("lists");
    let mut judged = 0;
    for (issuer, of) in lists {
        for pair in of.windows(2) {
            assert!(
                pair[1].from <= pair[0].until,
                "{issuer}: list {} comes too late",
                pair[1].number
            );
            judged += 1;
        }
        let own = certificates
            .iter()
            .find(|one| one.stem == *issuer)
            .expect("its certificate");
        let until = own.until.min(last).min(given_up(own, certificates));
        let newest = of.last().expect("a list");
        assert!(
            newest.until >= until,
            "{issuer}: list {} ended, and none came",
            newest.number
        );
    }
    assert!(judged > 20, "{judged} lists follow another one");
}

#[test]
fn numbers_grow_by_one_and_no_entry_vanishes() {
    for (issuer, of) in lists() {
        for (n, list) in (1..).zip(of) {
            assert_eq!(list.number, n, "{issuer}");
        }
        for pair in of.windows(2) {
            let gone: Vec<_> = pair[0]
                .revoked
                .iter()
                .filter(|(serial, reason)| pair[1].revoked.get(*serial) != Some(reason))
                .collect();
            assert!(gone.is_empty(), "{issuer}: list {} lost {gone:?}", pair[1].number);
        }
    }
}

#[test]
fn every_entry_says_why_and_there_are_some() {
    let mut entries = 0;
    for list in lists().values().flatten() {
        for (serial, reason) in &list.revoked {
            assert!(reason.is_some(), "{} of {}: no reason", serial, list.issuer);
            entries += 1;
        }
    }
    assert!(entries > 0, "something was revoked in fifteen years");
}

#[test]
fn a_list_lasts_400_days_at_most() {
    for list in lists().values().flatten() {
        let days = (list.until.0 - list.from.0).div_ceil(86_400);
        assert!(days <= 400, "{} {}: {days} days", list.issuer, list.number);
    }
}

/// When its cluster was given up: the emergency's root, the newest, came from another one.
fn given_up(one: &Certificate, all: &[Certificate]) -> Time {
    let roots = all.iter().filter(|one| one.subject == one.issuer);
    let newest = roots.map(|root| root.from).max().expect("a root");
    match one.from < newest {
        true => newest,
        false => one.until,
    }
}

/// The list of an issuer that is in force at a moment.
pub fn in_force(issuer: &str, at: Time) -> Option<String> {
    let mut of = lists().get(issuer)?.iter().rev();
    let list = of.find(|list| list.from <= at && at <= list.until)?;
    Some(list.path.clone())
}
