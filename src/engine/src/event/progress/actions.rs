//! Actions of the plan: begun, answered, done. What was begun and not seen to end stays open.

use record::messages::Action;
use record::record::{Exception, Fate};
use record::{Bytes, Digest, Time};

use super::Progress;
use crate::event::signing::refusal_in;

/// An action that was begun.
#[derive(Clone, Debug)]
pub struct Open {
    /// The action.
    pub action: Action,
    /// The HSM's answer, word for word, if one was written.
    pub answer: Option<String>,
    /// The token that was given to the HSM, if there was one.
    pub token: Option<Digest>,
    /// Whether people decided to do it again.
    pub again: bool,
    /// Whether it was declared that nobody knows what became of it.
    pub lost: bool,
}

impl Progress {
    pub(super) fn spending(&mut self, token: Option<Digest>, action: &Action) {
        if let Some(token) = token {
            self.spent.insert(token, Fate::Unknown);
        }
        if self.command_begun(token, action) {
            return;
        }
        self.open.insert(
            action.step.clone(),
            Open {
                action: action.clone(),
                answer: None,
                token,
                again: false,
                lost: false,
            },
        );
    }

    /// Keeps the HSM's answer to the signing that is open, so that a signature is not lost between two entries. A
    /// refusal closes it: no signature exists.
    pub(super) fn answered(&mut self, at: Time, command: &str, answer: &str) {
        if !command.starts_with("crypto sign") && !command.starts_with(AT_A_TOKEN) {
            return;
        }
        let unanswered = self.open.values_mut().filter(|open| open.answer.is_none());
        // One action is open at a time; an older one that stayed open has been decided on.
        let Some(open) = unanswered.filter(|open| !open.again).last() else {
            return;
        };
        open.answer = Some(answer.to_owned());
        let (step, token) = (open.action.step.clone(), open.token);
        // Behind PKCS#11 whatever leaves open what happened is no answer but a loss.
        if let Some(refusal) = refusal_in(answer, command.starts_with(AT_A_TOKEN)) {
            self.open.remove(&step);
            if let Some(fate) = token.and_then(|token| self.spent.get_mut(&token)) {
                *fate = Fate::Refused;
            }
            let (step, what) = (Some(step), format!("the HSM refused to sign: {refusal}"));
            self.exceptions.push(Exception { step, at, what });
        }
    }

    /// People decided to sign the same again.
    pub(super) fn again(&mut self, step: &str) {
        if let Some(open) = self.open.get_mut(step) {
            open.again = true;
        }
    }

    pub(super) fn signed(&mut self, action: &Action, token: Option<Digest>, signature: &Bytes) {
        self.open.remove(&action.step);
        self.signatures.insert(action.step.clone(), signature.clone());
        if let Some(fate) = token.and_then(|token| self.spent.get_mut(&token)) {
            *fate = Fate::Used;
        }
    }
}

/// A signature asked of a PKCS#11 token.
const AT_A_TOKEN: &str = "pkcs11 sign";
