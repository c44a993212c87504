//! The switches: each is a question that only real hardware can answer, and the ways to answer it.
//!
//! One table, so that whoever probes real hardware asks the same questions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A question and its answers; the first is what a cluster starts with.
pub struct Switch {
    pub name: &'static str,
    pub values: &'static [&'static str],
    pub question: &'static str,
}

pub static FAILURE_CONSUMES_TOKEN: Switch = Switch {
    name: "failure-consumes-token",
    values: &["no", "yes"],
    question: "is a token spent when the operation it was shown for fails?",
};

pub static NON_SHARED_APPROVERS: Switch = Switch {
    name: "non-shared-approvers",
    values: &["refused", "counted"],
    question: "may a crypto user approve the use of a key that is neither theirs nor shared with them?",
};

pub static DUPLICATE_APPROVER: Switch = Switch {
    name: "duplicate-approver",
    values: &["once", "twice", "refused"],
    question: "how often do two signatures of one user count?",
};

pub static DIGEST_CLEARS_TOKEN: Switch = Switch {
    name: "digest-clears-token",
    values: &["yes", "no"],
    question: "is the token spent after signing pre-hashed data? (a known defect says no)",
};

pub static DESTROYABLE_FALSE: Switch = Switch {
    name: "destroyable-false",
    values: &["blocks-delete", "ignored"],
    question: "does destroyable=false keep a key from being deleted?",
};

pub static APPROVAL_ROLE: Switch = Switch {
    name: "approval-role",
    values: &["optional", "required", "refused"],
    question: "does an approval object carry the approver's role?",
};

pub static REGISTRATION_TOKEN: Switch = Switch {
    name: "registration-token",
    values: &["same-session", "any-session"],
    question: "must a registration token come from the session that registers?",
};

pub static SECOND_ADMIN_TOKEN: Switch = Switch {
    name: "second-admin-token",
    values: &["refused", "replaces"],
    question: "what of a second token for one admin service, while the first lives?",
};

pub static EXPIRED_TOKEN: Switch = Switch {
    name: "expired-token",
    values: &["says-expired", "says-invalid-pair"],
    question: "what is said of an expired token?",
};

pub static NODE_CHANGE_VOIDS_TOKENS: Switch = Switch {
    name: "node-change-voids-tokens",
    values: &["no", "yes"],
    question: "do tokens die when an HSM joins or is lost?",
};

pub static TOKEN_PATH_FIELD: Switch = Switch {
    name: "token-path-field",
    values: &["filepath", "path"],
    question: "under which name does a new token's answer give its file?",
};

pub static TOKEN_LIST_NUMBERS: Switch = Switch {
    name: "token-list-numbers",
    values: &["plain", "wrapped"],
    question: "are the numbers of a token list plain, or {\"value\": n}?",
};

pub static EC_POINT: Switch = Switch {
    name: "ec-point",
    values: &["bare", "der"],
    question: "is ec-point the bare point, or a DER octet string around it?",
};

pub static PLAIN_TEXT_STREAM: Switch = Switch {
    name: "plain-text-stream",
    values: &["stdout", "stderr"],
    question: "where do plain-text errors go?",
};

pub static TABLE: &[&Switch] = &[
    &FAILURE_CONSUMES_TOKEN,
    &NON_SHARED_APPROVERS,
    &DUPLICATE_APPROVER,
    &DIGEST_CLEARS_TOKEN,
    &DESTROYABLE_FALSE,
    &APPROVAL_ROLE,
    &REGISTRATION_TOKEN,
    &SECOND_ADMIN_TOKEN,
    &EXPIRED_TOKEN,
    &NODE_CHANGE_VOIDS_TOKENS,
    &TOKEN_PATH_FIELD,
    &TOKEN_LIST_NUMBERS,
    &EC_POINT,
    &PLAIN_TEXT_STREAM,
];

/// What was switched away from the first value.
#[derive(Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Switches(BTreeMap<String, String>);

impl Switches {
    pub fn value(&self, switch: &Switch) -> &str {
        self.0.get(switch.name).map_or(switch.values[0], String::as_str)
    }

    pub fn is(&self, switch: &Switch, value: &str) -> bool {
        debug_assert!(switch.values.contains(&value), "{} has no value {value}", switch.name);
        self.value(switch) == value
    }

    /// Sets a switch by name; says what would have been right.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let switch = TABLE.iter().find(|switch| switch.name == name);
        let switch = switch.ok_or_else(|| format!("no switch {name}; `standin switch` lists them"))?;
        if !switch.values.contains(&value) {
            return Err(format!("{name} is one of {}, not {value}", switch.values.join(", ")));
        }
        self.0.insert(name.into(), value.into());
        Ok(())
    }
}
