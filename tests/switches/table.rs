//! The table: what must be different under each answer, and what the founding event comes to.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::scenario::Scenario;

/// What must be different under each answer to a question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// The question.
    pub name: String,
    /// What is done; steps with `when` are for one answer alone.
    pub scenario: Scenario,
    /// Why no scenario here shows the difference.
    pub not_seen_here: Option<String>,
    /// What the founding event comes to, by answer.
    pub event: BTreeMap<String, Comes>,
}

/// What an event comes to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Comes {
    /// It ends by itself.
    #[serde(default)]
    pub ends: bool,
    /// It stops with this error, …
    pub stops: Option<String>,
    /// … this hint …
    pub hint: Option<String>,
    /// … and this exit code.
    pub code: Option<i32>,
    /// It ends when the engine is told the probe's answer.
    #[serde(default)]
    pub ends_with_answers: bool,
}

/// All rows.
pub fn rows() -> Vec<Row> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        row: Vec<Row>,
    }
    toml::from_str::<File>(include_str!("table.toml"))
        .expect("table.toml")
        .row
}
