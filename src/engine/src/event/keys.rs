//! Keys: absence proved and written down, then made, or adopted after a stop, then checked.

use hsm::{KeyInfo, KeyQuorum, KeySpec};
use issue::derive::Keys;
use record::journal::What;
use record::record::{KeyChange, KeyRecord};
use record::screen::Shown;
use record::{Bytes, Digest};
use x509::PublicKey;

use super::Event;
use crate::error::Error;

/// One key to be made.
pub struct Wanted {
    step: String,
    /// The plan's name for it.
    pub key: String,
    /// Its label in the HSM.
    pub label: String,
    quorum: bool,
}

impl Event {
    pub(super) fn make_keys(&mut self) -> Result<(), Error> {
        let wanted = self.wanted();
        let progress = self.progress();
        if wanted.iter().any(|wanted| !progress.keys.contains_key(&wanted.key)) {
            // A key is made in the plan's time only, and only if all that hangs on it can be signed.
            super::begin::check_window(&self.inbound, self.clock)?;
            issue::derive::with_placeholder_keys(&self.inbound, self.clock.now())?;
        }
        self.login_owner()?;
        let outcome = self.judge_at_begin();
        let outcome = outcome.and_then(|()| wanted.iter().try_for_each(|wanted| self.have_key(wanted)));
        self.leave();
        outcome
    }

    /// The keys that the plan has made, with their labels, which follow from the plan, whatever the journal may say.
    fn wanted(&self) -> Vec<Wanted> {
        let wanted = |(step, key, quorum): (&str, &str, bool)| Wanted {
            step: step.to_owned(),
            key: key.to_owned(),
            label: self.inbound.label(step, key),
            quorum,
        };
        self.inbound.plan.made_keys().map(wanted).collect()
    }

    /// Makes a key, or, in a resumed event, sees that it is there.
    fn have_key(&mut self, wanted: &Wanted) -> Result<(), Error> {
        let guard = if wanted.quorum { ", guarded by the quorum" } else { "" };
        self.begin_step("console", &format!("Make the key {}{guard}", wanted.key));
        match self.progress().keys.get(&wanted.key) {
            Some(record) => {
                self.recheck_key(wanted, record)?;
                self.show_key(record);
                Ok(())
            }
            None => self.make_key(wanted),
        }
    }

    fn make_key(&mut self, wanted: &Wanted) -> Result<(), Error> {
        self.check_cluster()?;
        self.write(What::Step {
            step: wanted.step.clone(),
        })?;
        let found = self.hsm.find_key(&wanted.label)?;
        let intended = self.progress().absent.contains(&wanted.step);
        let (private, change) = match found {
            Some(_) if !intended => {
                return Err(Error::HsmState {
                    what: format!("the HSM has a key {} that this journal did not announce", wanted.label),
                    hint: "stop the event: somebody made a key with this plan before",
                });
            }
            Some(key) => (key, KeyChange::Adopted),
            None => {
                if !intended {
                    self.write(What::Absent {
                        step: wanted.step.clone(),
                        label: wanted.label.clone(),
                    })?;
                }
                (self.generate(wanted)?, KeyChange::Made)
            }
        };
        self.check_key(wanted, &private)?;
        let record = self.describe(wanted, &private, change)?;
        self.show_key(&record);
        self.write(What::Key {
            step: wanted.step.clone(),
            record,
        })
    }

    fn generate(&mut self, wanted: &Wanted) -> Result<KeyInfo, Error> {
        // Behind PKCS#11 there is nobody to share with, and no value to set: the console counts.
        let guarded = wanted.quorum && self.inbound.plan.hsm.kind.has_users();
        let spec = KeySpec {
            label: wanted.label.clone(),
            public_label: public_label(&wanted.label),
            id: None,
            shared_with: if guarded { self.approvers() } else { Vec::new() },
            quorum: guarded.then(|| self.key_quorum()),
        };
        match self.hsm.generate_key_pair(&spec) {
            Ok(pair) => Ok(pair.private),
            Err(cause) if cause.outcome_unknown() => Err(cause.into()),
            Err(cause) => Err(self.not_made(wanted, cause)),
        }
    }

