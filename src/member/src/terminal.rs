//! The one file that reads lines and prints them: pages to standard output, prompts and errors to standard error.

use std::fs::File;
use std::io::{ErrorKind, IsTerminal as _, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::mpsc::{Receiver, channel};

use pkcs11::{Pin, TokenInfo};
use record::screen::fold;
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

    /// Shows a page on standard error, where standard output is for something else.
    pub fn show_beside(&self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        prompt(&format!("{}\n", lines.join("\n")));
    }

    /// Whether somebody sees standard output.
    #[must_use]
    pub fn is_read(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// Lets the person see to it that nobody else reads along.
    ///
    /// # Errors
    /// Nobody presses Enter.
    pub fn before_a_secret(&mut self, of: &str) -> Result<(), Error> {
        prompt(&format!(
            "The next line is the password of {of}.\nSomebody may look on, or the screen be recorded: see to it first.\n\
             To show it, press Enter: "
        ));
        self.line().map(drop)
    }

    /// Shows a secret, on a line of its own. It goes past the buffer of standard output, which nobody wipes.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn reveal(&self, secret: &Zeroizing<String>) -> Result<(), Error> {
        let line = Zeroizing::new([secret.as_bytes(), b"\n"].concat());
        let mut output: File = std::io::stdout()
            .as_fd()
            .try_clone_to_owned()
            .map_err(Error::Output)?
            .into();
        output.write_all(&line).map_err(Error::Output)
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

    /// Asks for a token's PIN. It may be empty only where the token asks for it by itself.
    ///
    /// # Errors
    /// Nothing comes, or no text.
    pub fn pin(&mut self, token: &TokenInfo) -> Result<Pin, Error> {
        let label = record::text::plain(&token.label, 32);
        if token.last_try {
            tell("The next wrong PIN locks the token: be sure of it.");
        }
        if token.protected_path {
            tell(&format!("Enter the PIN of the token {label} at the token itself."));
            return Ok(Pin::new(""));
        }
        prompt(&format!("PIN of the token {label}: "));
        let line = self.without_echo(Self::line)?;
        let text = std::str::from_utf8(&line).map_err(|_| Error::PinNoText)?;
        match text.is_empty() {
            true => Err(Error::NoPin),
            false => Ok(Pin::new(text)),
        }
    }

    /// Asks for a digest as a console shows it: 33 words or 64 hexadecimal digits, over as many lines as it takes.
    ///
    /// # Errors
    /// Nothing comes, or far too much.
    pub fn spoken(&mut self, of: &str) -> Result<String, Error> {
        let asked = format!(
            "Type the {of} as the console shows it: 33 words, the last one after `check:`, or 64 hexadecimal digits. An \
             empty line ends it."
        );
        fold(&asked, "", "").iter().for_each(|line| tell(line));
        let mut typed = String::new();
        loop {
            prompt("> ");
            let line = match self.line() {
                Err(Error::InputEnded) if !typed.is_empty() => return Ok(typed),
                line => line?,
            };
            let line = String::from_utf8_lossy(&line).into_owned();
            if line.trim().is_empty() && !typed.is_empty() {
                return Ok(typed);
            }
            typed += &line;
            typed.push('\n');
            if typed.len() > LONGEST_LINE * 2 {
                return Err(Error::LineTooLong {
                    limit: LONGEST_LINE * 2,
                });
            }
            if is_whole(&typed) {
                return Ok(typed);
            }
        }
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

    /// Asks for the first and the last word of a digest that was just shown; the last is the checksum word.
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

/// Whether a digest is all there, in words or in digits; row numbers do not count.
fn is_whole(typed: &str) -> bool {
    let parts = typed.split([' ', '\t', '\n', ',']).filter(|part| !part.is_empty());
    let words = parts
        .clone()
        .filter(|part| part.bytes().all(|b| b.is_ascii_alphabetic()))
        .count();
    let digits: usize = parts
        .filter(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
        .map(str::len)
        .sum();
    words >= 33 || digits >= 64
}

/// Tells a person what happens now.
pub fn tell(line: &str) {
    prompt(&format!("{line}\n"));
}

/// Tells a person what went wrong, and what they can do. File names and others' words are in it, and are made plain.
pub fn report(error: &Error) {
    let plain = record::text::message;
    prompt(&format!("ceremony-member: error: {}\n", plain(&error.to_string())));
    if let Some(hint) = error.hint() {
        prompt(&format!("ceremony-member: hint: {}\n", plain(&hint)));
    }
}

/// Tells how the program is used: asked for, or because it was used wrongly. Returns the exit code.
pub fn usage(usage: &clap::Error) -> u8 {
    match usage.use_stderr() {
        true => prompt(&format!("ceremony-member: {usage}")),
        false => match usage.print() {
            Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
                report(&Error::Output(cause));
                return 4;
            }
            _ => {}
        },
    }
    u8::try_from(usage.exit_code()).unwrap_or(2)
}

/// Standard error may be closed; the exit code still says what happened.
fn prompt(text: &str) {
    let mut output = std::io::stderr().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

const LONGEST_LINE: usize = 1024;
/// Draws a code and a line below it; on a terminal in the place of the one before. The code's signs are ours: blocks and
/// spaces.
///
/// # Errors
/// Standard output is closed.
pub fn draw(code: &str, below: &str) -> Result<(), Error> {
    let mut output = std::io::stdout().lock();
    // ECMA-48: to the first line and column; the rest of each line is cleared, and what is below.
    let drawn = match output.is_terminal() {
        true => format!("\x1b[H{}{below}\x1b[K\x1b[J", code.replace('\n', "\x1b[K\n")),
        false => format!("{code}{below}\n"),
    };
    output
        .write_all(drawn.as_bytes())
        .and_then(|()| output.flush())
        .map_err(Error::Output)
}

/// The size of the terminal on which is shown, in columns and lines. None if it is none.
#[must_use]
pub fn size() -> Option<(u16, u16)> {
    let size = termios::tcgetwinsize(std::io::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// Lines that are typed while codes are shown or read; none where nobody sits at a keyboard.
#[must_use]
pub fn typed() -> Option<Receiver<String>> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines.take_while(|line| sender.send(line.clone()).is_ok()).count()
    });
    Some(receiver)
}
