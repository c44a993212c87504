//! The HSM during an event: met once, then looked at before every operation. What changed meanwhile stops the event.

use hsm::{Node, User};
use record::journal::What;

use super::Event;
use super::progress::Known;
use crate::error::Error;

impl Event {
    /// The HSM as this run finds it: no stand-in where things matter, and enough HSMs.
    pub(super) fn meet_hsm(&mut self) -> Result<(), Error> {
        self.nodes = self.hsm.nodes()?;
        self.refuse_an_imitation(&self.nodes)?;
        let least = usize::from(self.inbound.plan.hsm.nodes_least);
        match self.nodes.len() < least {
            true => Err(Error::HsmState {
                what: format!("the cluster has {} HSMs, and the plan needs {least}", self.nodes.len()),
                hint: "infra adds an HSM to the cluster before the event goes on",
            }),
            false => Ok(()),
        }
    }

    /// No stand-in where things matter.
    pub(super) fn refuse_an_imitation(&self, nodes: &[Node]) -> Result<(), Error> {
        match nodes.iter().find_map(imitation).filter(|_| !self.rehearsal()) {
            None => Ok(()),
            Some(what) => Err(Error::HsmState {
                what: format!("this is {what}, not an HSM"),
                hint: "nothing that matters may be made on it; check the HSM's options and the image",
            }),
        }
    }

    /// Users and HSMs must be those that the roster gives and that the journal has.
    pub(super) fn check_hsm_at_start(&mut self) -> Result<(), Error> {
        // One admin too many, or a quorum value too low, and an approver's key could have been exchanged.
        self.check_users_by_now()?;
        let now = Known {
            nodes: serials(&self.nodes),
            users: self.users()?,
        };
        match &self.progress().hsm {
            None => {}
            Some(known) => {
                same_users(&known.users, &now.users)?;
                if known.nodes == now.nodes {
                    return Ok(());
                }
                self.decide_on_other_hsms(known, &now)?;
            }
        }
        let Known { nodes, users } = now;
        self.write(What::Hsm { nodes, users })
    }

    /// Writes down which HSMs and users there are now, if they are others than before.
    pub(super) fn keep_hsms(&mut self) -> Result<(), Error> {
        let (nodes, users) = (serials(&self.nodes), self.users()?);
        match &self.progress().hsm {
            Some(known) if known.nodes == nodes && known.users == users => Ok(()),
            _ => self.write(What::Hsm { nodes, users }),
        }
    }

    /// An HSM that joined may have other users and policies; one that left may have taken tokens along.
    fn decide_on_other_hsms(&mut self, known: &Known, now: &Known) -> Result<(), Error> {
        let changed = format!(
            "HSMs are not those that the event began with: they were {}, and are {}",
            known.nodes.join(", "),
            now.nodes.join(", ")
        );
        let question = format!(
            "The {changed}. Users and quorum values were compared and are as they must be on all of them; keys are \
             compared before they are used. The event can go on with these HSMs; the record will say so."
        );
        match self.console.decide(&question, &["go on", "stop"])?.as_str() {
            "go on" => Ok(()),
            _ => Err(Error::HsmState {
                what: format!("the {changed}"),
                hint: "go on with `ceremony resume` when the cluster is as it was",
            }),
        }
    }

    /// Before every operation: the cluster and its users must be what they were. An HSM that joins or leaves in between
    /// takes tokens and users along; a user who changes could approve in somebody's name.
    pub(super) fn check_cluster(&mut self) -> Result<(), Error> {
        let now = self.hsm.nodes()?;
        let least = self
            .hsm
            .least_nodes()
            .max(usize::from(self.inbound.plan.hsm.nodes_least));
        hsm::same_cluster(&self.nodes, &now, least)?;
        let users = self.users()?;
        match &self.progress().hsm {
            Some(known) => same_users(&known.users, &users),
            None => Ok(()),
        }
    }

    /// The HSM's users, a line each, sorted.
    pub(super) fn users(&mut self) -> Result<Vec<String>, Error> {
        if !self.inbound.plan.hsm.kind.has_users() {
            return Ok(Vec::new());
        }
        let mut lines: Vec<String> = self.hsm.users()?.iter().map(line).collect();
        lines.sort();
        Ok(lines)
    }
}

/// What only looks like an HSM: the stand-in, and tokens that are software.
pub fn imitation(node: &Node) -> Option<&'static str> {
    let said = format!("{} {}", node.vendor, node.model).to_lowercase();
    let known = [
        ("standin", "the stand-in for rehearsals"),
        ("softhsm", "a token made of software (SoftHSM)"),
        ("kryoptic", "a token made of software (kryoptic)"),
    ];
    known
        .into_iter()
        .find(|(word, _)| said.contains(word))
        .map(|(_, what)| what)
}

/// The HSMs by serial number, sorted.
pub(super) fn serials(nodes: &[Node]) -> Vec<String> {
    let mut serials: Vec<String> = nodes.iter().map(|node| node.serial_number.clone()).collect();
    serials.sort();
    serials
}

/// A user as the journal has it.
pub(super) fn line(user: &User) -> String {
    let has = |flag: bool, word: &str| format!("{}{word}", if flag { "" } else { "no " });
    format!(
        "{} {}: {}, {}, {}, coverage {}",
        user.role_text,
        user.name,
        has(user.quorum_registered, "approval key"),
        has(user.mfa, "second factor"),
        if user.locked { "locked" } else { "not locked" },
        user.coverage
    )
}

pub(super) fn same_users(before: &[String], now: &[String]) -> Result<(), Error> {
    let only = |one: &[String], other: &[String]| {
        let lines: Vec<&str> = one
            .iter()
            .filter(|line| !other.contains(line))
            .map(String::as_str)
            .collect();
        match lines.is_empty() {
            true => "nothing".to_owned(),
            false => lines.join("; "),
        }
    };
    match before == now {
        true => Ok(()),
        false => Err(Error::HsmState {
            what: format!(
                "the HSM's users changed during the event: gone: {}; new: {}",
                only(before, now),
                only(now, before)
            ),
            hint: "stop the event and find out who changed them; no key is used while they differ",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_user_who_changed_as_it_was_and_as_it_is() {
        let before = [
            "crypto-user member_1: not locked".to_owned(),
            "crypto-user member_2: not locked".to_owned(),
        ];
        let now = [
            "crypto-user member_1: not locked".to_owned(),
            "crypto-user member_2: locked".to_owned(),
        ];
        assert!(same_users(&before, &before).is_ok());
        let error = same_users(&before, &now).expect_err("it changed").to_string();
        let wanted = "the HSM's users changed during the event: gone: crypto-user member_2: not locked; new: \
                      crypto-user member_2: locked";
        assert_eq!(error, wanted);
        let error = same_users(&before, &before[..1]).expect_err("one is gone").to_string();
        assert!(
            error.ends_with("gone: crypto-user member_2: not locked; new: nothing"),
            "{error}"
        );
    }

    #[test]
    fn knows_what_only_looks_like_an_hsm() {
        let node = |vendor: &str, model: &str| Node {
            serial_number: "1".into(),
            vendor: vendor.into(),
            model: model.into(),
            firmware_id: String::new(),
            fips_state: String::new(),
        };
        assert!(imitation(&node("cloudhsm-standin", "for rehearsals")).is_some());
        assert!(imitation(&node("SoftHSM project", "SoftHSM v2")).is_some());
        assert_eq!(
            imitation(&node("Marvell Semiconductors, Inc.", "NITROX-III CNN35XX-NFBE")),
            None
        );
    }
}
