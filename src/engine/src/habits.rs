//! What `ceremony hsm probe` found out about this version of CloudHSM's command line.

use std::collections::BTreeMap;
use std::path::Path;

use hsm::Habits;
use record::text;
use serde::Deserialize;

use crate::error::Error;
use crate::files;
use crate::questions::{self, Question};

/// A probe's file: its answers, by question. What else it says is for people. People may write one by hand, so that its
/// version and origin may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Probed {
    version: Option<u64>,
    stand_in: Option<bool>,
    answers: BTreeMap<String, String>,
}

/// Reads a probe's answers; without a file, what the documents suggest. What the stand-in answered says nothing of an HSM.
pub fn read(answers: Option<&Path>, rehearsal: bool) -> Result<Habits, Error> {
    let Some(path) = answers else {
        return Ok(Habits::default());
    };
    let bytes = files::read(path, ANSWERS_LIMIT)?;
    let bad = |what: String| {
        Error::input(
            path.display().to_string(),
            record::Error::Invalid {
                file: "hsm-answers",
                what,
            },
        )
    };
    let content = std::str::from_utf8(&bytes).map_err(|error| bad(error.to_string()))?;
    let probed: Probed = toml::from_str(content).map_err(|error| bad(error.to_string().trim_end().to_owned()))?;
    let questions = questions::all();
    match (probed.version, probed.stand_in) {
        (Some(version), _) if version != VERSION => Err(bad(format!("version {version} is not {VERSION}"))),
        (_, Some(true)) if !rehearsal => Err(bad("the stand-in for rehearsals gave these answers, not an HSM".into())),
        _ => probed.answers.iter().try_for_each(|(name, answer)| {
            known(&questions, name, answer).map_err(|(what, hint)| Error::Elsewhere {
                cause: Box::new(bad(what)),
                hint: hint.into(),
            })
        }),
    }?;
    Ok(Habits::from_answers(&probed.answers))
}

/// A slip of the hand would be taken for silence, and the documents' answer assumed: what is wrong, and what there is.
fn known(all: &[Question], name: &str, answer: &str) -> Result<(), (String, String)> {
    let question = questions::find(all, name)?;
    match question.values.iter().any(|value| value == answer) {
        true => Ok(()),
        false => Err((
            format!("'{}' is no answer to {name}", text::plain(answer, 63)),
            format!("its answers are: {}", question.values.join(", ")),
        )),
    }
}

const VERSION: u64 = 1;

/// A probe writes some twenty answers, with what it saw.
const ANSWERS_LIMIT: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, rehearsal: bool) -> Result<Habits, String> {
        let folder = std::env::temp_dir().join(format!("answers-{}-{}", std::process::id(), text.len()));
        std::fs::write(&folder, text).expect("written");
        let read = read(Some(&folder), rehearsal).map_err(|error| error.to_string());
        std::fs::remove_file(folder).expect("removed");
        read
    }

    #[test]
    fn what_the_stand_in_answered_is_for_rehearsals() {
        let text = "version = 1\nstand-in = true\n[answers]\nmfa-off-word = \"disable\"\n";
        assert_eq!(read_text(text, true).expect("habits").mfa_off, hsm::MfaOff::Disable);
        let error = read_text(text, false).expect_err("refused");
        assert_eq!(
            error,
            "hsm-answers: the stand-in for rehearsals gave these answers, not an HSM"
        );
    }

    #[test]
    fn another_version_is_refused_and_a_file_written_by_hand_is_read() {
        let error = read_text("version = 2\n[answers]\n", true).expect_err("refused");
        assert_eq!(error, "hsm-answers: version 2 is not 1");
        let later = "version = 1\nlater = 1\n[answers]\nuse-voids-other-tokens = \"no\"\n[more]\n";
        assert_eq!(read_text(later, false).expect("habits"), Habits::default());
        let by_hand = "[answers]\nuse-voids-other-tokens = \"yes\"\n";
        let habits = read_text(by_hand, false).expect("habits");
        assert_eq!(habits.logout, hsm::Logout::AfterEachUse);
    }
}
