//! The end: keys, then the admins' quorum, then users, as far as the HSM lets us.

use serde_json::Value;

use super::Probe;
use super::asked::set_quorum_value;
use super::people::{ADMINS, AUDITED, FIRST, OWNER, named};
use super::said::{Line, one_line};
use super::trouble::{Stop, Trouble};

impl Probe<'_> {
    /// Takes away what was made, and says what stays, and why.
    pub fn clean(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        for owner in [OWNER, AUDITED] {
            if let Err(why) = self.delete_keys(owner, &mut left) {
                left.push(format!("keys of {owner}: {}", reason(why)));
            }
        }
        let lowered = !self.raised || self.lower(&mut left);
        self.delete_users(lowered, &mut left);
        left
    }

    /// Those that this user owns; the public keys of others are listed too.
    fn delete_keys(&mut self, owner: &str, left: &mut Vec<String>) -> Result<(), Stop> {
        if !self.people.iter().any(|person| person.name == owner) {
            return Ok(());
        }
        let mut session = self.login(owner)?;
        let heard = self.must(&mut session, &Line::new("key list --verbose --max-items 100"))?;
        let keys = heard
            .yes()
            .and_then(|data| data["matched_keys"].as_array().cloned())
            .unwrap_or_default();
        let is_owners = |key: &Value| key["key-info"]["key-owners"][0]["username"] == owner;
        for key in keys.into_iter().filter(is_owners) {
            let Some(reference) = key["key-reference"].as_str().filter(|text| text.starts_with("0x")) else {
                continue;
            };
            let filter = format!("--filter key-reference={}", one_line(reference));
            if key["attributes"]["destroyable"] == false {
                let line = format!("key set-attribute {filter} --name destroyable --value true");
                session.ask(&Line::new(line))?;
            }
            let gone = session.ask(&Line::new(format!("key delete {filter}")))?;
            if gone.yes().is_none() {
                let label = one_line(key["attributes"]["label"].as_str().unwrap_or("without a label"));
                left.push(format!("the key {label}: {}", gone.outcome()));
            }
        }
        session.quit();
        Ok(())
    }

    /// The documents give values from 2 to 8, so the way back to 1 may be closed.
    fn lower(&mut self, left: &mut Vec<String>) -> bool {
        for service in ["user", "quorum"] {
            if self.quorum_value(service).is_ok_and(|value| value == 1) {
                continue;
            }
            let why = match set_quorum_value(self, service, 1) {
                Ok(heard) if heard.yes().is_some() => continue,
                Ok(heard) => heard.outcome(),
                Err(why) => reason(why),
            };
            left.push(format!(
                "the quorum value 2 of {service}, and the admins who approve: {why}"
            ));
            return false;
        }
        true
    }

    /// Those who approve go last, or stay where two must approve.
    fn delete_users(&mut self, lowered: bool, left: &mut Vec<String>) {
        let mut names: Vec<String> = self.people.iter().map(|person| person.name.clone()).collect();
        names.retain(|name| name != FIRST && (lowered || !ADMINS.contains(&name.as_str())));
        names.sort_by_key(|name| ADMINS.contains(&name.as_str()));
        for name in names {
            match self.as_admin(&Line::new(format!("user delete {}", named(&name)))) {
                Ok(heard) if heard.yes().is_some() => {}
                Ok(heard) => left.push(format!("the user {name}: {}", heard.outcome())),
                Err(why) => left.push(format!("the user {name}: {}", reason(why))),
            }
        }
    }
}

fn reason(stop: Stop) -> String {
    match stop {
        Stop::Question(trouble) => trouble.to_string(),
        Stop::Probe(error) => Trouble::Refused {
            evidence: error.to_string(),
        }
        .to_string(),
    }
}
