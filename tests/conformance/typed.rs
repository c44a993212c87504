//! Steps as operations of the trait `hsm::Hsm`, over whichever driver; results are told in the CLI's words.

#[path = "typed/around.rs"]
mod around;
#[path = "typed/cluster.rs"]
mod cluster;
#[path = "typed/keys.rs"]
mod keys;
#[path = "typed/quorum.rs"]
mod quorum;
#[path = "typed/signatures.rs"]
mod signatures;
#[path = "typed/users.rs"]
mod users;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hsm::{Approval, Approved, Error, Hsm, KeyInfo, KeyPair, Role, Token};
use serde_json::Value;

use super::deed::{Do, Form};
use super::people;
use super::place::{Came, Player, role};
use super::scenario::Step;
use super::told::error_name;

/// Opens another connection.
pub type Open = Box<dyn FnMut() -> Box<dyn Hsm>>;

/// Gives an order to the stand-in.
type Order = Box<dyn FnMut(&[String])>;

/// Operations on one HSM.
pub struct Typed {
    open: Open,
    folder: PathBuf,
    order: Order,
    hsms: BTreeMap<String, Box<dyn Hsm>>,
    keys: BTreeMap<String, KeyPair>,
    tokens: BTreeMap<String, (Token, Vec<Approval>)>,
    signed: BTreeMap<String, (String, [u8; 96])>,
}

impl Typed {
    /// `open` makes a connection for each login, `order` gives orders to the stand-in.
    pub fn new(open: Open, folder: &Path, order: impl FnMut(&[String]) + 'static) -> Self {
        Self {
            open,
            folder: folder.to_owned(),
            order: Box::new(order),
            hsms: BTreeMap::new(),
            keys: BTreeMap::new(),
            tokens: BTreeMap::new(),
            signed: BTreeMap::new(),
        }
    }

    fn carry_out(&mut self, step: &Step) -> Result<Value, Error> {
        match &step.deed {
            Do::Cluster(deed) => self.cluster(step, deed),
            Do::User(deed) => self.user(step, deed),
            Do::Key(deed) => self.key(step, deed),
            Do::Signature(deed) => self.signature(step, deed),
            Do::Quorum(deed) => self.quorum(step, deed),
            Do::Around(deed) => self.around(step, deed),
        }
    }

    fn hsm(&mut self, step: &Step) -> &mut dyn Hsm {
        let (hsms, open) = (&mut self.hsms, &mut self.open);
        hsms.entry(step.place.clone()).or_insert_with(open).as_mut()
    }

    fn pair(&self, key: &str) -> KeyPair {
        self.keys
            .get(key)
            .cloned()
            .unwrap_or_else(|| panic!("no key {key} was made"))
    }

    fn private(&self, key: &str) -> KeyInfo {
        self.pair(key).private
    }

    /// The token with the approvals that it has by now.
    fn approved(&self, token: Option<&String>) -> Result<Option<Approved>, Error> {
        let Some(name) = token else { return Ok(None) };
        let (token, approvals) = self
            .tokens
            .get(name)
            .unwrap_or_else(|| panic!("no token {name} was minted"));
        Approved::new(token.clone(), approvals.clone()).map(Some)
    }

    fn sign_all(&self, digests: &[[u8; 32]], key: &str, form: Form) -> Vec<Vec<u8>> {
        let beside = self.folder.join("entry");
        digests
            .iter()
            .map(|digest| people::sign(digest, key, form, &beside))
            .collect()
    }
}

impl Player for Typed {
    fn play(&mut self, step: &Step) -> Came {
        match self.carry_out(step) {
            Ok(told) => Came::Yes(told),
            Err(error) if error.outcome_unknown() => {
                // As the trait says: the session is of no more use.
                let _ = self.hsm(step).logout();
                Came::Lost(format!("{error}"))
            }
            Err(error) => Came::No(error_name(&error)),
        }
    }
}

fn nothing((): ()) -> Value {
    Value::Null
}

fn typed_role(user: &str) -> Role {
    Role::parse(role(user)).expect("a role")
}
