//! Keys: absence proved and written down, then made, or adopted after a stop, then checked.

use hsm::{Algorithm, KeyInfo, KeyQuorum, KeySpec};
use record::journal::What;
use record::plan::EventKey;
use record::record::{KeyChange, KeyRecord};
use record::screen::Shown;

use super::Event;
use super::stages::At;
use crate::error::Error;

impl Event {
    pub(super) fn make_keys(&mut self) -> Result<(), Error> {
        let wanted = self.wanted();
        let progress = self.progress();
        if wanted.iter().any(|wanted| !progress.keys.contains_key(&wanted.key)) {
            // A key is made in the plan's time only, and only if all that hangs on it can be signed.
            super::begin::check_window(&self.inbound, &self.clock)?;
            issue::derive::with_placeholder_keys(&self.inbound, self.clock.now())?;
        }
        self.login_owner()?;
        let outcome = self.judge_at_begin();
        let outcome = outcome.and_then(|()| wanted.iter().try_for_each(|wanted| self.have_key(wanted)));
        self.leave();
        outcome
    }

    /// The keys that the plan makes and uses, with their labels, which follow from the plan, whatever the journal may say.
    pub(super) fn wanted(&self) -> Vec<EventKey> {
        self.inbound.keys()
    }

    /// Makes a key, or, in a resumed event, sees that it is there.
    fn have_key(&mut self, wanted: &EventKey) -> Result<(), Error> {
        self.begin_stage(&At::Key(wanted.key.clone()));
        match self.progress().keys.get(&wanted.key) {
            Some(record) => {
                self.recheck_key(wanted, record)?;
                self.show_key(record);
                Ok(())
            }
            None if wanted.made => self.make_key(wanted),
            None => self.meet_key(wanted),
        }
    }

    fn make_key(&mut self, wanted: &EventKey) -> Result<(), Error> {
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

    fn generate(&mut self, wanted: &EventKey) -> Result<KeyInfo, Error> {
        // Behind PKCS#11 there is nobody to share with, and no value to set: the console counts.
        let guarded = wanted.quorum.is_some() && self.inbound.plan.hsm.kind.has_users();
        let spec = KeySpec {
            algorithm: Algorithm::P384,
            label: wanted.label.clone(),
            public_label: public_label(&wanted.label),
            id: None,
            shared_with: if guarded {
                self.approvers_of(&wanted.key)
            } else {
                Vec::new()
            },
            quorum: guarded.then(|| key_quorum(wanted)),
        };
        match self.hsm.generate_key_pair(&spec) {
            Ok(pair) => Ok(pair.private),
            Err(cause) if cause.outcome_unknown() => Err(cause.into()),
            Err(cause) => Err(self.not_made(wanted, cause)),
        }
    }

    /// The HSM said no. That it made nothing is looked up, not believed.
    fn not_made(&mut self, wanted: &EventKey, cause: hsm::Error) -> Error {
        let halves = [wanted.label.clone(), public_label(&wanted.label)];
        let there = self
            .hsm
            .keys()
            .map(|keys| keys.iter().any(|key| halves.iter().any(|half| key.label() == half)));
        match there {
            Ok(false) => Error::NotMade {
                key: wanted.key.clone(),
                shared: if wanted.quorum.is_some() {
                    self.approvers_of(&wanted.key).len()
                } else {
                    0
                },
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

    /// What the HSM says of the key, against what the design demands of it.
    pub(super) fn check_key(&self, wanted: &EventKey, key: &KeyInfo) -> Result<(), Error> {
        let hsm = &self.inbound.plan.hsm;
        let findings = match (hsm.kind.has_users(), wanted.quorum.is_some()) {
            (true, true) => hsm::check_root_key(key, &hsm.owner, &self.approvers_of(&wanted.key), key_quorum(wanted)),
            (true, false) => hsm::check_console_key(key, &hsm.owner),
            (false, _) => hsm::check_key_attributes(key, Algorithm::P384),
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

    pub(super) fn show_key(&self, record: &KeyRecord) {
        let how = match record.change {
            KeyChange::Made => "made",
            KeyChange::Adopted => "adopted: it was made before the stop",
            KeyChange::Used => "found, as its certificate has it",
            KeyChange::Shared => "found, and shared anew in this event",
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
}

/// The quorum values of a key that the quorum guards.
fn key_quorum(wanted: &EventKey) -> KeyQuorum {
    let threshold = u64::from(wanted.quorum.unwrap_or(0));
    KeyQuorum {
        manage: threshold,
        use_: threshold,
    }
}

pub(super) fn public_label(label: &str) -> String {
    format!("{label}-public")
}
