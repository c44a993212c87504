//! Standard input and output, here or at a client on another machine: lines within bounds, prompts, answers.

use std::io::{self, BufRead, IsTerminal, Read, StdinLock, Write};
use std::rc::Rc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Broken, Refusal};
use crate::serve::Line;
use crate::terminal;

pub struct Console {
    seat: Seat,
}

/// Where the person or program sits that talks to us.
enum Seat {
    Here {
        input: StdinLock<'static>,
        is_terminal: bool,
    },
    Far {
        line: Rc<Line>,
        /// How long it may say nothing; None: for ever.
        patience: Option<Duration>,
    },
}

/// What came from standard input.
pub enum Said {
    Line(Zeroizing<String>),
    /// Too long, or not UTF-8; the rest of the line is passed over.
    Unreadable,
    End,
}

/// Where a prompt for a password reads: real hardware's program may do either.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordFrom {
    StandardInput,
    Terminal,
}

impl Console {
    pub fn new() -> Console {
        Console {
            seat: Seat::Here {
                input: io::stdin().lock(),
                is_terminal: io::stdin().is_terminal(),
            },
        }
    }

    /// That of a client, who may say nothing for so long until it is trusted.
    pub fn far(line: Rc<Line>, idle: Duration) -> Console {
        let patience = Some(idle);
        Console {
            seat: Seat::Far { line, patience },
        }
    }

    /// Whoever sits there knows a password, and may take their time from now on.
    pub fn trust(&mut self) {
        if let Seat::Far { patience, .. } = &mut self.seat {
            *patience = None;
        }
    }

    pub fn prompt(&self, text: &str) -> Result<(), Broken> {
        match &self.seat {
            Seat::Here { .. } => write(io::stdout(), text),
            Seat::Far { line, .. } => line.print(text),
        }
    }

    pub fn say(&self, text: &str) -> Result<(), Broken> {
        self.prompt(&format!("{text}\n"))
    }

    /// Says it on standard error.
    pub fn say_aside(&self, text: &str) -> Result<(), Broken> {
        match &self.seat {
            Seat::Here { .. } => write(io::stderr(), &format!("{text}\n")),
            Seat::Far { line, .. } => line.print_aside(&format!("{text}\n")),
        }
    }

    pub fn read_line(&mut self) -> Result<Said, Broken> {
        match &mut self.seat {
            Seat::Here { input, .. } => read_line(input),
            Seat::Far { line, patience } => line.read_line(*patience),
        }
    }

    /// Asks for a password. From standard input it is read whether or not that is a terminal, and not hidden there;
    /// from a terminal, [`Refusal::NoTerminal`] if the process has none.
    pub fn ask_password(
        &mut self,
        prompt: &str,
        from: PasswordFrom,
    ) -> Result<Result<Zeroizing<String>, Refusal>, Broken> {
        let said = match (&mut self.seat, from) {
            (Seat::Far { line, patience }, _) => line.ask_password(prompt, from, *patience)?,
            (Seat::Here { .. }, PasswordFrom::Terminal) => terminal::ask(prompt),
            (Seat::Here { input, is_terminal }, PasswordFrom::StandardInput) => {
                write(io::stdout(), prompt)?;
                let said = read_line(input)?;
                if !*is_terminal {
                    write(io::stdout(), "\n")?;
                }
                Some(said)
            }
        };
        Ok(match said {
            Some(Said::Line(password)) => Ok(password),
            Some(Said::Unreadable | Said::End) => Err(Refusal::invalid("No password was entered")),
            None => Err(Refusal::NoTerminal),
        })
    }

    /// What "the process is gone" means: this one, or the client's.
    pub fn die(&self) -> Broken {
        match &self.seat {
            Seat::Here { .. } => std::process::abort(),
            Seat::Far { line, .. } => line.die(),
        }
    }
}

/// One line of at most [`LONGEST_LINE`].
pub fn read_line(input: &mut impl BufRead) -> Result<Said, Broken> {
    let mut line = Zeroizing::new(Vec::new());
    let read = (&mut *input)
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .map_err(Broken::Console)?;
    if read == 0 {
        return Ok(Said::End);
    }
    if line.last() != Some(&b'\n') && read as u64 == LONGEST_LINE {
        input.skip_until(b'\n').map_err(Broken::Console)?;
        return Ok(Said::Unreadable);
    }
    Ok(match std::str::from_utf8(&line) {
        Ok(text) => Said::Line(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned())),
        Err(_) => Said::Unreadable,
    })
}

fn write(mut output: impl Write, text: &str) -> Result<(), Broken> {
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .map_err(Broken::Console)
}

const LONGEST_LINE: u64 = 2 << 20;
