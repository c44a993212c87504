//! Scenarios as data: what is done, by whom, and what the contract says must come of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::deed::Do;

/// One file of scenarios.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// The rules that the file is about.
    #[expect(dead_code, reason = "for readers of the file")]
    pub about: String,
    /// The contract's sections that the expected answers were transcribed from.
    pub sections: Vec<u8>,
    /// The scenarios.
    pub scenario: Vec<Scenario>,
}

/// One story, told from a fresh HSM on.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The rule.
    pub name: String,
    /// What it is played over; driver and lines where nothing is said.
    #[serde(default = "both")]
    pub over: Vec<Over>,
    /// What comes before, by its name in setups.toml.
    #[serde(default)]
    pub setup: Option<String>,
    /// HSMs in the cluster.
    #[serde(default = "three")]
    pub nodes: u8,
    /// The steps.
    pub steps: Vec<Step>,
}

/// What a scenario is played over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Our driver of the CLI, over the stand-in's binary.
    Driver,
    /// Lines typed into the stand-in's binary.
    Lines,
    /// Our PKCS#11 driver, over SoftHSM2.
    Pkcs11,
}

/// One step: one thing done, and what must come of it. With none of `says`, `lost` and `shows` it must succeed, and
/// the answer must have the form of answers.toml.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    #[serde(rename = "do")]
    pub deed: Do,
    /// In which login; they are processes of their own.
    #[serde(rename = "in", default = "first")]
    pub place: String,
    /// The HSM refuses with these words; `?` where no page gives them, `*` where even plain text may come.
    pub says: Option<String>,
    /// The driver refuses before the HSM can: the beginning of its error's name.
    pub driver: Option<String>,
    /// No answer comes, but these words of plain text, or nothing at all.
    pub lost: Option<String>,
    /// Parts of the answer, by their path.
    #[serde(default)]
    pub shows: BTreeMap<String, Value>,
    /// Only where a question is answered so; see switches.
    pub when: Option<String>,
    /// Only over these.
    pub over: Option<Vec<Over>>,
}

impl Scenario {
    /// The scenarios of a file, whose text is given.
    pub fn all(file: &str, text: &str) -> Vec<Self> {
        let parsed: File = toml::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(!parsed.sections.is_empty(), "{file} names no section of the contract");
        parsed.scenario
    }
}

fn both() -> Vec<Over> {
    vec![Over::Driver, Over::Lines]
}

fn three() -> u8 {
    3
}

fn first() -> String {
    "a".into()
}