    /// The HSM said no. That it made nothing is looked up, not believed.
    fn not_made(&mut self, wanted: &Wanted, cause: hsm::Error) -> Error {
        let halves = [wanted.label.clone(), public_label(&wanted.label)];
        let there = self
            .hsm
            .keys()
            .map(|keys| keys.iter().any(|key| halves.iter().any(|half| key.label() == half)));
        match there {
            Ok(false) => Error::NotMade {
                key: wanted.key.clone(),
                shared: if wanted.quorum { self.approvers().len() } else { 0 },
                cause: Box::new(cause),
            },
            Ok(true) => match self.read_back_a_denied("key generate-asymmetric-pair ec", &cause) {
                Ok(()) => Error::HsmState {
                    what: format!(
                        "the HSM refused to make {} and has it all the same: {cause}",
                        wanted.key
                    ),
                    hint: "`ceremony resume` adopts the key if all of it is as it must be, and the record says so; to \
                           stop here is as good",
                },
                Err(error) => error,
            },
            // It cannot be asked any more; what it said counts.
            Err(_) => cause.into(),
        }
    }

    fn key_quorum(&self) -> KeyQuorum {
        let threshold = u64::from(self.inbound.policy.quorum.threshold);
        KeyQuorum {
            manage: threshold,
            use_: threshold,
        }
    }

    /// What the HSM says of the key, against what the design demands of it.
    pub(super) fn check_key(&self, wanted: &Wanted, key: &KeyInfo) -> Result<(), Error> {
        let hsm = &self.inbound.plan.hsm;
        let findings = match (hsm.kind.has_users(), wanted.quorum) {
            (true, true) => hsm::check_root_key(key, &hsm.owner, &self.approvers(), self.key_quorum()),
            (true, false) => hsm::check_console_key(key, &hsm.owner),
            (false, _) => hsm::check_key_attributes(key),
        };
        if findings.is_empty() {
            return Ok(());
        }
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        Err(Error::HsmState {
            what: format!("the key {} is not as it must be: {}", wanted.key, findings.join("; ")),
            hint: "stop the event; nothing is signed with this key",
        })
    }

    pub(super) fn describe(
        &mut self,
        wanted: &Wanted,
        private: &KeyInfo,
        change: KeyChange,
    ) -> Result<KeyRecord, Error> {
        let spki = self.public_half(wanted)?;
        Ok(self.stated(wanted, private, change, Bytes(spki)))
    }

    /// What the HSM states of a key. A token states neither owner nor shares nor quorum values: it is the owner.
    fn stated(&self, wanted: &Wanted, private: &KeyInfo, change: KeyChange, public_key: Bytes) -> KeyRecord {
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
            quorum: (has_users && wanted.quorum)
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
    fn key_for(&mut self, name: &str) -> Result<KeyInfo, Error> {
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
    pub(super) fn public_half(&mut self, wanted: &Wanted) -> Result<Vec<u8>, Error> {
        let missing = || Error::HsmState {
            what: format!("the public half of {} is not in the HSM", wanted.key),
            hint: "stop the event; nothing is signed with this key",
        };
        let public = self.hsm.find_key(&public_label(&wanted.label))?.ok_or_else(missing)?;
        Ok(self.hsm.public_key_spki(&public)?)
    }

    fn show_key(&self, record: &KeyRecord) {
        let how = match record.change {
            KeyChange::Made => "made",
            KeyChange::Adopted => "adopted: it was made before the stop",
        };
        let place = match record.shared.len() {
            _ if !self.inbound.plan.hsm.kind.has_users() => format!("in the token {}", record.owner),
            0 => format!("owned by {}, shared with nobody", record.owner),
            n => format!("owned by {}, shared with {n} approvers", record.owner),
        };
        // The attributes themselves are in the record; nothing is shown here that did not pass the check.
        self.console.say(format!(
            "{}: {how}, {place}; its {} attributes are as they must be.",
            record.key,
            record.attributes.len()
        ));
        self.console.show(&Shown::digest(
            &format!("public key of {}", record.key),
            &record.fingerprint,
        ));
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

    fn approvers(&self) -> Vec<String> {
        self.inbound
            .roster
            .members
            .iter()
            .map(|member| member.approver.clone())
            .collect()
    }
}

pub(super) fn public_label(label: &str) -> String {
    format!("{label}-public")
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
