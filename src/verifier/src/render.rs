//! Derived files: what they contain follows from others, byte for byte.

use record::Roster;

/// `allowed_signers` of a roster, as `ssh-keygen -Y verify` reads it: each member by id, with the dates of their term.
#[must_use]
pub fn allowed_signers(roster: &Roster) -> String {
    roster.members.iter().map(line).collect()
}

fn line(member: &record::Member) -> String {
    let (from, until) = (moment(member.from), moment(member.until));
    format!(
        "{} namespaces=\"*@pki.rust-lang.org\",valid-after=\"{from}\",valid-before=\"{until}\" {}\n",
        member.id, member.ssh_key
    )
}

/// `20261122000000Z`: digits only, in UTC.
fn moment(time: record::Time) -> String {
    let digits: String = time.to_string().chars().filter(char::is_ascii_digit).collect();
    format!("{digits}Z")
}
