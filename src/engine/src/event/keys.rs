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
        let wanted: Vec<Wanted> = self
            .inbound
            .plan
            .made_keys()
            .map(|(step, key, quorum)| Wanted {
                step: step.to_owned(),
                key: key.to_owned(),
                label: self.inbound.label(step, key),
                quorum,
            })
            .collect();
        let progress = self.progress();
        if wanted.iter().any(|wanted| !progress.keys.contains_key(&wanted.key)) {
            // A key is made in the plan's time only, and only if all that hangs on it can be signed.
            super::begin::check_window(&self.inbound, self.clock)?;
            issue::derive::with_placeholder_keys(&self.inbound, self.clock.now())?;
        }
        self.login_owner()?;
        let outcome = wanted.iter().try_for_each(|wanted| self.have_key(wanted));
        self.leave();
        outcome
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

    /// Ends the login, if there is one; the tokens die with it.
    pub(super) fn leave(&mut self) {
        if !std::mem::take(&mut self.logged_in) {
            return;
        }
        if let Err(error) = self.hsm.logout() {
            // What was done stays done; the session is gone either way.
            let text = format!("logout: {error}");
            self.console.show(&Shown::Warning { text });
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
        let threshold = u64::from(self.inbound.policy.quorum.threshold);
        let spec = KeySpec {
            label: wanted.label.clone(),
            public_label: public_label(&wanted.label),
            id: None,
            shared_with: if wanted.quorum { self.approvers() } else { Vec::new() },
            quorum: wanted.quorum.then_some(KeyQuorum {
                manage: threshold,
                use_: threshold,
            }),
        };
        Ok(self.hsm.generate_key_pair(&spec)?.private)
    }

    /// What the HSM says of the key, against what the design demands of it.
    pub(super) fn check_key(&self, wanted: &Wanted, key: &KeyInfo) -> Result<(), Error> {
        let owner = &self.inbound.plan.hsm.owner;
        let threshold = u64::from(self.inbound.policy.quorum.threshold);
        let findings = match wanted.quorum {
            true => hsm::check_root_key(
                key,
                owner,
                &self.approvers(),
                KeyQuorum {
                    manage: threshold,
                    use_: threshold,
                },
            ),
            false => hsm::check_console_key(key, owner),
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
        let quorum = |value: u64| u8::try_from(value).unwrap_or(u8::MAX);
        let names = |holders: &[hsm::Holder]| {
            let mut names: Vec<String> = holders.iter().map(|holder| holder.username.clone()).collect();
            names.sort();
            names
        };
        Ok(KeyRecord {
            key: wanted.key.clone(),
            change,
            label: wanted.label.clone(),
            fingerprint: Digest::of(&spki),
            public_key: Bytes(spki),
            attributes: private.stated(),
            quorum: wanted
                .quorum
                .then(|| (quorum(private.quorum().manage), quorum(private.quorum().use_))),
            owner: names(private.owners()).join(","),
            shared: names(private.shared_users()),
        })
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
        let shared = match record.shared.len() {
            0 => "shared with nobody".to_owned(),
            n => format!("shared with {n} approvers"),
        };
        // The attributes themselves are in the record; nothing is shown here that did not pass the check.
        self.console.say(format!(
            "{}: {how}, owned by {}, {shared}; its {} attributes are as they must be.",
            record.key,
            record.owner,
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

fn public_label(label: &str) -> String {
    format!("{label}-public")
}
