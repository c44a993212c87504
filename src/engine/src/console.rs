//! The console: what is shown, and who is asked. The one file that prints.

mod hearing;
mod keyboard;
mod lost;
mod news;
mod plain;
mod questions;
mod wait;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use hsm::Secret;
use record::screen::Shown;

use crate::consoles::{Desk, Visit};
use crate::error::Error;

use self::hearing::Hearing;
use self::news::News;
use self::plain::{lines, plain_line};

pub use self::hearing::Heard;
pub use self::lost::Lost;
pub use self::plain::folded;
pub use self::wait::Waited;

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
    news: News,
    /// What standard output did not take.
    lost: Lost,
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
            hearing: Hearing::new(),
            desk: None,
            visits: Vec::new(),
            people: None,
            news: News::default(),
            lost: Lost::default(),
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

    /// What standard output did not take, to be asked for once all is shown.
    pub fn lost(&self) -> Lost {
        self.lost.clone()
    }

    /// Another one on the same screen, at which nobody types.
    pub fn like(&self) -> Self {
        Self {
            mute: self.mute,
            lost: self.lost.clone(),
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
        self.news.shown(shown);
        self.print(shown);
    }

    fn print(&self, shown: &Shown) {
        if self.mute {
            return;
        }
        let mut out = std::io::stdout().lock();
        let done = match self.json {
            true => writeln!(out, "{}", serde_json::to_string(shown).unwrap_or_default()),
            false => lines(shown).iter().try_for_each(|line| writeln!(out, "{line}")),
        };
        self.lost.note(done.and_then(|()| out.flush()));
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
        self.lost
            .note(out.write_all(drawn.as_bytes()).and_then(|()| out.flush()));
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

    /// Milliseconds since the program began.
    pub fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests;
