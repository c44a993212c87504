//! The switches: each is a question that only real hardware can answer, and the ways to answer it.
//!
//! The questions are a file of their own, so that whoever probes real hardware asks the same ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A question and its answers; the first is what a cluster starts with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub name: String,
    pub question: String,
    pub values: Vec<String>,
    /// Why it is open.
    pub source: String,
}

/// All questions, read once.
pub fn questions() -> &'static [Question] {
    static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(read);
    &QUESTIONS
}

/// A question by its name, for the rules that turn on it.
pub struct Switch(&'static str);

pub static ADMIN_TOKEN_SCOPE: Switch = Switch("admin-token-scope");
pub static ANSWER_STREAM: Switch = Switch("answer-stream");
pub static APPROVAL_ROLE: Switch = Switch("approval-role");
pub static DATA_TYPE_DEFAULT: Switch = Switch("data-type-default");
pub static DESTROYABLE_FALSE: Switch = Switch("destroyable-false");
pub static DIGEST_CLEARS_TOKEN: Switch = Switch("digest-clears-token");
pub static DUPLICATE_APPROVER: Switch = Switch("duplicate-approver");
pub static ECDSA_SIGN: Switch = Switch("ecdsa-sign");
pub static EC_POINT: Switch = Switch("ec-point");
pub static EMPTY_ID: Switch = Switch("empty-id");
pub static EXPIRED_TOKEN: Switch = Switch("expired-token");
pub static FAILURE_CONSUMES_TOKEN: Switch = Switch("failure-consumes-token");
pub static KEY_TOKEN_AUDIT: Switch = Switch("key-token-audit");
pub static MAX_SHARED_USERS: Switch = Switch("max-shared-users");
pub static MFA_KEEPS_LOGIN: Switch = Switch("mfa-keeps-login");
pub static MFA_OFF_WORD: Switch = Switch("mfa-off-word");
pub static MFA_PASSWORD: Switch = Switch("mfa-password");
pub static NODE_CHANGE_VOIDS_TOKENS: Switch = Switch("node-change-voids-tokens");
pub static NON_SHARED_APPROVERS: Switch = Switch("non-shared-approvers");
pub static OWN_ACCOUNT_QUORUM: Switch = Switch("own-account-quorum");
pub static PASSWORD_PROMPT: Switch = Switch("password-prompt");
pub static PKCS11_VIEW: Switch = Switch("pkcs11-view");
pub static PLAIN_TEXT_STREAM: Switch = Switch("plain-text-stream");
pub static PROMPT_TEXT: Switch = Switch("prompt-text");
pub static QUORUM_VALUE_ORDER: Switch = Switch("quorum-value-order");
pub static RECONNECTION: Switch = Switch("reconnection");
pub static REFUSAL_EXIT_CODE: Switch = Switch("refusal-exit-code");
pub static REGISTRATION_FILE: Switch = Switch("registration-file");
pub static REGISTRATION_TOKEN: Switch = Switch("registration-token");
pub static SECOND_ADMIN_TOKEN: Switch = Switch("second-admin-token");
pub static SURPLUS_APPROVALS: Switch = Switch("surplus-approvals");
pub static TOKEN_LIFE: Switch = Switch("token-life");
pub static TOKEN_LIST_NUMBERS: Switch = Switch("token-list-numbers");
pub static TOKEN_PATH_FIELD: Switch = Switch("token-path-field");
pub static UNDOCUMENTED_TEXTS: Switch = Switch("undocumented-texts");
pub static UNSHARE_BELOW_QUORUM: Switch = Switch("unshare-below-quorum");
pub static USE_VOIDS_OTHER_TOKENS: Switch = Switch("use-voids-other-tokens");

/// What was switched away from the first value.
#[derive(Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Switches(BTreeMap<String, String>);

impl Switches {
    pub fn value(&self, switch: &Switch) -> &str {
        self.value_of(switch.0)
    }

    /// The value of a question by name; the empty word if there is no such question.
    pub fn value_of(&self, name: &str) -> &str {
        let first = || find(name).and_then(|question| question.values.first());
        self.0.get(name).or_else(first).map_or("", String::as_str)
    }

    pub fn is(&self, switch: &Switch, value: &str) -> bool {
        debug_assert!(has(switch, value), "{} has no value {value}", switch.0);
        self.value(switch) == value
    }

    /// Sets a switch by name; says what would have been right.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let question = find(name).ok_or_else(|| format!("no switch {name}; `standin switch` lists them"))?;
        if !question.values.iter().any(|one| one == value) {
            return Err(format!("{name} is one of {}, not {value}", question.values.join(", ")));
        }
        self.0.insert(name.into(), value.into());
        Ok(())
    }
}

fn find(name: &str) -> Option<&'static Question> {
    questions().iter().find(|question| question.name == name)
}

fn has(switch: &Switch, value: &str) -> bool {
    find(switch.0).is_some_and(|question| question.values.iter().any(|one| one == value))
}

/// The file is part of this program, and a test reads it: it parses.
fn read() -> Vec<Question> {
    #[derive(Deserialize)]
    struct File {
        question: Vec<Question>,
    }
    toml::from_str::<File>(include_str!("../../hsm/questions.toml")).map_or_else(|_| Vec::new(), |file| file.question)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_question_has_a_switch_here_and_two_answers_or_more() {
        let asked: BTreeSet<_> = questions().iter().map(|question| question.name.as_str()).collect();
        let source = include_str!("switches.rs");
        let here = source
            .lines()
            .filter_map(|line| line.strip_prefix("pub static ")?.split('"').nth(1))
            .collect();
        assert_eq!(asked, here);
        assert_eq!(asked.len(), questions().len(), "a question is asked twice");
        for question in questions() {
            assert!(question.values.len() > 1, "{}", question.name);
            assert!(!question.question.is_empty() && !question.source.is_empty());
        }
    }
}
