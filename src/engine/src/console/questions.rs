//! What people are asked: secrets, which are not echoed, one of some answers, a sentence.

use std::io::IsTerminal as _;

use hsm::Secret;
use record::screen::Shown;

use super::Console;
use super::keyboard::Echo;
use crate::error::Error;

impl Console {
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

/// Says why a secret cannot be used.
type UsableSecret<'a> = &'a dyn Fn(&Secret) -> Result<(), hsm::Error>;
