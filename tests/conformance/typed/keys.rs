//! Keys as operations of the trait: made, found, shared, changed and deleted.

use hsm::{Algorithm, Error, KeyQuorum, KeySpec};
use serde_json::{Value, json};

use super::{Typed, nothing};
use crate::deed::KeyDeed;
use crate::scenario::Step;
use crate::told::key_told;

impl Typed {
    pub(super) fn key(&mut self, step: &Step, deed: &KeyDeed) -> Result<Value, Error> {
        match deed {
            KeyDeed::Generate { key, quorum, share } => {
                let spec = KeySpec {
                    algorithm: Algorithm::P384,
                    label: key.clone(),
                    public_label: format!("{key}-public"),
                    id: None,
                    shared_with: share.clone(),
                    quorum: quorum.map(|[manage, use_]| KeyQuorum { manage, use_ }),
                };
                let pair = self.hsm(step).generate_key_pair(&spec)?;
                let told = json!({ "private_key": key_told(&pair.private), "public_key": key_told(&pair.public) });
                self.keys.insert(key.clone(), pair);
                Ok(told)
            }
            KeyDeed::FindKey(label) => {
                let found = self.hsm(step).find_key(label)?;
                let found: Vec<_> = found.iter().map(key_told).collect();
                Ok(json!({ "total_key_count": found.len(), "matched_keys": found }))
            }
            KeyDeed::AllKeys => {
                let keys = self.hsm(step).keys()?;
                Ok(json!({ "count": keys.len(), "matched_keys": keys.iter().map(key_told).collect::<Vec<_>>() }))
            }
            KeyDeed::Spki(key) => {
                let public = self.pair(key).public;
                self.hsm(step).public_key_spki(&public).map(|_| Value::Null)
            }
            KeyDeed::Share { key, user, token } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step).share_key(&key, user, approved.as_ref()).map(nothing)
            }
            KeyDeed::Unshare { key, user, token } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step).unshare_key(&key, user, approved.as_ref()).map(nothing)
            }
            KeyDeed::SetAttribute {
                key,
                name,
                value,
                token,
            } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step)
                    .set_attribute(&key, name, value, approved.as_ref())
                    .map(nothing)
            }
            KeyDeed::DeleteKey(key) => {
                let key = self.private(key);
                self.hsm(step).delete_key(&key).map(nothing)
            }
        }
    }
}
