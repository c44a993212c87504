//! What a rehearsal has done so far, so that it can be gone on with.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::files;
use crate::places::Places;

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
    /// The stages that are done.
    pub done: Vec<String>,
}

impl Memory {
    /// Of a rehearsal that begins.
    pub fn new(ahead: Option<i64>, approvers: Vec<String>, present: Vec<String>) -> Self {
        Self {
            version: VERSION,
            ahead,
            approvers,
            present,
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

    /// Keeps it, in one move: a stop leaves the old one or the new one.
    pub fn keep(&self, places: &Places) -> Result<(), Error> {
        let path = places.memory();
        let beside: PathBuf = path.with_extension("json.new");
        files::clear(&beside)?;
        files::write_new(&beside, &serde_json::to_vec_pretty(self).unwrap_or_default(), true)?;
        std::fs::rename(&beside, &path).map_err(Error::file("write", &path))
    }
}

const VERSION: u32 = 1;
