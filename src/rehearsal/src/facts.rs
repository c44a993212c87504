//! What infra knows of the members: terms, employers, countries. Private; a roster has salted labels of it.

use record::Time;
use serde::Deserialize;

use crate::error::Error;
use crate::files;
use crate::needs::RosterChange;
use crate::places::Places;
use crate::secrets;

/// The facts of one roster.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    rehearsal: bool,
    /// The roster's number.
    pub number: u32,
    appointment: String,
    salt: String,
    /// The members, in the order in which they came.
    pub member: Vec<Member>,
}

/// The facts of one member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who it is.
    pub id: String,
    from: String,
    until: String,
    affiliations: Vec<String>,
    residence: String,
    citizenships: Vec<String>,
}

impl Facts {
    /// Those of the first members.
    pub fn first(ids: &[&str], now: Time) -> Result<Self, Error> {
        let member = ids.iter().map(|id| Member::new(id, Time(now.0.saturating_sub(DAY))));
        Ok(Self {
            rehearsal: true,
            number: 1,
            appointment: "A rehearsal's roster: nobody is appointed".into(),
            salt: salt()?,
            member: member.collect(),
        })
    }

    /// Those of roster `number`, as they were kept.
    pub fn read(places: &Places, number: u32) -> Result<Self, Error> {
        let path = places.facts(number);
        let text = String::from_utf8(files::read(&path)?).unwrap_or_default();
        toml::from_str(&text).map_err(|error| Error::Memory {
            path,
            what: error.message().to_owned(),
        })
    }

    /// Keeps them, in place of what a stopped stage left.
    pub fn keep(&self, places: &Places) -> Result<(), Error> {
        let path = places.facts(self.number);
        files::clear(&path)?;
        files::write_new(&path, self.text().as_bytes(), true)
    }

    /// Those of the next roster.
    pub fn after(&self, change: &RosterChange, now: Time) -> Result<Self, Error> {
        let mut next = self.clone();
        next.number += 1;
        next.member.retain(|member| !change.leave.contains(&member.id));
        let from = Time(now.0.saturating_sub(DAY));
        if change.renew {
            next.member.iter_mut().for_each(|member| member.renew(from));
        }
        next.member.extend(change.join.iter().map(|id| Member::new(id, from)));
        // Equal salts where nobody comes or goes: a replacement of keys changes the keys alone.
        if change.rekey.is_empty() {
            next.appointment.clone_from(&change.appointment);
            next.salt = salt()?;
        }
        Ok(next)
    }

    /// Who is in office, by id.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.member.iter().map(|member| member.id.clone()).collect();
        ids.sort();
        ids
    }

    /// As infra writes it.
    fn text(&self) -> String {
        let mut text = format!(
            "# What infra knows of the members. Only salted labels of it are published.\n\
             rehearsal = {}\nnumber = {}\nappointment = \"{}\"\nsalt = \"{}\"\n",
            self.rehearsal, self.number, self.appointment, self.salt
        );
        for member in &self.member {
            text += &format!(
                "\n[[member]]\nid = \"{}\"\nfrom = \"{}\"\nuntil = \"{}\"\n\
                 affiliations = {:?}\nresidence = \"{}\"\ncitizenships = {:?}\n",
                member.id, member.from, member.until, member.affiliations, member.residence, member.citizenships
            );
        }
        text
    }
}

impl Member {
    /// Invented, and such that the M-2 rule holds for any nine in a row: no label has more than three of them.
    fn new(id: &str, from: Time) -> Self {
        let n: u32 = id.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(1) - 1;
        let affiliation = ["a", "b", "c", "d", "e"][n as usize % 5];
        let country = format!("country-{}", n % 4 + 1);
        let mut member = Self {
            id: id.to_owned(),
            from: String::new(),
            until: String::new(),
            affiliations: vec![format!("affiliation-{affiliation}")],
            residence: country.clone(),
            citizenships: vec![country],
        };
        member.renew(from);
        member
    }

    fn renew(&mut self, from: Time) {
        self.from = from.to_string();
        self.until = from.plus(3 * 365 * DAY).to_string();
    }
}

/// 32 random octets, one salt a roster: nobody can try out countries against labels.
fn salt() -> Result<String, Error> {
    let mut salt = [0; 32];
    secrets::random(&mut salt)?;
    Ok(record::digest::hex(&salt))
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 3] = ["member-1", "member-2", "member-3"];
    const NOW: Time = Time(1_800_000_000);

    #[test]
    fn what_is_written_is_what_is_read() {
        let facts = Facts::first(&IDS, NOW).expect("random");
        assert_eq!(toml::from_str::<Facts>(&facts.text()).expect("reads"), facts);
    }

    #[test]
    fn those_who_leave_are_gone_and_those_who_join_are_there() {
        let change = RosterChange {
            leave: vec!["member-1".into()],
            join: vec!["member-10".into()],
            ..RosterChange::default()
        };
        let first = Facts::first(&IDS, NOW).expect("random");
        let next = first.after(&change, NOW).expect("random");
        assert_eq!(next.ids(), ["member-10", "member-2", "member-3"]);
        assert_eq!(next.number, 2);
        assert_ne!(next.salt, first.salt);
    }

    #[test]
    fn new_keys_change_nothing_but_the_number() {
        let change = RosterChange {
            rekey: vec!["member-2".into()],
            ..RosterChange::default()
        };
        let first = Facts::first(&IDS, NOW).expect("random");
        let next = first.after(&change, NOW).expect("random");
        assert_eq!(Facts { number: 1, ..next }, first);
    }
}
