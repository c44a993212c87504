//! An interactive session: lines in, answers out, until `quit` or the end of input.

use clap::Parser;
use clap::error::ErrorKind;

use crate::answers::render;
use crate::cli::{Line, Request};
use crate::console::{Console, Said};
use crate::error::{Broken, Refusal};
use crate::passage::{Outcome, pass};
use crate::session::Session;
use crate::store::Store;
use crate::words::split;

pub fn hold(store: &Store, console: &mut Console) -> Result<u8, Broken> {
    let mut session = Session::default();
    loop {
        console.prompt(PROMPT)?;
        let line = match console.read_line()? {
            Said::Line(line) => line,
            Said::Unreadable => {
                let text = "error: the line is too long or not UTF-8".into();
                console.say(&render(&Err(Refusal::Usage { text })))?;
                continue;
            }
            Said::End => return Ok(0),
        };
        match understand(&line) {
            Heard::Nothing => {}
            Heard::Request(Request::Quit) => return Ok(0),
            Heard::Request(Request::Command(command)) => match pass(store, &mut session, console, command)? {
                // It comes from this process's terminal, not from the HSM.
                Outcome::Answer(Err(Refusal::NoTerminal)) => console.say(&Refusal::NoTerminal.to_string())?,
                Outcome::Answer(answer) => console.say(&render(&answer))?,
                Outcome::Plain(plain) => plain.print(console)?,
            },
            Heard::Help(text) => console.say(&text)?,
            Heard::Nonsense(refusal) => console.say(&render(&Err(refusal)))?,
        }
    }
}

enum Heard {
    Nothing,
    Request(Request),
    Help(String),
    Nonsense(Refusal),
}

fn understand(line: &str) -> Heard {
    let words = match split(line) {
        Ok(words) if words.is_empty() => return Heard::Nothing,
        Ok(words) => words,
        Err(refusal) => return Heard::Nonsense(refusal),
    };
    match Line::try_parse_from(words) {
        Ok(line) => Heard::Request(line.request),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Heard::Help(error.to_string()),
        Err(error) => Heard::Nonsense(Refusal::Usage {
            text: error.to_string().trim_end().to_owned(),
        }),
    }
}

const PROMPT: &str = "aws-cloudhsm > ";
