//! A cluster in memory: a dry run's answers, signatures by the keys that it makes up, and tokens that die with their login.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use base64ct::{Base64, Encoding as _};
use hsm::{Channel, CloudHsm, DryCluster, Error, Habits, Hsm, QuorumValues, Reply, Request, Role, User};
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::ledger::Door;

/// What outlives the console's power.
#[derive(Clone)]
pub struct Cluster {
    holds: Rc<RefCell<DryCluster>>,
    told: Rc<RefCell<Told>>,
}

/// What it was told that it cannot take back: how often each message was signed, and each change made.
#[derive(Clone, Default)]
pub struct Told {
    pub signed: BTreeMap<Vec<u8>, usize>,
    pub changed: BTreeMap<String, usize>,
}

impl Cluster {
    /// One that goes on from here.
    pub fn of(before: &DryCluster) -> Self {
        Self {
            holds: Rc::new(RefCell::new(before.clone())),
            told: Rc::default(),
        }
    }

    /// A new session.
    pub fn open(&self, door: Door, habits: Habits) -> Box<dyn Hsm> {
        let session = Session {
            answers: Box::new(DryCluster::session(&self.holds)),
            told: Rc::clone(&self.told),
            tokens: BTreeSet::new(),
        };
        Box::new(CloudHsm::new(session, door).with_habits(habits))
    }

    pub fn holds(&self) -> DryCluster {
        self.holds.borrow().clone()
    }

    pub fn told(&self) -> Told {
        self.told.borrow().clone()
    }
}

/// A new cluster, as infra leaves it: one admin, and no quorum. Its keys are none of an earlier one's.
pub fn new_cluster(number: u64) -> DryCluster {
    let admin = User {
        name: "admin".into(),
        role_text: Role::Admin.as_str().into(),
        locked: false,
        mfa: false,
        quorum_registered: false,
        coverage: "full".into(),
    };
    let values = QuorumValues {
        user: 1,
        quorum: 1,
        cluster: Some(1),
    };
    DryCluster::new(vec![admin], values).with_references_from(1000 * number)
}

struct Session {
    answers: Box<dyn Channel>,
    told: Rc<RefCell<Told>>,
    /// Those of its login that were not spent.
    tokens: BTreeSet<String>,
}

impl Channel for Session {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        self.spend(request);
        let mut reply = self.answers.exchange(request)?;
        let line = request.line();
        if line.starts_with("crypto sign ecdsa ") {
            reply.text = self.sign(&line);
        }
        self.count(&line);
        self.tokens
            .extend(reply.files.iter().filter_map(|file| token(&file.bytes)));
        Ok(reply)
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.spend(request);
        self.count(&request.line());
        self.answers.begin(request)
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.answers.finish(rest)
    }

    fn close(&mut self) {
        self.tokens.clear();
        self.answers.close();
    }
}

impl Session {
    /// A token is good once, in the login that minted it.
    fn spend(&mut self, request: &Request) {
        let approvals = request.inputs().iter().filter(|file| file.name == "approval.json");
        for token in approvals.filter_map(|file| token(&file.bytes)) {
            assert!(self.tokens.remove(&token), "a token that is dead: {}", request.shown());
        }
    }

    fn sign(&mut self, line: &str) -> String {
        let message = Base64::decode_vec(option(line, "--data")).expect("base64");
        let reference = option(line, "--key-filter").trim_start_matches("key-reference=");
        let signature: Signature = key(reference).sign(&message);
        *self.told.borrow_mut().signed.entry(message).or_default() += 1;
        let signature = Base64::encode_string(&signature.to_bytes());
        json!({ "error_code": 0, "data": { "key-reference": reference, "signature": signature } }).to_string()
    }

    fn count(&mut self, line: &str) {
        if line == "logout" {
            self.tokens.clear();
        }
        if CHANGES.iter().any(|words| line.starts_with(words)) {
            *self.told.borrow_mut().changed.entry(line.to_owned()).or_default() += 1;
        }
    }
}

fn token(file: &[u8]) -> Option<String> {
    let file: Value = serde_json::from_slice(file).ok()?;
    Some(file.get("token")?.as_str()?.to_owned())
}

/// The key that a dry run's public key belongs to: its scalar is one more than its reference.
fn key(reference: &str) -> SigningKey {
    let number = u64::from_str_radix(reference.trim_start_matches("0x"), 16).expect("a reference");
    let mut scalar = [0; 48];
    scalar[40..].copy_from_slice(&(number + 1).to_be_bytes());
    SigningKey::from_slice(&scalar).expect("a scalar")
}

fn option<'a>(line: &'a str, name: &str) -> &'a str {
    let mut words = line.split(' ').skip_while(|word| *word != name);
    words.nth(1).expect("an option's value")
}

/// Commands after which something is other than before.
const CHANGES: [&str; 8] = [
    "user create ",
    "user delete ",
    "user change-mfa ",
    "user change-password ",
    "key generate-asymmetric-pair ",
    "key share ",
    "key unshare ",
    "quorum token-sign set-quorum-value ",
];
