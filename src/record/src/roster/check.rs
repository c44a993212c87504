//! What a roster must be: numbered, with names and keys of its members' own, terms, and no country or company too many.

use std::collections::BTreeMap;

use super::{Member, Roster, invalid};
use crate::{Bytes, Error, Policy, text};

impl Roster {
    /// Checks the roster against the policy: number, keys, terms, and the M-2 rule.
    ///
    /// # Errors
    /// What falls short, with names and numbers.
    pub fn check(&self, policy: &Policy) -> Result<(), Error> {
        if self.members.len() != usize::from(policy.quorum.members) {
            let found = self.members.len();
            return Err(invalid(format!(
                "{found} members, but the policy says {}",
                policy.quorum.members
            )));
        }
        if self.number == 0 || (self.number == 1) != self.previous.is_none() {
            return Err(invalid(format!("roster {} names its predecessor wrongly", self.number)));
        }
        self.check_names()?;
        self.check_keys()?;
        self.check_terms(policy)?;
        self.check_labels(policy.quorum.threshold)
    }

    fn check_names(&self) -> Result<(), Error> {
        for member in &self.members {
            if !text::is_name(&member.id) {
                return Err(invalid(format!(
                    "'{}' is not a name for a member",
                    text::plain(&member.id, 63)
                )));
            }
            member.check_users()?;
        }
        let ordered = self.members.windows(2).all(|pair| pair[0].id < pair[1].id);
        let mut users: Vec<_> = self.members.iter().flat_map(|m| [&m.approver, &m.admin]).collect();
        users.sort();
        users.dedup();
        match ordered && users.len() == 2 * self.members.len() {
            true => Ok(()),
            false => Err(invalid(
                "members are not in the order of their ids, or share an HSM user".into(),
            )),
        }
    }

    /// No two keys are the same: not between members, and not a member's own two (one RSA key would be an oracle).
    fn check_keys(&self) -> Result<(), Error> {
        let mut seen = BTreeMap::new();
        for member in &self.members {
            let ssh = Bytes(member.ssh_key()?.line().as_bytes().to_vec());
            if ssh.0 != member.ssh_key.as_bytes() {
                return Err(invalid(format!(
                    "the SSH key of {} is not in its plain form",
                    member.id
                )));
            }
            member.approval_key()?;
            member.admin_key()?;
            for key in [&member.approval_key, &member.admin_key, &ssh] {
                if let Some(other) = seen.insert(key.clone(), &member.id) {
                    return Err(invalid(format!("{} uses a key that {other} uses", member.id)));
                }
            }
        }
        Ok(())
    }

    fn check_terms(&self, policy: &Policy) -> Result<(), Error> {
        let year = 365 * 86_400;
        let least = u64::from(policy.quorum.term_years_least) * year;
        let most = u64::from(policy.quorum.term_years_most) * (year + 86_400);
        for member in &self.members {
            let term = member.until.0.saturating_sub(member.from.0);
            if !(least..=most).contains(&term) {
                return Err(invalid(format!(
                    "the term of {} is {} days, not two to three years",
                    member.id,
                    term / 86_400
                )));
            }
        }
        Ok(())
    }

    /// RFC 3579, Quorum Threat Mitigations: no more than M-2 of one company or institution, or of one country,
    /// be it by residence or by citizenship.
    fn check_labels(&self, threshold: u8) -> Result<(), Error> {
        let most = usize::from(threshold.saturating_sub(2));
        let affiliations = self
            .members
            .iter()
            .map(|m| (m, m.affiliations.iter().collect::<Vec<_>>()));
        let countries = self
            .members
            .iter()
            .map(|m| (m, m.citizenships.iter().chain([&m.residence]).collect::<Vec<_>>()));
        check_counts("affiliation", affiliations, most)?;
        check_counts("country", countries, most)
    }
}

impl Member {
    /// Whether the HSM takes the names of both of the member's users: judged with the roster, because a cluster on which
    /// the first of them was refused would be lost.
    ///
    /// # Errors
    /// A name that is too long, has another character, or is that of a user whom every HSM has.
    pub fn check_users(&self) -> Result<(), Error> {
        for name in [&self.approver, &self.admin] {
            let shown = text::plain(name, 63);
            if !is_user_name(name) {
                return Err(invalid(format!(
                    "'{shown}' of {} is not a name for a user of the HSM: 1 to 31 of a-z, 0-9 and _",
                    self.id
                )));
            }
            if OF_THE_HSM.contains(&name.as_str()) {
                return Err(invalid(format!(
                    "'{shown}' of {} is a user whom every HSM has",
                    self.id
                )));
            }
        }
        Ok(())
    }
}

/// The HSM's user with which the member of that id approves. `_` stands for `-`: it is CloudHSM's only special character.
#[must_use]
pub fn approver_of(id: &str) -> String {
    id.replace('-', "_")
}

/// The HSM's admin who is the member of that id.
#[must_use]
pub fn admin_of(id: &str) -> String {
    format!("admin_{}", approver_of(id))
}

/// Whether a member can have this id: their users on the HSM are named after it.
#[must_use]
pub fn is_member_id(id: &str) -> bool {
    text::is_name(id) && is_user_name(&admin_of(id))
}

/// Whether this is a name for a user of CloudHSM: at most 31 characters, `_` the only special one; lower case, as the HSM
/// shows it.
#[must_use]
pub fn is_user_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=31).contains(&name.len()) && name.bytes().all(good)
}

fn check_counts<'a>(
    what: &str,
    members: impl Iterator<Item = (&'a Member, Vec<&'a Bytes>)>,
    most: usize,
) -> Result<(), Error> {
    let mut sharing: BTreeMap<&Bytes, Vec<&str>> = BTreeMap::new();
    for (member, labels) in members {
        if labels.is_empty() || labels.iter().any(|label| label.len() != 8) {
            return Err(invalid(format!("{} has no {what} label of 8 octets", member.id)));
        }
        for label in labels {
            let ids = sharing.entry(label).or_default();
            if !ids.contains(&member.id.as_str()) {
                ids.push(&member.id);
            }
        }
    }
    match sharing.values().find(|ids| ids.len() > most) {
        Some(ids) => Err(invalid(format!(
            "{} members share one {what} ({}); at most {most} (M-2) may",
            ids.len(),
            ids.join(", ")
        ))),
        None => Ok(()),
    }
}

/// The first user, who is deleted, and the HSM's own.
pub(crate) const OF_THE_HSM: [&str; 2] = ["admin", "app_user"];
