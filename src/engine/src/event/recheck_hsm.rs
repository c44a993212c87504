//! A journal that is taken up again holds the HSM's own answers: what it says of HSMs, users and judgements must follow
//! from them.

use hsm::{CloudHsm, Exchange, Hsm as _, Node, Recorded, Reply, Unobserved, User};
use record::facts::HsmCheck;
use record::journal::{Entry, What};

use super::Event;
use super::cluster::{line, serials};
use crate::error::Error;

impl Event {
    /// The HSMs and users of the journal are in answers that it has from before, and no key is written down before
    /// they are and the HSM was found good.
    pub(super) fn recheck_what_the_hsm_said(&self) -> Result<(), Error> {
        let mut heard = Heard {
            has_users: self.inbound.plan.hsm.kind.has_users(),
            ..Heard::default()
        };
        for entry in self.ledger.borrow().entries() {
            heard.hear(entry).map_err(|what| Error::Disk {
                what: format!("the journal's entry {} is not what it says it is: {what}", entry.number),
                hint: "bring back the event's own disk",
            })?;
        }
        Ok(())
    }
}

/// What the journal has from the HSM so far.
#[derive(Default)]
struct Heard {
    has_users: bool,
    nodes: Vec<Vec<String>>,
    users: Vec<Vec<String>>,
    met: bool,
    good: bool,
}

impl Heard {
    fn hear(&mut self, entry: &Entry) -> Result<(), String> {
        match &entry.what {
            What::Answer { command, answer, .. } if asks_for_nodes(command) => self.nodes.extend(nodes_in(answer)),
            What::Answer { command, answer, .. } if command == USER_LIST => self.users.extend(users_in(answer)),
            What::Hsm { nodes, users } => {
                if !self.nodes.contains(nodes) {
                    return Err("no answer before it names these HSMs".into());
                }
                if self.has_users && !self.users.contains(users) {
                    return Err("no answer before it names these users".into());
                }
                self.met = true;
            }
            What::Users { users } if !self.users.contains(users) => {
                return Err("no answer before it names these users".into());
            }
            What::Checked { of, findings } if of == HsmCheck::Begin.fact() => self.good = findings.is_empty(),
            What::Key { .. } if !self.met || !self.good => {
                return Err("a key was made, and nothing says that the HSM was good".into());
            }
            _ => {}
        }
        Ok(())
    }
}

fn asks_for_nodes(command: &str) -> bool {
    command == HSM_INFO || command.starts_with("pkcs11 token-info ")
}

/// A token's answer has the same form.
fn nodes_in(answer: &str) -> Option<Vec<String>> {
    let nodes: Vec<Node> = replay(HSM_INFO, answer).nodes().ok()?;
    Some(serials(&nodes))
}

fn users_in(answer: &str) -> Option<Vec<String>> {
    let users: Vec<User> = replay(USER_LIST, answer).users().ok()?;
    let mut lines: Vec<String> = users.iter().map(line).collect();
    lines.sort();
    Some(lines)
}

/// An HSM that has this one answer.
fn replay(command: &str, answer: &str) -> CloudHsm {
    let reply = Reply {
        text: answer.to_owned(),
        files: Vec::new(),
    };
    let exchange = Exchange {
        shown: command.to_owned(),
        reply: Ok(reply),
    };
    CloudHsm::new(Recorded::new([exchange]), Unobserved)
}

const HSM_INFO: &str = "cluster hsm-info";
const USER_LIST: &str = "user list";
