//! Passwords from `/dev/tty`, whatever standard input is.

use std::fs::OpenOptions;
use std::io::{BufReader, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::console::{Said, read_line};

/// Asks without showing what is typed. None: this process has no terminal, or it is gone.
pub fn ask(prompt: &str) -> Option<Said> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    let as_it_was = tcgetattr(&terminal).ok()?;
    write!(terminal, "{prompt}").ok()?;
    tcsetattr(&terminal, OptionalActions::Drain, &hidden(&as_it_was)).ok()?;
    let said = read_line(&mut BufReader::new(&terminal));
    tcsetattr(&terminal, OptionalActions::Drain, &as_it_was).ok()?;
    writeln!(terminal).ok()?;
    said.ok()
}

fn hidden(as_it_was: &Termios) -> Termios {
    let mut hidden = as_it_was.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden
}
