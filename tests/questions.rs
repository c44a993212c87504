//! The questions that only real hardware can answer, from the file that stand-in, probe and tests share.

use serde::Deserialize;
use support::process::workspace;

/// One of them.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Its short name.
    pub name: String,
    /// The question.
    pub question: String,
    /// The answers; the first is assumed.
    pub values: Vec<String>,
}

/// All of them.
pub fn questions() -> Vec<Question> {
    #[derive(Deserialize)]
    struct File {
        question: Vec<Question>,
    }
    let text = std::fs::read_to_string(workspace().join("src/hsm/questions.toml")).expect("the questions");
    toml::from_str::<File>(&text).expect("TOML").question
}
