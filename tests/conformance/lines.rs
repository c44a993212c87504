//! Steps as lines typed into the stand-in, as its manual has them; the answers' forms are the contract's.

#[path = "lines/around.rs"]
mod around;
#[path = "lines/cluster.rs"]
mod cluster;
#[path = "lines/files.rs"]
mod files;
#[path = "lines/forms.rs"]
mod forms;
#[path = "lines/keys.rs"]
mod keys;
#[path = "lines/quorum.rs"]
mod quorum;
#[path = "lines/signatures.rs"]
mod signatures;
#[path = "lines/users.rs"]
mod users;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::deed::{Do, KeyDeed};
use super::place::{Came, Place, Player, role};
use super::scenario::Step;
use super::shape;
use super::talk::Talk;

/// Lines into one cluster.
pub struct Lines {
    place: Place,
    talks: BTreeMap<String, Talk>,
    /// Key pairs by their label, as they were answered when made.
    keys: BTreeMap<String, Value>,
    /// The last signature of each key, and what was signed.
    signed: BTreeMap<String, (String, String)>,
}

impl Lines {
    /// Nobody has typed anything.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            talks: BTreeMap::new(),
            keys: BTreeMap::new(),
            signed: BTreeMap::new(),
        }
    }

    fn say(&mut self, step: &Step, line: &str) -> Came {
        self.talk(step).say(line)
    }

    fn talk(&mut self, step: &Step) -> &mut Talk {
        let (talks, place) = (&mut self.talks, &self.place);
        talks.entry(step.place.clone()).or_insert_with(|| Talk::begin(place))
    }

    fn reference(&self, key: &str, half: &str) -> String {
        let pair = self.keys.get(key).unwrap_or_else(|| panic!("no key {key} was made"));
        pair[half]["key-reference"].as_str().expect("a reference").to_owned()
    }

    fn filter(&self, key: &str) -> String {
        format!("key-reference={}", self.reference(key, "private_key"))
    }

    fn token(&self, name: &str) -> PathBuf {
        self.place.path(&format!("{name}.json"))
    }

    fn approval(&self, token: Option<&str>) -> String {
        token.map_or(String::new(), |token| {
            format!(" --approval {}", self.token(token).display())
        })
    }
}

impl Player for Lines {
    fn play(&mut self, step: &Step) -> Came {
        match &step.deed {
            Do::Cluster(deed) => self.cluster(step, deed),
            Do::User(deed) => self.user(step, deed),
            Do::Key(deed) => self.key(step, deed),
            Do::Signature(deed) => self.signature(step, deed),
            Do::Quorum(deed) => self.quorum(step, deed),
            Do::Around(deed) => self.around(step, deed),
        }
    }

    fn check(&mut self, step: &Step, came: &Came) {
        let (Came::Yes(data), Some((command, user))) = (came, forms::form(&step.deed)) else {
            return;
        };
        let known = BTreeMap::from([("user", user.to_owned()), ("role", role(user).to_owned())]);
        match &step.deed {
            Do::Key(KeyDeed::FindKey(_)) => shape::demand(command, &keys::without_token(data), &known),
            _ => shape::demand(command, data, &known),
        }
    }
}

/// The words that name a user.
fn username(user: &str) -> String {
    format!("--username {user} --role {}", role(user))
}
