//! An interactive session: lines in, answers out, until `quit` or the end of input.

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{Line, Request};
use crate::console::{Console, Said};
use crate::error::{Broken, Refusal};
use crate::manner::Manner;
use crate::narrow::narrow;
use crate::passage::{Outcome, pass};
use crate::plain::Plain;
use crate::session::Session;
use crate::store::Store;
use crate::turns;
use crate::words::split;

pub fn hold(store: &Store, console: &mut Console) -> Result<u8, Broken> {
    let mut session = Session::default();
    let ended = converse(store, &mut session, console);
    // A client that is lost ends its session as `quit` does.
    let left = turns::leave(store, &mut session);
    ended.and(left).map(|()| 0)
}

fn converse(store: &Store, session: &mut Session, console: &mut Console) -> Result<(), Broken> {
    let mut manner = Manner::of(store)?;
    loop {
        console.prompt(&manner.prompt(session))?;
        let heard = match console.read_line()? {
            Said::Line(line) => understand(&line),
            Said::Unreadable => Heard::Nonsense("error: the line is too long or not UTF-8".into()),
            Said::End => return Ok(()),
        };
        let outcome = match heard {
            Heard::Nothing => continue,
            Heard::Request(Request::Quit) => return Ok(()),
            Heard::Request(Request::Command(command)) => pass(store, session, console, command)?,
            Heard::Help(text) => {
                console.prompt(&text)?;
                continue;
            }
            Heard::Nonsense(text) => Outcome::Answer(Err(Refusal::Usage { text })),
            Heard::ForAnother(text) => Outcome::Plain(Plain::quoted(&text).switched(store)?),
        };
        manner = Manner::of(store)?;
        if session.who().is_some() {
            console.trust();
        }
        match outcome {
            Outcome::Answer(answer) => manner.answer(console, &answer).map(drop)?,
            Outcome::Plain(plain) => plain.print(console)?,
        }
    }
}

enum Heard {
    Nothing,
    Request(Request),
    Help(String),
    /// What is wrong with it.
    Nonsense(String),
    /// It names another cluster; what is said to that.
    ForAnother(String),
}

fn understand(line: &str) -> Heard {
    let words = match split(line) {
        Ok(words) if words.is_empty() => return Heard::Nothing,
        Ok(words) => words,
        Err(refusal) => return Heard::Nonsense(refusal.to_string()),
    };
    match Line::try_parse_from(words) {
        Ok(line) => line
            .named
            .stranger()
            .map_or(Heard::Request(line.request), Heard::ForAnother),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Heard::Help(narrow(error.to_string().trim_end())),
        Err(error) => Heard::Nonsense(error.to_string().trim_end().to_owned()),
    }
}
