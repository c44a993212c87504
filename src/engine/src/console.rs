//! The console: what is shown, and what people type. The one file that prints.

mod keyboard;

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use hsm::Secret;
use record::screen::{Shown, fold};
use serde_json::Value;

use crate::error::Error;

use self::keyboard::Echo;

/// Screen and keyboard, or two pipes.
pub struct Console {
    json: bool,
    mute: bool,
    typed: Option<Receiver<String>>,
    /// Those who answer where nobody sits at a keyboard.
    people: Option<Box<dyn People>>,
    begun: Instant,
}

/// People who are not at the keyboard: those of a past event.
pub trait People {
    /// They press Enter, or, if false, are gone.
    fn enter(&mut self) -> bool;
    /// They type a secret; none if they are gone.
    fn secret(&mut self, prompt: &str) -> Option<Secret>;
    /// They give one of the answers, or, where there are none to choose from, a sentence; none if they are gone.
    fn decide(&mut self, question: &str, answers: &[&str]) -> Option<String>;
}

impl Console {
    /// Shows lines for people, or with `json` one JSON object a line.
    pub fn new(json: bool) -> Self {
        Self {
            json,
            mute: false,
            typed: None,
            people: None,
            begun: Instant::now(),
        }
    }

    /// Shows nothing, for a walk whose screen would be made up.
    pub fn mute() -> Self {
        Self {
            mute: true,
            ..Self::new(false)
        }
    }

    /// Shows nothing, and asks `people` instead of the keyboard.
    pub fn of(people: impl People + 'static) -> Self {
        Self {
            people: Some(Box::new(people)),
            ..Self::mute()
        }
    }

    /// Another one on the same screen, at which nobody types.
    pub fn like(&self) -> Self {
        Self {
            mute: self.mute,
            ..Self::new(self.json)
        }
    }

    /// Shows one thing.
    pub fn show(&self, shown: &Shown) {
        if self.mute {
            return;
        }
        let mut out = std::io::stdout().lock();
        let done = match self.json {
            true => writeln!(out, "{}", serde_json::to_string(shown).unwrap_or_default()),
            false => lines(shown).iter().try_for_each(|line| writeln!(out, "{line}")),
        };
        // A reader who went away must not end an event between two steps.
        if done.and_then(|()| out.flush()).is_err() {
            tracing::warn!("standard output is closed");
        }
    }

    /// Shows commands that nobody pastes: for people they are folded, for programs each is whole.
    pub fn show_commands(&self, title: String, commands: Vec<String>) {
        let lines = match self.json {
            true => commands,
            false => commands.iter().flat_map(|command| folded(command)).collect(),
        };
        self.show(&Shown::Commands { title, lines });
    }

    /// Shows a sentence.
    pub fn say(&self, text: impl Into<String>) {
        self.show(&Shown::Said { text: text.into() });
    }

    /// Shows what needs care.
    pub fn warn(&self, text: impl Into<String>) {
        self.show(&Shown::Warning { text: text.into() });
    }

    /// Shows an error and its hint without ending the event.
    pub fn refuse(&self, error: &Error) {
        self.show(&Shown::Refused {
            error: error.to_string(),
            hint: error.hint(),
        });
    }

    /// Milliseconds since the program began.
    pub fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits for Enter. `None` if standard input has ended.
    pub fn enter(&mut self) -> Option<String> {
        match &mut self.people {
            Some(people) => people.enter().then(String::new),
            None => self.lines().recv().ok(),
        }
    }

