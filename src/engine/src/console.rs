//! The console: what is shown, and what people type. The one file that prints.

mod hearing;
mod keyboard;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use hsm::Secret;
use record::screen::{Shown, fold};
use serde_json::Value;

use crate::consoles::{Desk, Notice, Visit};
use crate::error::Error;

use self::hearing::Hearing;
use self::keyboard::Echo;

pub use self::hearing::Heard;

/// Screen and keyboard, or two pipes.
pub struct Console {
    json: bool,
    mute: bool,
    hearing: Hearing,
    /// Where members at consoles of their own see what is shown here.
    desk: Option<Arc<Desk>>,
    /// Who came and left, and is not in the journal yet.
    visits: Vec<Visit>,
    /// Those who answer where nobody sits at a keyboard.
    people: Option<Box<dyn People>>,
    begun: Instant,
}

/// How a wait for Enter went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Somebody pressed Enter.
    Entered,
    /// Standard input has ended.
    Ended,
    /// A member at a console of their own came, left or gave something, and was shown; Enter is still awaited.
    Noticed,
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
            hearing: Hearing::new(),
            desk: None,
            visits: Vec::new(),
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

    /// Tells members at consoles of their own what is shown from here on. Returns where they leave word.
    pub fn told_at(&mut self, desk: Arc<Desk>) -> Sender<Heard> {
        self.desk = Some(desk);
        self.hearing.sender()
    }

    /// Shows one thing.
    pub fn show(&self, shown: &Shown) {
        if let Some(desk) = &self.desk {
            desk.shown(shown);
        }
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

    /// Draws a code and a line below it. The code's signs are ours: blocks and spaces. On a terminal the drawing stays in
    /// its place; elsewhere one follows the other.
    pub fn draw(&self, code: &str, below: &str) {
        if self.mute || self.json {
            return;
        }
        let mut out = std::io::stdout().lock();
        // ECMA-48: to the first line and column; the rest of each line is cleared, and what is below.
        let drawn = match out.is_terminal() {
            true => format!(
                "\x1b[H{}{}\x1b[K\x1b[J",
                code.replace('\n', "\x1b[K\n"),
                plain_line(below)
            ),
            false => format!("{code}{}\n", plain_line(below)),
        };
        let done = out.write_all(drawn.as_bytes());
        if done.and_then(|()| out.flush()).is_err() {
            tracing::warn!("standard output is closed");
        }
    }

    /// The size of the terminal on which is shown, in columns and lines. None if it is none.
    pub fn size(&self) -> Option<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
        (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
    }

    /// Whether somebody may type.
    pub fn is_attended(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    /// A line that is typed within so many milliseconds. At the end of standard input nobody types any more.
    pub fn typed(&mut self, milliseconds: u64) -> Option<String> {
        let pause = Duration::from_millis(milliseconds);
        match self.hearing.next(Some(pause)) {
            Some(Heard::Line(line)) => Some(line),
            Some(Heard::Notice(notice)) => {
                self.notice(notice);
                None
            }
            Some(Heard::Ended) => {
                std::thread::sleep(pause);
                None
            }
            None => None,
        }
    }

    /// Milliseconds since the program began.
    pub fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits for Enter. `None` if standard input has ended.
    pub fn enter(&mut self) -> Option<String> {
        if let Some(people) = &mut self.people {
            return people.enter().then(String::new);
        }
        loop {
            match self.hearing.next(None) {
                Some(Heard::Line(line)) => return Some(line),
                Some(Heard::Notice(notice)) => self.notice(notice),
                Some(Heard::Ended) | None => return None,
            }
        }
    }

    /// Waits for Enter, or for word of a member at a console of their own.
    pub fn wait(&mut self) -> Waited {
        if let Some(people) = &mut self.people {
            return waited(people.enter());
        }
        let heard = self.hearing.next(None);
        self.heard(heard)
    }

    /// The same while tokens live; shows how long they still do.
    pub fn wait_before(&mut self, end: Instant, tokens: u32) -> Result<Waited, Error> {
        if let Some(people) = &mut self.people {
            return Ok(waited(people.enter()));
        }
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::TokensExpired);
            }
            let pause = Duration::from_secs(if left > Duration::from_secs(60) { 30 } else { 10 });
            match self.hearing.next(Some(pause.min(left))) {
                None => {
                    let seconds = end.saturating_duration_since(Instant::now()).as_secs();
                    self.show(&Shown::Countdown { seconds, tokens });
                }
                heard => return Ok(self.heard(heard)),
            }
        }
    }

    fn heard(&mut self, heard: Option<Heard>) -> Waited {
        match heard {
            Some(Heard::Line(_)) => Waited::Entered,
            Some(Heard::Notice(notice)) => {
                self.notice(notice);
                Waited::Noticed
            }
            Some(Heard::Ended) | None => Waited::Ended,
        }
    }

    /// Who came and left since this was asked last.
    pub fn visits(&mut self) -> Vec<Visit> {
        for notice in self.hearing.notices() {
            self.notice(notice);
        }
        std::mem::take(&mut self.visits)
    }

    fn notice(&mut self, notice: Notice) {
        self.show(&notice.shown());
        if let Notice::Visit(visit) = notice {
            self.visits.push(visit);
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
            for notice in self.hearing.forget_lines() {
                self.notice(notice);
            }
        }
        loop {
            self.show(&Shown::Asking {
                prompt: prompt.to_owned(),
            });
            let echo = Echo::off();
            let line = self.enter();
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
}

fn waited(entered: bool) -> Waited {
    match entered {
        true => Waited::Entered,
        false => Waited::Ended,
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

#[cfg(test)]
mod tests;
