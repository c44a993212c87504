//! The one file that reads lines and prints them: pages to standard output, prompts and errors to standard error.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::os::fd::AsFd as _;

use record::{Digest, words};
use rustix::termios::{self, LocalModes, OptionalActions};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::passphrase::Passphrase;

/// Standard input, read octet by octet: no buffer keeps a passphrase, and what follows stays for the next question.
pub struct Terminal {
    input: File,
}

impl Terminal {
    /// Takes standard input.
    ///
    /// # Errors
    /// There is none.
    pub fn open() -> Result<Self, Error> {
        let input = std::io::stdin().as_fd().try_clone_to_owned().map_err(Error::Input)?;
        Ok(Self { input: input.into() })
    }

    /// Shows a page.
    ///
    /// # Errors
    /// Standard output is closed: what nobody can read, nobody agrees to.
    pub fn show(&self, lines: &[String]) -> Result<(), Error> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut page = lines.join("\n");
        page.push('\n');
        let mut output = std::io::stdout().lock();
        output
            .write_all(page.as_bytes())
            .and_then(|()| output.flush())
            .map_err(Error::Output)
    }

    /// Asks for the passphrase of a member's keys.
    ///
    /// # Errors
    /// Nothing comes, or no passphrase.
    pub fn passphrase(&mut self, member: &str) -> Result<Passphrase, Error> {
        self.secret(&format!("Passphrase of {member}: "))
    }

    /// Asks for a new passphrase; twice, if a person types it.
    ///
    /// # Errors
    /// As [`Terminal::passphrase`], or the two differ.
    pub fn new_passphrase(&mut self, member: &str) -> Result<Passphrase, Error> {
        let first = self.secret(&format!("New passphrase of {member}: "))?;
        if self.input.is_terminal() {
            let again = self.secret("The same again: ")?;
            if again.reveal() != first.reveal() {
                return Err(Error::PassphrasesDiffer);
            }
        }
        Ok(first)
    }

    /// Asks why a member refuses.
    ///
    /// # Errors
    /// Nothing comes.
    pub fn reason(&mut self) -> Result<String, Error> {
        prompt("Your reason, which is published: ");
        let typed = self.line()?;
        Ok(String::from_utf8_lossy(&typed).trim().to_owned())
    }

    /// Asks for the first and the last word of a digest that was just shown.
    ///
    /// # Errors
    /// Nothing comes, or other words.
    pub fn confirm(&mut self, of: &'static str, digest: &Digest) -> Result<(), Error> {
        self.confirm_to("agree", of, digest)
    }

    /// The same, to do something else than to agree.
    ///
    /// # Errors
    /// As [`Terminal::confirm`].
    pub fn confirm_to(&mut self, act: &str, of: &'static str, digest: &Digest) -> Result<(), Error> {
        prompt(&format!(
            "To {act}, type the first and the last word of the {of}'s digest: "
        ));
        let typed = self.line()?;
        let typed = String::from_utf8_lossy(&typed).to_lowercase();
        let spoken = words::to_words(&digest.0);
        match typed.split_whitespace().eq([spoken[0], spoken[32]]) {
            true => Ok(()),
            false => Err(Error::OtherWords {
                of,
                typed: record::text::plain(typed.trim(), 40),
            }),
        }
    }

    fn secret(&mut self, question: &str) -> Result<Passphrase, Error> {
        prompt(question);
        let line = self.without_echo(Self::line)?;
        match line.is_empty() {
            true => Err(Error::NoPassphrase),
            false => Ok(Passphrase::new(line)),
        }
    }

    fn without_echo<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        // Not a terminal: nothing echoes.
        let Ok(before) = termios::tcgetattr(&self.input) else {
            return act(self);
        };
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let set = |input: &File, modes| termios::tcsetattr(input, OptionalActions::Now, modes);
        set(&self.input, &silent).map_err(|e| Error::Input(e.into()))?;
        let result = act(self);
        set(&self.input, &before).map_err(|e| Error::Input(e.into()))?;
        prompt("\n");
        result
    }

    /// One line without its end. Room is made once, so that no earlier copy is left behind unwiped.
    fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
        let mut octet = Zeroizing::new([0; 1]);
        while self.input.read(&mut octet[..]).map_err(Error::Input)? == 1 && octet[0] != b'\n' {
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
        // A person's Enter ends the prompt's line; a program's does not show.
        if !self.input.is_terminal() {
            prompt("\n");
        }
        Ok(line)
    }
}

/// Tells a person what went wrong, and what they can do.
pub fn report(error: &Error) {
    prompt(&format!("ceremony-member: error: {error}\n"));
    if let Some(hint) = error.hint() {
        prompt(&format!("ceremony-member: hint: {hint}\n"));
    }
}

/// Tells how the program is used: asked for, or because it was used wrongly. Returns the exit code.
pub fn usage(usage: &clap::Error) -> u8 {
    match usage.use_stderr() {
        true => prompt(&format!("ceremony-member: {usage}")),
        false => drop(usage.print()),
    }
    u8::try_from(usage.exit_code()).unwrap_or(2)
}

/// Standard error may be closed; the exit code still says what happened.
fn prompt(text: &str) {
    let mut output = std::io::stderr().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

const LONGEST_LINE: usize = 1024;
