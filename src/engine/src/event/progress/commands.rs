//! The plan's commands: begun, refused, done. What was begun and not seen to end stays open.

use record::messages::{Action, ActionKind};
use record::record::{Exception, Fate};
use record::{Digest, Time};

use super::Progress;
use crate::event::signing::refusal_in;

/// A command that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The action.
    pub action: Action,
    /// The token that was given to the HSM, if there was one.
    pub token: Option<Digest>,
    /// Whether it was declared that nobody knows what became of it.
    pub lost: bool,
}

impl Progress {
    /// Whether a command was carried out.
    pub fn is_done(&self, action: &Action) -> bool {
        self.done.contains(action)
    }

    /// Whether an action is a command's, which is kept apart from what is signed: a step has several.
    pub(super) fn command_begun(&mut self, token: Option<Digest>, action: &Action) -> bool {
        if action.kind != ActionKind::Command {
            return false;
        }
        self.begun.retain(|begun| begun.action != *action);
        self.begun.push(Begun {
            action: action.clone(),
            token,
            lost: false,
        });
        true
    }

    /// A clear no closes the command that is open: nothing was changed.
    pub(super) fn command_answered(&mut self, at: Time, command: &str, answer: &str) {
        if !COMMANDS.iter().any(|words| command.starts_with(words)) {
            return;
        }
        let Some(refusal) = refusal_in(answer, false) else {
            return;
        };
        let Some(begun) = self.begun.pop() else { return };
        self.fate(begun.token, Fate::Refused);
        let (step, what) = (Some(begun.action.step), format!("the HSM refused a command: {refusal}"));
        self.exceptions.push(Exception { step, at, what });
    }

    pub(super) fn command_done(&mut self, at: Time, action: &Action, token: Option<Digest>, seen: bool) {
        self.begun.retain(|begun| begun.action != *action);
        self.fate(token, Fate::Used);
        if seen {
            let what = "no answer came to a command; the HSM's state shows that it was carried out".to_owned();
            let step = Some(action.step.clone());
            self.exceptions.push(Exception { step, at, what });
        }
        if !self.is_done(action) {
            self.done.push(action.clone());
        }
    }

    pub(super) fn command_lost(&mut self, action: &Action) {
        for begun in self.begun.iter_mut().filter(|begun| begun.action == *action) {
            begun.lost = true;
        }
    }

    /// People decided to give a command again; until then it counts as not done.
    pub(super) fn command_again(&mut self, action: &Action) {
        self.begun.retain(|begun| begun.action != *action);
        self.done.retain(|done| done != action);
    }

    pub(super) fn users_now(&mut self, users: &[String]) {
        if let Some(known) = &mut self.hsm {
            known.users = users.to_vec();
        }
    }

    fn fate(&mut self, token: Option<Digest>, fate: Fate) {
        if let Some(known) = token.and_then(|token| self.spent.get_mut(&token)) {
            *known = fate;
        }
    }
}

/// What the record says of an answer that was lost.
pub(super) fn lost(kind: ActionKind, cause: &str) -> String {
    match kind {
        ActionKind::Sign => format!("no answer came to the signing; a signature may exist: {cause}"),
        ActionKind::Command => format!("no good answer came to a command; it may have been carried out: {cause}"),
    }
}

/// What the record says of a decision.
pub(super) fn again(kind: ActionKind, reason: &str) -> String {
    match kind {
        ActionKind::Sign => format!("the same bytes may have been signed before; decided to sign them: {reason}"),
        ActionKind::Command => {
            format!("a command may have been carried out before; decided to give it again: {reason}")
        }
    }
}

/// Those that the plan's steps mean, in the HSM's words.
pub(super) const COMMANDS: [&str; 7] = [
    "user create",
    "user delete",
    "user change-mfa",
    "user change-password",
    "key share",
    "key unshare",
    "quorum token-sign set-quorum-value",
];
