//! What a rehearsal has done so far, so that it can be gone on with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files;
use crate::places::Places;
use crate::timing::Taken;

/// What is kept between two runs of one rehearsal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The format.
    version: u32,
    /// See [`crate::clock::Clock`].
    pub ahead: Option<i64>,
    /// Who approves.
    pub approvers: Vec<String>,
    /// Who attends.
    pub present: Vec<String>,
    /// The scripts of the events after the founding event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Wished>,
    /// Whether those events are the journey's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub journey: bool,
    /// What `ceremony-publish init` is told of the log's witnesses, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<String>,
    /// Whether what outside keepers do after an event is left to the person.
    #[serde(default, skip_serializing_if = "is_false")]
    pub without_keepers: bool,
    /// How often a member made keys, if more than once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, u32>,
    /// Which password the key owner has, from 1; after a stop it may have one of the two next ones.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub owner: u32,
    /// Which cluster there is now, from 1; none before the first event.
    pub cluster: u32,
    /// Events that were ended because their cluster was left halfway: each is followed by the same once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_halfway: Vec<String>,
    /// How long people took, in a drill.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// The stages that are done; a later event's begin with its name.
    pub done: Vec<String>,
}

/// A wish for an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wished {
    /// Its script, or the one that is practised.
    pub script: String,
    /// Whether it is a drill, held for the time that people take.
    #[serde(default, skip_serializing_if = "is_false")]
    pub drill: bool,
}

impl Wished {
    /// An event of this script.
    pub fn script(name: &str) -> Self {
        Self {
            script: name.to_owned(),
            drill: false,
        }
    }

    /// A drill of this script.
    pub fn drill(name: &str) -> Self {
        Self {
            drill: true,
            ..Self::script(name)
        }
    }
}

impl Memory {
    /// Of a rehearsal that begins.
    pub fn new(ahead: Option<i64>, approvers: Vec<String>, present: Vec<String>) -> Self {
        Self {
            version: VERSION,
            ahead,
            approvers,
            present,
            scripts: Vec::new(),
            journey: false,
            witnesses: Vec::new(),
            without_keepers: false,
            keys: BTreeMap::new(),
            owner: 1,
            cluster: 0,
            left_halfway: Vec::new(),
            taken: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Of one that was stopped.
    pub fn read(places: &Places) -> Result<Self, Error> {
        let path = places.memory();
        let wrong = |what: String| Error::Memory {
            path: path.clone(),
            what,
        };
        if !path.exists() {
            return Err(wrong("no rehearsal was begun here".into()));
        }
        let bytes = files::read(&path)?;
        let memory: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        match memory.version {
            VERSION => Ok(memory),
            other => Err(wrong(format!("version {other} of this file is not known here"))),
        }
    }

    /// Whether a stage is done.
    pub fn has_done(&self, stage: &str) -> bool {
        self.done.iter().any(|done| done == stage)
    }

    /// Moves every program's clock on, for good, by as long as a member waits before the same is approved again.
    pub fn move_clock_on(&mut self) {
        self.ahead = Some(self.ahead.unwrap_or(0) + BEFORE_THE_SAME_AGAIN);
    }

    /// Keeps it, in one move: a stop leaves the old one or the new one.
    pub fn keep(&self, places: &Places) -> Result<(), Error> {
        let path = places.memory();
        let beside: PathBuf = path.with_extension("json.new");
        files::clear(&beside)?;
        files::write_new(&beside, &serde_json::to_vec_pretty(self).unwrap_or_default(), true)?;
        std::fs::rename(&beside, &path).map_err(Error::file("write", &path))
    }
}

fn one() -> u32 {
    1
}

fn is_one(value: &u32) -> bool {
    *value == 1
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Since version 2 the cluster is initialised by an event of its own.
const VERSION: u32 = 2;

/// Ten minutes in which a token is made and approved, ten more in which it is used, and a second.
const BEFORE_THE_SAME_AGAIN: i64 = 1_201;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_moved_on_again_is_further_ahead() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.move_clock_on();
        assert_eq!(memory.ahead, Some(1_201));
        memory.move_clock_on();
        assert_eq!(memory.ahead, Some(2_402));
        let mut early = Memory::new(Some(-5_000), Vec::new(), Vec::new());
        early.move_clock_on();
        assert_eq!(early.ahead, Some(-3_799));
    }
}
