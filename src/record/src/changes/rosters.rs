//! Two rosters compared: who comes, who goes, and whose keys, users, terms or affiliations are others.

use crate::{Bytes, Member, Roster};

/// What differs, member by member.
#[must_use]
pub fn rosters(before: &Roster, after: &Roster) -> Vec<String> {
    let mut lines = Vec::new();
    for old in &before.members {
        match after.member(&old.id) {
            Err(_) => lines.push(format!("{} goes", old.id)),
            Ok(new) => lines.extend(changed((old, before), (new, after))),
        }
    }
    let new = after.members.iter().filter(|new| before.member(&new.id).is_err());
    lines.extend(new.map(|new| format!("{} comes, in office from {} until {}", new.id, new.from, new.until)));
    if before.appointment != after.appointment {
        lines.push(format!(
            "appointed by: {}, then {}",
            before.appointment, after.appointment
        ));
    }
    lines
}

fn changed((old, before): (&Member, &Roster), (new, after): (&Member, &Roster)) -> Option<String> {
    let mut what = Vec::new();
    if old.approval_key != new.approval_key {
        what.push("another approval key".to_owned());
    }
    if old.admin_key != new.admin_key {
        what.push("another admin key".into());
    }
    if old.ssh_key != new.ssh_key {
        what.push("another SSH key".into());
    }
    let users = |member: &Member| format!("{} and {}", member.approver, member.admin);
    let term = |member: &Member| format!("from {} until {}", member.from, member.until);
    let both = [
        ("users in the HSM", users(old), users(new)),
        ("in office", term(old), term(new)),
        (
            "of the members who stay, shares an affiliation with",
            sharing(old, before, after, &affiliations),
            sharing(new, after, before, &affiliations),
        ),
        (
            "of the members who stay, shares a country with",
            sharing(old, before, after, &countries),
            sharing(new, after, before, &countries),
        ),
    ];
    let differ = both.into_iter().filter(|(_, old, new)| old != new);
    what.extend(differ.map(|(word, old, new)| format!("{word}: {old}, then {new}")));
    (!what.is_empty()).then(|| format!("{}: {}", old.id, what.join("; ")))
}

/// With whom, of those who are in the other roster too. Each roster has salts of its own: labels say who shares something
/// within one roster, and differ between two whatever they stand for.
fn sharing(member: &Member, own: &Roster, other: &Roster, labels: &dyn Fn(&Member) -> Vec<Bytes>) -> String {
    let mine = labels(member);
    let shares = |one: &&Member| {
        let stays = other.member(&one.id).is_ok();
        one.id != member.id && stays && labels(one).iter().any(|label| mine.contains(label))
    };
    let with: Vec<&str> = own.members.iter().filter(shares).map(|one| one.id.as_str()).collect();
    match with.is_empty() {
        true => "nobody".into(),
        false => with.join(", "),
    }
}

fn affiliations(member: &Member) -> Vec<Bytes> {
    member.affiliations.clone()
}

fn countries(member: &Member) -> Vec<Bytes> {
    [std::slice::from_ref(&member.residence), &member.citizenships[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;

    fn member(id: &str, country: &[u8]) -> Member {
        Member {
            id: id.into(),
            from: Time(0),
            until: Time(86_400),
            approver: id.replace('-', "_"),
            admin: format!("admin_{}", id.replace('-', "_")),
            approval_key: id.as_bytes().into(),
            admin_key: id.as_bytes().into(),
            ssh_key: id.into(),
            affiliations: vec![id.as_bytes().into()],
            residence: country.into(),
            citizenships: Vec::new(),
        }
    }

    fn roster(number: u32, members: Vec<Member>) -> Roster {
        Roster {
            number,
            previous: None,
            appointment: "a decision".into(),
            members,
        }
    }

    #[test]
    fn says_of_each_member_what_was_and_what_is() {
        let before = roster(
            1,
            vec![
                member("a", b"x"),
                member("b", b"x"),
                member("c", b"y"),
                member("d", b"y"),
            ],
        );
        // Other salts, and b has moved to where c lives.
        let mut after = roster(
            2,
            vec![
                member("a", b"p"),
                member("b", b"q"),
                member("c", b"q"),
                member("e", b"q"),
            ],
        );
        after.members[0].ssh_key = "another".into();
        after.members[2].until = Time(2 * 86_400);
        after.members[2].approver = "c_2".into();
        assert_eq!(
            rosters(&before, &after),
            [
                "a: another SSH key; of the members who stay, shares a country with: b, then nobody",
                "b: of the members who stay, shares a country with: a, then c",
                "c: users in the HSM: c and admin_c, then c_2 and admin_c; in office: from 1970-01-01T00:00:00Z until \
                 1970-01-02T00:00:00Z, then from 1970-01-01T00:00:00Z until 1970-01-03T00:00:00Z; of the members who stay, \
                 shares a country with: nobody, then b",
                "d goes",
                "e comes, in office from 1970-01-01T00:00:00Z until 1970-01-02T00:00:00Z",
            ]
        );
        assert!(rosters(&before, &before).is_empty());
    }
}
