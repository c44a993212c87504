//! The server's end of a connection: has things printed, asked, read and written where the client runs.

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::framing::{PATIENCE, receive, send};
use super::messages::{Order, Reply};
use crate::console::{PasswordFrom, Said};
use crate::error::{Broken, Refusal};
use crate::words::from_base64;

pub struct Line(pub TcpStream);

impl Line {
    pub fn print(&self, text: &str) -> Result<(), Broken> {
        pieces(text).try_for_each(|text| self.order(&Order::Print { text }))
    }

    pub fn print_aside(&self, text: &str) -> Result<(), Broken> {
        pieces(text).try_for_each(|text| self.order(&Order::PrintAside { text }))
    }

    /// Waits for a person: as long as `patience` says, or for ever.
    pub fn read_line(&self, patience: Option<Duration>) -> Result<Said, Broken> {
        self.ask(&Order::ReadLine, patience).and_then(said)
    }

    /// None: the client has no terminal.
    pub fn ask_password(
        &self,
        prompt: &str,
        from: PasswordFrom,
        patience: Option<Duration>,
    ) -> Result<Option<Said>, Broken> {
        let prompt = prompt.into();
        match self.ask(&Order::AskPassword { prompt, from }, patience)? {
            Reply::NoTerminal => Ok(None),
            reply => said(reply).map(Some),
        }
    }

    pub fn read_file(&self, path: &Path) -> Result<Vec<u8>, Refusal> {
        let path = path.display().to_string();
        match self.ask(&Order::ReadFile { path }, Some(PATIENCE))? {
            Reply::File { bytes } => from_base64("the file", &bytes),
            Reply::Failed { text } => Err(Refusal::invalid(text)),
            _ => Err(unexpected().into()),
        }
    }

    pub fn write_file(&self, path: &Path, text: &str) -> Result<(), Refusal> {
        let (path, text) = (path.display().to_string(), text.to_owned());
        match self.ask(&Order::WriteFile { path, text }, Some(PATIENCE))? {
            Reply::Written => Ok(()),
            Reply::Failed { text } => Err(Refusal::invalid(text)),
            _ => Err(unexpected().into()),
        }
    }

    /// The client's process ends with this exit code.
    pub fn leave(&self, code: u8) -> Result<(), Broken> {
        self.order(&Order::Leave { code })
    }

    pub fn refuse(&self, text: &str) -> Result<(), Broken> {
        self.order(&Order::Refused { text: text.into() })
    }

    /// The client's process is gone, and with it this connection.
    pub fn die(&self) -> Broken {
        match self.order(&Order::Die) {
            Ok(()) => Broken::line("a fault ended the client"),
            Err(lost) => lost,
        }
    }

    fn order(&self, order: &Order) -> Result<(), Broken> {
        send(&self.0, order)
    }

    fn ask(&self, order: &Order, patience: Option<Duration>) -> Result<Reply, Broken> {
        self.order(order)?;
        receive(&self.0, patience)
    }
}

/// A long text, such as an audit log, goes in several messages.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        (!piece.is_empty()).then(|| piece.to_owned())
    })
}

fn said(reply: Reply) -> Result<Said, Broken> {
    match reply {
        Reply::Line { text } => Ok(Said::Line(Zeroizing::new(text))),
        Reply::Unreadable => Ok(Said::Unreadable),
        Reply::End => Ok(Said::End),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> Broken {
    Broken::line("the client replied to something else")
}

/// JSON may write six letters for one.
const PIECE: usize = 512 << 10;
