//! What `ceremony hsm probe` found out about this version of CloudHSM's command line.

use std::collections::BTreeMap;
use std::path::Path;

use hsm::Habits;
use serde::Deserialize;

use crate::error::Error;
use crate::files;

/// A probe's file: its answers, by question. What else it says is for people.
#[derive(Deserialize)]
struct Probed {
    answers: BTreeMap<String, String>,
}

/// Reads a probe's answers; without a file, what the documents suggest.
pub fn read(answers: Option<&Path>) -> Result<Habits, Error> {
    let Some(path) = answers else {
        return Ok(Habits::default());
    };
    let bytes = files::read(path, ANSWERS_LIMIT)?;
    let bad = |what: String| {
        Error::input(
            path.display().to_string(),
            record::Error::Invalid { file: "answers", what },
        )
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| bad(error.to_string()))?;
    let probed: Probed = toml::from_str(text).map_err(|error| bad(error.to_string().trim_end().to_owned()))?;
    Ok(Habits::from_answers(&probed.answers))
}

/// A probe writes some twenty answers, with what it saw.
const ANSWERS_LIMIT: usize = 256 * 1024;
