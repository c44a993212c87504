//! The token of a dry run: every call is shown, no module is loaded, and the answers are made up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::Call;
use crate::{Algorithm, KeySpec, StandingKey, dry::made_up, wire};

/// A token that is not there.
pub(super) struct Pretend {
    show: Box<dyn FnMut(&str)>,
    /// Both halves of each key that was asked for.
    keys: Vec<Value>,
    /// The public halves that are not made up, by reference.
    standing: BTreeMap<String, Vec<u8>>,
}

impl Pretend {
    pub(super) fn new(show: impl FnMut(&str) + 'static) -> Pretend {
        Pretend {
            show: Box::new(show),
            keys: Vec::new(),
            standing: BTreeMap::new(),
        }
    }

    /// A key that is there from before.
    pub(super) fn has(&mut self, key: &StandingKey) {
        for half in made_up::standing(self.keys.len() as u64, key).map(owned_by_nobody) {
            let reference = half["key-reference"].as_str().unwrap_or_default().to_owned();
            self.standing.insert(reference, key.spki.clone());
            self.keys.push(half);
        }
    }

    pub(super) fn carry(&mut self, shown: &str, call: &Call<'_>) -> Value {
        (self.show)(shown);
        match call {
            Call::Info => json!({ "hsms": [made_up::node(1)] }),
            Call::Login { user, .. } => json!({ "username": user, "role": "crypto-user" }),
            Call::Keys => json!({ "matched_keys": self.keys }),
            Call::Generate(spec) => self.make(spec),
            Call::PublicKey(key) => {
                let ed25519 = key.attributes.curve.as_deref() == Some(Algorithm::Ed25519.curve());
                let der = match self.standing.get(&key.reference) {
                    Some(spki) => spki.clone(),
                    None if ed25519 => made_up::ed25519_der(&key.attributes.ec_point),
                    None => made_up::public_key_der(&key.reference),
                };
                json!({ "public-key-info": wire::base64(&der) })
            }
            Call::Sign { key, .. } => json!({ "key-reference": key.reference, "signature": made_up::signature() }),
            Call::SignEd25519 { key, .. } => {
                json!({ "key-reference": key.reference, "signature": wire::base64(&[0; 64]) })
            }
            Call::Verify { .. } => json!({ "verified": true }),
            Call::Logout | Call::Mint { .. } | Call::Set { .. } | Call::Destroy(_) => Value::Null,
        }
    }

    fn make(&mut self, spec: &KeySpec) -> Value {
        let number = self.keys.len() as u64;
        let private = made_up::private_key(number, &spec.label, "", "", &[], json!({}));
        let public = made_up::public_key(number, &spec.public_label, "", "");
        let halves = [private, public].map(|mut half| {
            if spec.algorithm == Algorithm::Ed25519 {
                half["attributes"]["curve"] = json!(spec.algorithm.curve());
                half["attributes"]["ec-point"] = json!(made_up::ed25519_point(number));
            }
            owned_by_nobody(half)
        });
        self.keys.extend(halves.clone());
        let [private, public] = halves;
        json!({ "public_key": public, "private_key": private })
    }
}

/// Nobody owns a key by name in a token.
fn owned_by_nobody(mut half: Value) -> Value {
    half["key-info"] = json!({ "key-owners": [], "shared-users": [], "cluster-coverage": "full" });
    half
}
