//! A cluster in memory: a dry run's answers, and signatures by the keys that it makes up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use base64ct::{Base64, Encoding as _};
use hsm::{Channel, DryHsm, Error, Reply, Request};
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};
use record::plan::Inbound;
use serde_json::json;

use super::super::dry_run::{expected, standing_keys};

/// What outlives the console's power.
pub struct Cluster {
    answers: Box<dyn Channel>,
    /// How often each message was signed.
    pub signed: BTreeMap<Vec<u8>, usize>,
}

impl Cluster {
    /// One on which an event can be held.
    pub fn of(inbound: &Inbound) -> Rc<RefCell<Self>> {
        let (users, values) = expected(inbound);
        let keys = standing_keys(inbound).expect("the standing keys read");
        Rc::new(RefCell::new(Self {
            answers: Box::new(DryHsm::channel(users, values, &keys)),
            signed: BTreeMap::new(),
        }))
    }
}

impl Channel for Cluster {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        let mut reply = self.answers.exchange(request)?;
        let line = request.line();
        if line.starts_with("crypto sign ecdsa ") {
            let message = Base64::decode_vec(option(&line, "--data")).expect("base64");
            let reference = option(&line, "--key-filter").trim_start_matches("key-reference=");
            let signature: Signature = key(reference).sign(&message);
            *self.signed.entry(message).or_default() += 1;
            let signature = Base64::encode_string(&signature.to_bytes());
            let data = json!({ "key-reference": reference, "signature": signature });
            reply.text = json!({ "error_code": 0, "data": data }).to_string();
        }
        Ok(reply)
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.answers.begin(request)
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.answers.finish(rest)
    }

    fn close(&mut self) {
        self.answers.close();
    }
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
