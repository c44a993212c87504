//! What is typed and what is said, with secrets blanked and in a form that can be kept as evidence.

use hsm::Secret;
use record::text;
use serde_json::Value;

use super::trouble::Trouble;

/// A stream of the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out = 0,
    /// Standard error.
    Err = 1,
}

impl Stream {
    /// Its name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Stream::Out => "stdout",
            Stream::Err => "stderr",
        }
    }
}

/// A command as it is typed and as it is shown, and what its prompts are told.
#[derive(Clone)]
pub struct Line {
    typed: String,
    shown: String,
    then: Vec<Secret>,
}

impl Line {
    /// A command of words that need no quoting.
    pub fn new(words: impl Into<String>) -> Line {
        let typed = words.into();
        Line {
            shown: typed.clone(),
            typed,
            then: Vec::new(),
        }
    }

    /// A command that is long as it is typed.
    pub fn shown_as(typed: String, shown: String) -> Line {
        Line {
            typed,
            shown,
            then: Vec::new(),
        }
    }

    /// The same, with `times` lines that answer its prompts.
    pub fn told(mut self, secret: &Secret, times: usize) -> Line {
        self.then.extend(std::iter::repeat_n(secret, times).cloned());
        self.shown += &" [secret]".repeat(times);
        self
    }

    /// The same, with the secret in the line itself.
    pub fn with_password(self, secret: &Secret) -> Line {
        self.with_secret("--password", secret)
    }

    /// The same, as the value of another option.
    pub fn with_secret(mut self, option: &str, secret: &Secret) -> Line {
        self.typed += &format!(" {option} {}", secret.reveal());
        self.shown += &format!(" {option} [secret]");
        self
    }

    /// The same, with more words.
    pub fn and(mut self, words: &str) -> Line {
        self.typed += &format!(" {words}");
        self.shown += &format!(" {words}");
        self
    }

    /// The same, with a remark for those who read the evidence.
    pub fn remark(mut self, remark: &str) -> Line {
        self.shown += &format!(" [{remark}]");
        self
    }

    /// What is typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// What is shown.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What the prompts are told.
    pub fn then(&self) -> &[Secret] {
        &self.then
    }
}

/// What a command led to.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The command.
    pub shown: String,
    /// Prompts and other text before the answer.
    pub around: Plain,
    /// The answer, or what came instead.
    pub said: Said,
}

/// An answer, or what came instead.
#[derive(Clone, Debug)]
pub enum Said {
    /// JSON.
    Answer(Answer),
    /// A complaint that is no JSON.
    Plain {
        /// Where.
        stream: Stream,
        /// Its words.
        text: String,
    },
    /// The process ended.
    Ended {
        /// Its exit code.
        code: Option<i32>,
    },
    /// Nothing came in time.
    Silent {
        /// The system stopped the child because it reached for the terminal.
        stopped: bool,
    },
}

/// One JSON answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Where it came.
    pub stream: Stream,
    /// Its `error_code`.
    pub code: i64,
    /// Its `data`.
    pub data: Value,
}

impl Answer {
    /// Reads `{"error_code": n, "data": …}`.
    pub fn parse(stream: Stream, json: &str) -> Result<Answer, Trouble> {
        let malformed = || Trouble::Malformed {
            text: text::plain(json, KEPT),
        };
        let mut value: Value = serde_json::from_str(json).map_err(|_| malformed())?;
        let code = value.get("error_code").and_then(Value::as_i64).ok_or_else(malformed)?;
        let data = value.get_mut("data").map(Value::take).unwrap_or_default();
        Ok(Answer { stream, code, data })
    }
}

/// Text that is no JSON, by stream.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    /// On standard output.
    pub out: String,
    /// On standard error.
    pub err: String,
}

impl Plain {
    /// The first line that complains, such as `Error: "HSM is disconnected"`.
    pub fn complaint(&self) -> Option<(Stream, String)> {
        let on = |stream, text| find_complaint(text).map(|line| (stream, line));
        on(Stream::Out, &self.out).or_else(|| on(Stream::Err, &self.err))
    }

    /// How often a password was asked for.
    pub fn times_asked(&self) -> usize {
        let prompts = |text: &str| text.matches("assword:").count();
        prompts(&self.out) + prompts(&self.err)
    }
}

impl Heard {
    /// The answer's data, if it says yes.
    pub fn yes(&self) -> Option<&Value> {
        match &self.said {
            Said::Answer(Answer { code: 0, data, .. }) => Some(data),
            _ => None,
        }
    }

    /// The HSM's words, if it says no.
    pub fn no(&self) -> Option<String> {
        match &self.said {
            Said::Answer(Answer { code, data, .. }) if *code != 0 => Some(match data {
                Value::String(words) => words.clone(),
                other => other.to_string(),
            }),
            _ => None,
        }
    }

    /// One line of evidence.
    pub fn evidence(&self) -> String {
        format!("{} -> {}", self.shown, self.outcome())
    }

    /// What came, in one line.
    pub fn outcome(&self) -> String {
        match &self.said {
            Said::Answer(Answer { code, data, .. }) => {
                let words = data.as_str().map_or_else(|| data.to_string(), str::to_owned);
                format!("error_code {code}: {}", one_line(&words))
            }
            Said::Plain { stream, text } => format!("plain text on {}: {}", stream.name(), one_line(text)),
            Said::Ended { code: Some(code) } => format!("the process ended with {code}"),
            Said::Ended { code: None } => "the process ended".into(),
            Said::Silent { stopped: true } => "the system stopped the process: it reached for the terminal".into(),
            Said::Silent { stopped: false } => "no answer".into(),
        }
    }
}

/// Text from outside, plain, on one line, and not too much of it.
pub fn one_line(words: &str) -> String {
    text::plain(&words.split_whitespace().collect::<Vec<_>>().join(" "), KEPT)
}

/// A line of complaint, on its own or after a prompt.
pub fn find_complaint(noise: &str) -> Option<String> {
    let after_prompt = |line: &str| line.rsplit_once(" > ").map_or(line, |(_, rest)| rest).trim().to_owned();
    let is_complaint = |line: &String| line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("error"));
    noise.lines().map(after_prompt).find(is_complaint)
}

const KEPT: usize = 300;