    /// Waits for Enter while tokens live, and shows how long they still do. False if standard input has ended.
    pub fn enter_before(&mut self, end: Instant, tokens: u32) -> Result<bool, Error> {
        if let Some(people) = &mut self.people {
            return Ok(people.enter());
        }
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::TokensExpired);
            }
            let pause = Duration::from_secs(if left > Duration::from_secs(60) { 30 } else { 10 });
            match self.lines().recv_timeout(pause.min(left)) {
                Ok(_) => return Ok(true),
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = end.saturating_duration_since(Instant::now()).as_secs();
                    self.show(&Shown::Countdown { seconds, tokens });
                }
            }
        }
    }

    /// Asks for a secret; it is not echoed where there is a terminal. What was typed ahead is no secret, and an empty
    /// line is asked for again.
    pub fn secret(&mut self, prompt: &str) -> Result<Secret, Error> {
        self.hidden(prompt, false)
    }

    /// Asks for a PIN; an empty line is one, where the token's own reader asks.
    pub fn pin(&mut self, prompt: &str) -> Result<Secret, Error> {
        self.hidden(prompt, true)
    }

    fn hidden(&mut self, prompt: &str, may_be_empty: bool) -> Result<Secret, Error> {
        let gone = || Error::NoAnswer {
            question: prompt.to_owned(),
        };
        if let Some(people) = &mut self.people {
            return people.secret(prompt).ok_or_else(gone);
        }
        if std::io::stdin().is_terminal() {
            while self.lines().try_recv().is_ok() {}
        }
        loop {
            self.show(&Shown::Asking {
                prompt: prompt.to_owned(),
            });
            let echo = Echo::off();
            let line = self.lines().recv().ok();
            drop(echo);
            match line {
                None => return Err(gone()),
                Some(line) if line.is_empty() && !may_be_empty => {}
                Some(line) => return Ok(Secret::new(line)),
            }
        }
    }

    /// Asks for a secret that is to be kept, twice, until it is one that can be used.
    pub fn new_secret(&mut self, prompt: &str, usable: UsableSecret<'_>) -> Result<Secret, Error> {
        loop {
            let first = self.secret(prompt)?;
            if let Err(refused) = usable(&first) {
                self.say(format!("Choose another one: {refused}."));
            } else if self.secret(&format!("{prompt}, again"))?.reveal() == first.reveal() {
                return Ok(first);
            } else {
                self.say("The two are not the same.");
            }
        }
    }

    /// Asks for one of the given answers.
    pub fn decide(&mut self, question: &str, answers: &[&str]) -> Result<String, Error> {
        let shown = Shown::Deciding {
            question: question.to_owned(),
            answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
        };
        let gone = || Error::NoAnswer {
            question: question.to_owned(),
        };
        if let Some(people) = &mut self.people {
            return people.decide(question, answers).ok_or_else(gone);
        }
        loop {
            self.show(&shown);
            let line = self.enter().ok_or_else(gone)?;
            if answers.contains(&line.trim()) {
                return Ok(line.trim().to_owned());
            }
        }
    }

    /// Asks for a sentence: 1 to 300 printable ASCII characters, because it is published as it is.
    pub fn sentence(&mut self, question: &str) -> Result<String, Error> {
        let shown = Shown::Deciding {
            question: question.to_owned(),
            answers: Vec::new(),
        };
        let gone = || Error::NoAnswer {
            question: question.to_owned(),
        };
        if let Some(people) = &mut self.people {
            return people.decide(question, &[]).ok_or_else(gone);
        }
        loop {
            self.show(&shown);
            let line = self.enter().ok_or_else(gone)?;
            if record::text::is_sentence(line.trim()) {
                return Ok(line.trim().to_owned());
            }
            self.say("Answer in 1 to 300 printable ASCII characters; the record has them as they are.");
        }
    }

    /// The lines of standard input.
    fn lines(&mut self) -> &Receiver<String> {
        self.typed.get_or_insert_with(keyboard::lines)
    }
}

/// Says why a secret cannot be used.
type UsableSecret<'a> = &'a dyn Fn(&Secret) -> Result<(), hsm::Error>;

/// A line among commands, which are shown two columns further in.
pub fn folded(line: &str) -> Vec<String> {
    let lines = fold(&plain_line(line), "  ", "      ");
    lines.into_iter().map(|line| line[2..].to_owned()).collect()
}

/// What people see. Labels, users' names and the HSM's words must not move a cursor or wipe a row.
fn lines(shown: &Shown) -> Vec<String> {
    let plain = serde_json::to_value(shown).map(all_plain);
    let plain = plain.and_then(serde_json::from_value::<Shown>);
    // Whatever is made of it: a line is one line.
    let lines = plain.as_ref().unwrap_or(shown).lines();
    lines.iter().map(|line| plain_line(line)).collect()
}

/// White space may stay in it: texts are folded.
fn all_plain(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.split('\n').map(plain_line).collect::<Vec<_>>().join("\n")),
        Value::Array(values) => Value::Array(values.into_iter().map(all_plain).collect()),
        Value::Object(fields) => {
            let plain = |(name, value)| (name, all_plain(value));
            Value::Object(fields.into_iter().map(plain).collect())
        }
        other => other,
    }
}

fn plain_line(text: &str) -> String {
    record::text::plain(text, usize::MAX)
}

/// An error or a hint for the terminal: lines after the first are set in, so that none looks like one of ours.
pub fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain_line).collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests;
