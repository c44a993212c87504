//! The HSM after the last signature. Whatever it says now cannot undo a signature: it is written down, and the event
//! ends with its record.

use hsm::ClusterState;
use record::facts::HsmCheck;
use record::record::KeyRecord;

use super::Event;
use super::cluster::{line, same_users, serials};
use super::judged::is_there;
use crate::cluster;
use crate::error::Error;
use record::plan::EventKey;

impl Event {
    /// In each run until the record is written: a judgement that stands in the journal is judged anew.
    pub(super) fn judge_at_end(&mut self) -> Result<(), Error> {
        if self.progress().record.is_some() {
            return self.settle_after_the_record();
        }
        let findings = loop {
            let error = match self.look_at_the_end() {
                Ok(findings) => break findings,
                Err(error) => error,
            };
            match self.decide_at_the_end(error)? {
                Some(findings) => break findings,
                None => self.begin_a_new_session(),
            }
        };
        self.keep_judgement(HsmCheck::End, findings)
    }

    /// The record is written once; what the HSM says now is shown, and stands in the journal alone.
    fn settle_after_the_record(&mut self) -> Result<(), Error> {
        match self.read_back_what_was_lost() {
            Err(error) if concerns_the_hsm(&error) => {
                self.begin_a_new_session();
                self.console
                    .warn(format!("the HSM's state could not be read again: {error}"));
                Ok(())
            }
            outcome => outcome,
        }
    }

    fn look_at_the_end(&mut self) -> Result<Vec<String>, Error> {
        if self.settled {
            self.read_back_what_was_lost()?;
        }
        self.login_owner()?;
        let found = self.found_at_the_end();
        self.leave();
        found
    }

    fn found_at_the_end(&mut self) -> Result<Vec<String>, Error> {
        let state = cluster::read(&mut *self.hsm, true)?;
        let mut found = self.shortfalls(&state);
        if !self.settled {
            // Each key was compared before each signature of this run.
            return Ok(found);
        }
        let progress = self.progress();
        for wanted in self.wanted() {
            let Some(written) = progress.keys.get(&wanted.key) else {
                continue;
            };
            let changed = self.key_at_the_end(&wanted, written)?;
            let judged = format!("key {}: ", wanted.label);
            found.extend(changed.filter(|_| !found.iter().any(|one| one.starts_with(&judged))));
        }
        Ok(found)
    }

    /// What became of a key since it was written down. Another public key is another key, and then one of HSM and
    /// journal is not this event's.
    fn key_at_the_end(&mut self, wanted: &EventKey, written: &KeyRecord) -> Result<Option<String>, Error> {
        let there = self.key_for(&wanted.key).and_then(|_| self.public_half(wanted));
        match there {
            Ok(public_key) if public_key == written.public_key.0 => Ok(None),
            Ok(_) => Err(Error::Disk {
                what: format!("the key {} of the journal is another one than the HSM's", wanted.key),
                hint: "bring back the event's own disk, and ask who had access to it and to the HSM",
            }),
            Err(Error::Hsm(cause)) if cause.outcome_unknown() => Err(cause.into()),
            Err(error) if concerns_the_hsm(&error) => Ok(Some(error.to_string())),
            Err(error) => Err(error),
        }
    }

    /// What falls short of policy and roster, and what is not as the event had it.
    fn shortfalls(&self, state: &ClusterState) -> Vec<String> {
        let keys = state.keys.is_some();
        // What was not made in an event that ended early is not missed.
        let written = self.progress();
        let made =
            |key: &EventKey| written.aborted.is_none() || written.keys.contains_key(&key.key) || is_there(state, key);
        let terms = self.terms_of(|key| keys && made(key));
        let mut found: Vec<String> = hsm::check_cluster(state, &terms)
            .iter()
            .map(ToString::to_string)
            .collect();
        let progress = self.progress();
        let Some(known) = &progress.hsm else { return found };
        let nodes = serials(&state.nodes);
        if known.nodes != nodes {
            let (were, are) = (known.nodes.join(", "), nodes.join(", "));
            found.push(format!("the HSMs were {were} in the event, and are {are}"));
        }
        // Who is there and how is judged above; what is left is the HSM's own users.
        let mut users: Vec<String> = state.users.iter().flatten().map(line).collect();
        users.sort();
        match same_users(&known.users, &users) {
            Err(error) if found.is_empty() => found.push(error.to_string()),
            _ => {}
        }
        found
    }

    /// People say whether it is worth another try; if not, what could be judged is judged, and the rest is a finding.
    /// None is another try.
    fn decide_at_the_end(&mut self, error: Error) -> Result<Option<Vec<String>>, Error> {
        let lost = matches!(&error, Error::Hsm(cause) if cause.outcome_unknown());
        // The run that signed stops at a lost answer as everywhere; it is the next one that asks.
        if !concerns_the_hsm(&error) || (lost && !self.settled) {
            return Err(error);
        }
        self.begin_a_new_session();
        let state = cluster::read(&mut *self.hsm, false);
        let mut found = state.as_ref().map_or(Vec::new(), |state| self.shortfalls(state));
        if state.is_err() {
            self.begin_a_new_session();
        }
        for finding in &found {
            self.console.warn(format!("the HSM falls short: {finding}"));
        }
        let hint = error.hint().map_or(String::new(), |hint| format!(" ({hint})"));
        let question = format!(
            "Everything is signed, and now the HSM cannot be judged as a whole: {error}{hint}. That can be tried again. \
             Or the event goes on to its end, and the record says what fell short and that the rest could not be judged."
        );
        match self
            .console
            .decide(&question, &["try again", "go on", "stop"])?
            .as_str()
        {
            "try again" => Ok(None),
            "go on" => {
                if self.progress().unanswered.is_some() {
                    found.push("the HSM's state was not read again after a lost answer".into());
                }
                found.push(format!("could not be judged: {error}"));
                Ok(Some(found))
            }
            _ => Err(error),
        }
    }

    /// After an error the session may be of no more use; a new one begins with the next command.
    fn begin_a_new_session(&mut self) {
        self.logged_in = false;
        let _ = self.hsm.logout();
    }

    /// A resumed event in which everything is signed asks nothing of the HSM before its end, but that it is one.
    pub(super) fn meet_after_the_last_signature(&mut self) -> Result<(), Error> {
        self.settled = true;
        self.step += u32::try_from(self.wanted().len()).unwrap_or(0);
        self.console
            .say("Everything is signed. The HSM is judged at the end; what falls short then is written down.");
        match self.hsm.nodes() {
            Ok(nodes) => {
                self.refuse_an_imitation(&nodes)?;
                self.nodes = nodes;
                Ok(())
            }
            Err(error) => {
                self.console.warn(format!("the HSM cannot be asked: {error}"));
                self.begin_a_new_session();
                Ok(())
            }
        }
    }
}

/// Whether it is the HSM or the way to it that fails: what is wrong with disk, journal or people stops the event.
pub(super) fn concerns_the_hsm(error: &Error) -> bool {
    match error {
        Error::Hsm(cause) => !matches!(cause, hsm::Error::Stopped { .. } | hsm::Error::Unrecorded { .. }),
        Error::HsmState { .. } => true,
        _ => false,
    }
}
