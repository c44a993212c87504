//! The one file that reads lines and prints them: what was done to standard output, prompts and errors to standard error.

use std::fs::File;
use std::io::{ErrorKind, IsTerminal as _, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::OnceLock;

use pkcs11::{Pin, TokenInfo};
use record::screen::{Shown, narrow};
use rustix::termios::{self, LocalModes, OptionalActions};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::passphrase::Passphrase;

/// Shows what happened. An output that takes nothing stops nothing, and [`demand_shown`] says so at the end: what is
/// published is published.
pub fn show(shown: &Shown) {
    put(&(shown.lines().join("\n") + "\n"));
}

/// Shows lines that fit already.
pub fn show_lines(lines: &[String]) {
    put(&(lines.join("\n") + "\n"));
}

/// Shows help or the version, as asked for.
pub fn show_usage(told: &clap::Error) {
    put(&narrow(&told.to_string()));
}

fn put(text: &str) {
    let mut output = std::io::stdout().lock();
    if let Err(cause) = output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        let _ = LOST.set(cause.kind());
    }
}

/// Whether all was shown.
///
/// # Errors
/// Standard output did not take it. A reader who closed the pipe has read enough, as `head` does.
pub fn demand_shown() -> Result<(), Error> {
    match LOST.get() {
        Some(kind) if *kind != ErrorKind::BrokenPipe => Err(Error::Output { kind: *kind }),
        _ => Ok(()),
    }
}

/// The first failure of standard output.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

/// Tells a person what went wrong, and what they can do.
pub fn report(error: &Error) {
    if let Error::Findings(findings) = error {
        findings
            .iter()
            .for_each(|finding| prompt(&format!("ceremony-publish: finding: {finding}\n")));
    }
    prompt(&format!("ceremony-publish: error: {error}\n"));
    prompt(&format!("ceremony-publish: hint: {}\n", error.hint()));
}

/// Says on standard error what needs care, and goes on.
pub fn warn(text: &str) {
    prompt(&format!("ceremony-publish: warning: {}\n", record::text::message(text)));
}

/// Asks for the log key's passphrase.
///
/// # Errors
/// Nothing comes, or an empty line.
pub fn passphrase() -> Result<Passphrase, Error> {
    secret(&mut input()?, "Passphrase of the log key: ")
}

/// Asks for another passphrase, or a PIN, in these words.
///
/// # Errors
/// As [`passphrase`].
pub fn passphrase_of(question: &str) -> Result<Passphrase, Error> {
    secret(&mut input()?, question)
}

/// Asks for a new passphrase; twice, if a person types it.
///
/// # Errors
/// As [`passphrase`], or the two differ.
pub fn new_passphrase(of: &str) -> Result<Passphrase, Error> {
    let mut input = input()?;
    let first = secret(&mut input, &format!("New passphrase of {of}: "))?;
    match input.is_terminal() && secret(&mut input, "The same again: ")? != first {
        true => Err(Error::PassphrasesDiffer),
        false => Ok(first),
    }
}

/// Asks for a token's PIN; empty only where the token asks for it by itself.
///
/// # Errors
/// Nothing comes, an empty line, or no text.
pub fn pin(token: &TokenInfo) -> Result<Pin, Error> {
    let label = record::text::plain(&token.label, 32);
    if token.last_try {
        prompt("The next wrong PIN locks the token: be sure of it.\n");
    }
    if token.protected_path {
        prompt(&format!("Enter the PIN of the token {label} at the token itself.\n"));
        return Ok(Pin::new(""));
    }
    let line = secret(&mut input()?, &format!("PIN of the token {label}: "))?;
    let text = std::str::from_utf8(line.reveal()).map_err(|_| Error::NoPassphrase)?;
    Ok(Pin::new(text))
}

/// Standard input, read octet by octet: no buffer keeps a passphrase.
fn input() -> Result<File, Error> {
    Ok(std::io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map_err(Error::Input)?
        .into())
}

fn secret(input: &mut File, question: &str) -> Result<Passphrase, Error> {
    prompt(question);
    let line = without_echo(input)?;
    match line.is_empty() {
        true => Err(Error::NoPassphrase),
        false => Ok(Passphrase::new(line)),
    }
}

fn without_echo(input: &mut File) -> Result<Zeroizing<Vec<u8>>, Error> {
    let Ok(before) = termios::tcgetattr(&*input) else {
        // Not a terminal: nothing echoes, not even the line's end.
        let result = line(input);
        prompt("\n");
        return result;
    };
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    let set = |input: &File, modes| termios::tcsetattr(input, OptionalActions::Now, modes);
    set(input, &silent).map_err(|e| Error::Input(e.into()))?;
    let result = line(input);
    set(input, &before).map_err(|e| Error::Input(e.into()))?;
    prompt("\n");
    result
}

/// One line without its end. Room is made once, so that no earlier copy is left behind unwiped.
fn line(input: &mut File) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut octet = Zeroizing::new([0; 1]);
    while input.read(&mut octet[..]).map_err(Error::Input)? == 1 && octet[0] != b'\n' {
        if line.len() == LONGEST_LINE {
            return Err(Error::LineTooLong { limit: LONGEST_LINE });
        }
        line.push(octet[0]);
    }
    // The line's end is still in `octet`, unless the input ended first.
    if line.is_empty() && octet[0] != b'\n' {
        return Err(Error::InputEnded);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

/// Standard error may be closed; the exit code still says what happened.
fn prompt(text: &str) {
    let mut output = std::io::stderr().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

const LONGEST_LINE: usize = 1024;
