//! Standard input and output: lines within bounds, prompts, answers.

use std::io::{self, BufRead, IsTerminal, Read, StdinLock, Write};

use zeroize::Zeroizing;

use crate::error::{Broken, Refusal};

pub struct Console {
    input: StdinLock<'static>,
    is_terminal: bool,
}

/// What came from standard input.
pub enum Said {
    Line(Zeroizing<String>),
    /// Too long, or not UTF-8; the rest of the line is passed over.
    Unreadable,
    End,
}

impl Console {
    pub fn new() -> Console {
        Console {
            input: io::stdin().lock(),
            is_terminal: io::stdin().is_terminal(),
        }
    }

    pub fn prompt(&self, text: &str) -> Result<(), Broken> {
        write(format_args!("{text}"))
    }

    pub fn say(&self, text: &str) -> Result<(), Broken> {
        write(format_args!("{text}\n"))
    }

    pub fn read_line(&mut self) -> Result<Said, Broken> {
        let mut line = Zeroizing::new(Vec::new());
        let read = (&mut self.input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(Broken::Console)?;
        if read == 0 {
            return Ok(Said::End);
        }
        if line.last() != Some(&b'\n') && read as u64 == LONGEST_LINE {
            self.input.skip_until(b'\n').map_err(Broken::Console)?;
            return Ok(Said::Unreadable);
        }
        Ok(match std::str::from_utf8(&line) {
            Ok(text) => Said::Line(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned())),
            Err(_) => Said::Unreadable,
        })
    }

    /// Asks for a password. Read from standard input, whether or not that is a terminal, and not hidden there.
    pub fn ask_password(&mut self, prompt: &str) -> Result<Result<Zeroizing<String>, Refusal>, Broken> {
        self.prompt(prompt)?;
        let said = self.read_line()?;
        if !self.is_terminal {
            self.say("")?;
        }
        Ok(match said {
            Said::Line(password) => Ok(password),
            Said::Unreadable | Said::End => Err(Refusal::invalid("No password was entered")),
        })
    }
}

fn write(text: std::fmt::Arguments<'_>) -> Result<(), Broken> {
    let mut output = io::stdout().lock();
    output
        .write_fmt(text)
        .and_then(|()| output.flush())
        .map_err(Broken::Console)
}

const LONGEST_LINE: u64 = 2 << 20;
