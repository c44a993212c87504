//! What the HSM says of a key, as the record will state it, and whether it still says the same.

use hsm::KeyInfo;
use issue::derive::Keys;
use record::record::{KeyChange, KeyRecord};
use record::{Bytes, Digest};
use x509::PublicKey;

use super::Event;
use super::keys::public_label;
use crate::error::Error;
use record::plan::EventKey;

impl Event {
    pub(super) fn describe(
        &mut self,
        wanted: &EventKey,
        private: &KeyInfo,
        change: KeyChange,
    ) -> Result<KeyRecord, Error> {
        let spki = self.public_half(wanted)?;
        Ok(self.stated(wanted, private, change, Bytes(spki)))
    }

    /// What the HSM states of a key. A token states neither owner nor shares nor quorum values: it is the owner.
    fn stated(&self, wanted: &EventKey, private: &KeyInfo, change: KeyChange, public_key: Bytes) -> KeyRecord {
        let quorum = |value: u64| u8::try_from(value).unwrap_or(u8::MAX);
        let names = |holders: &[hsm::Holder]| {
            let mut names: Vec<String> = holders.iter().map(|holder| holder.username.clone()).collect();
            names.sort();
            names
        };
        let hsm = &self.inbound.plan.hsm;
        let has_users = hsm.kind.has_users();
        KeyRecord {
            key: wanted.key.clone(),
            change,
            label: wanted.label.clone(),
            fingerprint: Digest::of(&public_key),
            public_key,
            attributes: private.stated(),
            quorum: (has_users && wanted.quorum.is_some())
                .then(|| (quorum(private.quorum().manage), quorum(private.quorum().use_))),
            owner: match has_users {
                true => names(private.owners()).join(","),
                false => hsm.owner.clone(),
            },
            shared: if has_users {
                names(private.shared_users())
            } else {
                Vec::new()
            },
        }
    }

    /// Before every use of a key: HSMs and users as they were, and the key as it must be.
    pub(super) fn key_now(&mut self, name: &str) -> Result<KeyInfo, Error> {
        self.check_cluster()?;
        self.key_for(name)
    }

    /// The private key of that name, as the HSM has it now: as the plan demands it and as the journal has it.
    pub(super) fn key_for(&mut self, name: &str) -> Result<KeyInfo, Error> {
        let lost = |what: String| Error::HsmState {
            what: format!("the key {name} {what}"),
            hint: "stop the event and ask who had access to the HSM; nothing is signed with this key",
        };
        let progress = self.progress();
        let wanted = self.wanted().into_iter().find(|wanted| wanted.key == name);
        let (Some(wanted), Some(written)) = (wanted, progress.keys.get(name)) else {
            return Err(lost("is not one of this event".into()));
        };
        let found = self.hsm.find_key(&wanted.label)?;
        let key = found.ok_or_else(|| lost("is not in the HSM any more".into()))?;
        self.check_key(&wanted, &key)?;
        let now = self.stated(&wanted, &key, written.change, written.public_key.clone());
        match differences(written, &now) {
            same if same.is_empty() => Ok(key),
            changed => Err(lost(format!("is not what it was: {}", changed.join("; ")))),
        }
    }

    /// SubjectPublicKeyInfo of a key's public half, as the HSM has it.
    pub(super) fn public_half(&mut self, wanted: &EventKey) -> Result<Vec<u8>, Error> {
        let missing = || Error::HsmState {
            what: format!("the public half of {} is not in the HSM", wanted.key),
            hint: "stop the event; nothing is signed with this key",
        };
        let public = self.hsm.find_key(&public_label(&wanted.label))?.ok_or_else(missing)?;
        Ok(self.hsm.public_key_spki(&public)?)
    }

    /// The public keys of this event, by the plan's names.
    pub(super) fn public_keys(&self) -> Result<Keys, Error> {
        let bad = |key: &str, error: x509::Error| Error::HsmState {
            what: format!("the public key of {key} is not usable: {error}"),
            hint: "stop the event; nothing is signed with this key",
        };
        let progress = self.progress();
        let keys = progress.keys.iter();
        keys.map(|(name, record)| {
            let key = PublicKey::from_spki_der(&record.public_key).map_err(|error| bad(name, error))?;
            Ok((name.clone(), key))
        })
        .collect()
    }
}

/// In which points a key is not what was written of it.
fn differences(written: &KeyRecord, now: &KeyRecord) -> Vec<String> {
    let quorum = |record: &KeyRecord| format!("{:?}", record.quorum);
    let points = [
        ("attributes", written.attributes.join(" "), now.attributes.join(" ")),
        ("quorum values", quorum(written), quorum(now)),
        ("owner", written.owner.clone(), now.owner.clone()),
        ("shared with", written.shared.join(" "), now.shared.join(" ")),
    ];
    let changed = points.into_iter().filter(|(_, before, after)| before != after);
    changed
        .map(|(what, before, after)| format!("{what}: {before}, now {after}"))
        .collect()
}
