//! The file of answers: what other verbs read as `--hsm-answers`, and what the documentation cites.
//!
//! It appears with the first question, whole and synced, and is written anew after each: a probe that stops half-way
//! leaves what is known so far. `docs/hsm.md` describes it.

use std::path::{Path, PathBuf};

use record::Time;
use record::screen::Shown;
use serde_json::Value;

use super::Verdict;
use super::said::one_line;
use crate::console::{Console, folded};
use crate::error::Error;
use crate::files;
use crate::questions::Question;

/// What was asked of whom, and what came.
pub struct Answers {
    path: PathBuf,
    date: Time,
    facts: Facts,
    rows: Vec<Row>,
    /// What the probe could not take away.
    pub left: Vec<String>,
}

/// Client and HSMs.
pub struct Facts {
    /// What the client says of itself.
    pub client: String,
    /// The HSMs as `cluster hsm-info` lists them.
    pub hsms: Vec<Value>,
    /// The cluster had not been activated.
    pub new: bool,
}

struct Row {
    question: Question,
    found: Found,
    evidence: Vec<String>,
}

enum Found {
    Answer(String),
    Unanswered(String),
}

impl Answers {
    /// Begins the file: from here on its place is taken.
    pub fn begin(path: &Path, date: Time, facts: Facts, questions: Vec<Question>) -> Result<Answers, Error> {
        let row = |question| Row {
            question,
            found: Found::Unanswered("the probe did not come to it".into()),
            evidence: Vec::new(),
        };
        let rows = questions.into_iter().map(row).collect();
        let answers = Answers {
            path: path.to_owned(),
            date,
            facts,
            rows,
            left: vec![NOT_CLEANED.into()],
        };
        files::write_new(path, answers.toml().as_bytes())?;
        Ok(answers)
    }

    /// Is this question asked?
    pub fn asks(&self, name: &str) -> bool {
        self.rows.iter().any(|row| row.question.name == name)
    }

    /// Takes what a prober found. An answer that the question does not have is none.
    pub fn take(&mut self, name: &str, verdict: Verdict, evidence: Vec<String>) {
        let Some(row) = self.rows.iter_mut().find(|row| row.question.name == name) else {
            return;
        };
        row.evidence = evidence;
        row.found = match verdict {
            Verdict::Is(value) if row.question.values.iter().any(|known| known == value) => {
                Found::Answer(value.to_owned())
            }
            Verdict::Is(value) => Found::Unanswered(format!("'{value}' was found, which is none of the answers")),
            Verdict::Unanswered(why) => Found::Unanswered(one_line(&why)),
        };
    }

    /// Writes all of it in the stead of what was there, whole and synced.
    pub fn save(&self) -> Result<(), Error> {
        files::replace(&self.path, self.toml().as_bytes())
    }

    /// Says what came to one question.
    pub fn show_one(&self, name: &str, console: &Console) {
        let Some(row) = self.rows.iter().find(|row| row.question.name == name) else {
            return;
        };
        console.say(match &row.found {
            Found::Answer(value) => format!("{name}: {value}"),
            Found::Unanswered(why) => format!("{name}: unanswered, because {why}"),
        });
    }

    /// The table, at 80 columns.
    pub fn show(&self, console: &Console) {
        let line =
            |name: &str, answer: &str, assumed: &str| format!("{name:26} {answer:20} {assumed}").trim_end().to_owned();
        let mut lines = vec![
            line("question", "answer", "assumed"),
            line("--------", "------", "-------"),
        ];
        for row in &self.rows {
            let assumed = row.question.assumed();
            lines.push(match &row.found {
                Found::Answer(value) if value == assumed => line(&row.question.name, value, "the same"),
                Found::Answer(value) => line(&row.question.name, value, &format!("{assumed}: differs")),
                Found::Unanswered(_) => line(&row.question.name, "unanswered", assumed),
            });
        }
        for left in &self.left {
            lines.extend(folded(&format!("Left on the cluster: {left}")));
        }
        let title = format!("{} of {} questions answered", self.answered(), self.rows.len());
        console.show(&Shown::Commands { title, lines });
    }

    fn answered(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| matches!(row.found, Found::Answer(_)))
            .count()
    }

    /// The file's text.
    fn toml(&self) -> String {
        let mut out = HEAD.to_owned();
        out += &format!("version = 1\ndate = {}\n", quoted(&self.date.to_string()));
        out += &format!(
            "client = {}\nactivated-by-the-probe = {}\n",
            quoted(&self.facts.client),
            self.facts.new
        );
        out += &format!("stand-in = {}\n", self.facts.of_a_stand_in());
        out += &format!("left-on-the-cluster = {}\n", list(&self.left));
        for hsm in &self.facts.hsms {
            out += "\n[[hsm]]\n";
            for (name, value) in hsm.as_object().into_iter().flatten() {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                out += &format!("{} = {}\n", quoted(&one_line(name)), quoted(&one_line(&value)));
            }
        }
        out += "\n# What was seen.\n[answers]\n";
        for row in &self.rows {
            if let Found::Answer(value) = &row.found {
                out += &format!(
                    "# {}\n{} = {}\n",
                    one_line(&row.question.text),
                    row.question.name,
                    quoted(value)
                );
            }
        }
        out += "\n# What was not seen, and why: what is assumed stays assumed.\n[unanswered]\n";
        for row in &self.rows {
            if let Found::Unanswered(why) = &row.found {
                let (text, assumed) = (one_line(&row.question.text), row.question.assumed());
                out += &format!(
                    "# {text} Assumed: {assumed}.\n{} = {}\n",
                    row.question.name,
                    quoted(why)
                );
            }
        }
        out += "\n# Commands with secrets blanked, and the CLI's own words.\n[evidence]\n";
        for row in self.rows.iter().filter(|row| !row.evidence.is_empty()) {
            out += &format!("{} = {}\n", row.question.name, list(&row.evidence));
        }
        out
    }
}

impl Facts {
    /// The stand-in's HSMs say that they are for rehearsals and tests only.
    fn of_a_stand_in(&self) -> bool {
        let vendor = |hsm: &Value| {
            hsm["vendor"]
                .as_str()
                .is_some_and(|vendor| vendor.contains("for rehearsals and tests only"))
        };
        self.hsms.iter().any(vendor)
    }

    /// One HSM in a sentence.
    pub fn described(hsm: &Value) -> String {
        let field = |name: &str| one_line(hsm[name].as_str().unwrap_or("unknown"));
        format!(
            "{}, {} of {}, firmware {}, FIPS state {}",
            field("serial-number"),
            field("model"),
            field("vendor"),
            field("firmware-id"),
            field("fips-state")
        )
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out += &format!("\\u{:04X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out + "\""
}

fn list(texts: &[String]) -> String {
    match texts {
        [] => "[]".into(),
        texts => {
            let lines: String = texts.iter().map(|text| format!("    {},\n", quoted(text))).collect();
            format!("[\n{lines}]")
        }
    }
}

/// Until the probe has looked: it may be stopped at any point.
const NOT_CLEANED: &str = "the probe did not come to cleaning up: users and keys whose names begin with probe may be there, \
                           and the quorum values may be 2";

const HEAD: &str = "# What a CloudHSM answered to `ceremony hsm probe`. docs/hsm.md says what each part means.\n\
                    # Other verbs read it as --hsm-answers. Do not edit it: probe again.\n";

#[cfg(test)]
mod tests;
