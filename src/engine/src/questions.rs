//! The questions: one file for the stand-in's switches, for the probe and for the tests.

use record::text;
use serde::Deserialize;

/// What only real hardware can answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Its short name.
    pub name: String,
    /// The question.
    #[serde(rename = "question")]
    pub text: String,
    /// The answers that may come; the first is assumed until one does.
    pub values: Vec<String>,
}

impl Question {
    /// What is taken for true without a probe.
    pub fn assumed(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
}

/// All of them, in the file's order.
pub fn all() -> Vec<Question> {
    #[derive(Deserialize)]
    struct File {
        question: Vec<Question>,
    }
    let file: File = toml::from_str(QUESTIONS).expect("a test reads it");
    file.question
}

/// The one of that name; otherwise what is wrong, and what there is.
pub fn find<'a>(all: &'a [Question], name: &str) -> Result<&'a Question, (String, String)> {
    let found = all.iter().find(|question| question.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|question| question.name.as_str()).collect();
        (
            format!("there is no question '{}'", text::plain(name, 63)),
            format!("the questions are: {}", names.join(", ")),
        )
    })
}

const QUESTIONS: &str = include_str!("../../hsm/questions.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_a_name_of_its_own_and_something_to_choose_from() {
        let questions = all();
        for (at, question) in questions.iter().enumerate() {
            let earlier = questions[..at].iter().find(|earlier| earlier.name == question.name);
            assert!(earlier.is_none(), "{} is asked twice", question.name);
            assert!(question.values.len() > 1, "{} has one answer", question.name);
            assert!(question.text.ends_with('?') || question.text.ends_with(')') || question.text.contains('?'));
        }
    }
}
