//! What is waited for: Enter, a line, or word of a member at a console of their own.

use std::time::{Duration, Instant};

use record::screen::Shown;

use super::Console;
use super::hearing::Heard;
use crate::consoles::{Notice, Visit};
use crate::error::Error;

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

impl Console {
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
            Some(Heard::Line(_)) => {
                self.news.over();
                Waited::Entered
            }
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

    pub(super) fn notice(&mut self, notice: Notice) {
        self.show(&notice.shown());
        // A program has it all, and would answer a second time.
        if let Some(awaited) = self.news.came().filter(|_| !self.json) {
            self.print(&awaited);
        }
        if let Notice::Visit(visit) = notice {
            self.visits.push(visit);
        }
    }
}

fn waited(entered: bool) -> Waited {
    match entered {
        true => Waited::Entered,
        false => Waited::Ended,
    }
}
