//! Key attributes: AWS's defaults, what may be said at creation, what may change later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::switches::{EMPTY_ID, Switches};
use crate::words::assignment;

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    PublicKey,
    PrivateKey,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, Value>);

/// What a new key's attributes depend on.
pub struct Birth<'a> {
    pub class: Class,
    pub label: &'a str,
    pub check_value: String,
    pub length: usize,
    pub curve: &'a str,
    pub settings: &'a [String],
}

impl Attributes {
    /// The defaults, which are wrong for a root (extractable, not signing), then what the caller asked for.
    pub fn at_creation(birth: &Birth<'_>) -> Result<Attributes, Refusal> {
        check_label(birth.label)?;
        let private = birth.class == Class::PrivateKey;
        let mut attributes = Attributes(BTreeMap::new());
        OFF.iter().for_each(|name| attributes.put(name, json!(false)));
        ON.iter().for_each(|name| attributes.put(name, json!(true)));
        ["always-sensitive", "private", "sensitive"]
            .iter()
            .for_each(|name| attributes.put(name, json!(private)));
        attributes.put("class", json!(birth.class));
        attributes.put("key-type", json!("ec"));
        attributes.put("label", json!(birth.label));
        attributes.put("id", json!("0x"));
        attributes.put("check-value", json!(birth.check_value));
        attributes.put("key-length-bytes", json!(birth.length));
        attributes.put("curve", json!(birth.curve));
        birth
            .settings
            .iter()
            .try_for_each(|setting| attributes.set_at_creation(birth.class, setting))?;
        let never = private && !attributes.flag("extractable");
        attributes.put("never-extractable", json!(never));
        Ok(attributes)
    }

    /// Changes one attribute of a living key. `modifiable` goes one way only, and closes everything else.
    pub fn change(&mut self, class: Class, name: &str, value: &str) -> Result<(), Refusal> {
        let open = self.flag("modifiable");
        let allowed = match name {
            "modifiable" => value == "false",
            "label" | "id" => true,
            _ => changeable(class).contains(&name),
        };
        if !open || !allowed {
            return Err(refused(name, value));
        }
        self.put(name, parse(name, value)?);
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }

    /// Whether the attribute, written plainly, is this.
    pub fn matches(&self, name: &str, wanted: &str) -> bool {
        let plain = match self.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => return false,
        };
        plain == wanted
    }

    pub fn to_json(&self, switches: &Switches) -> Value {
        let mut all = json!(self.0);
        if all["id"] == "0x" && switches.is(&EMPTY_ID, "nothing") {
            all["id"] = json!("");
        }
        all
    }

    fn set_at_creation(&mut self, class: Class, setting: &str) -> Result<(), Refusal> {
        let (name, value) = assignment(setting)?;
        let allowed = matches!(name, "id" | "destroyable" | "extractable" | "modifiable");
        if !allowed && !changeable(class).contains(&name) {
            return Err(refused(name, value));
        }
        self.put(name, parse(name, value)?);
        Ok(())
    }

    fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.into(), value);
    }
}

/// Whether there is an attribute of that name.
pub fn is_known(name: &str) -> bool {
    OFF.contains(&name) || ON.contains(&name) || OTHERS.contains(&name)
}

fn changeable(class: Class) -> &'static [&'static str] {
    match class {
        Class::PrivateKey => &[
            "decrypt",
            "derive",
            "destroyable",
            "sign",
            "unwrap",
            "wrap-with-trusted",
        ],
        Class::PublicKey => &["derive", "destroyable", "encrypt", "verify", "wrap"],
    }
}

fn parse(name: &str, value: &str) -> Result<Value, Refusal> {
    match (name, value) {
        ("label", _) => check_label(value).map(|()| json!(value)),
        ("id", _) => check_id(value).map(|()| json!(value)),
        (_, "true") => Ok(json!(true)),
        (_, "false") => Ok(json!(false)),
        _ => Err(refused(name, value)),
    }
}

/// AWS gives no limit; without one, a few keys would fill the cluster.
fn check_id(value: &str) -> Result<(), Refusal> {
    let digits = value.strip_prefix("0x").filter(|digits| digits.len() % 2 == 0);
    match digits {
        Some(digits) if digits.len() / 2 > LONGEST_ID => Err(Refusal::invalid("An id has at most 127 octets")),
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => Ok(()),
        _ => Err(refused("id", value)),
    }
}

fn check_label(label: &str) -> Result<(), Refusal> {
    match label.chars().count() <= LONGEST_LABEL {
        true => Ok(()),
        false => Err(Refusal::invalid("A label has at most 127 characters")),
    }
}

fn refused(name: &str, value: &str) -> Refusal {
    Refusal::AttributeRefused {
        name: name.into(),
        value: value.into(),
    }
}

/// False when a key is made.
const OFF: &[&str] = &[
    "decrypt",
    "derive",
    "encrypt",
    "never-extractable",
    "sign",
    "trusted",
    "unwrap",
    "verify",
    "wrap",
    "wrap-with-trusted",
];
/// True when a key is made.
const ON: &[&str] = &["destroyable", "extractable", "local", "modifiable", "token"];
const OTHERS: &[&str] = &[
    "always-sensitive",
    "check-value",
    "class",
    "curve",
    "ec-point",
    "id",
    "key-length-bytes",
    "key-type",
    "label",
    "private",
    "sensitive",
];
const LONGEST_LABEL: usize = 127;
/// As long as a label: ours.
const LONGEST_ID: usize = 127;
