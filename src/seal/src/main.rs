//! `ceremony-seal`: one secret, sealed to one member. It reads the secret from standard input, to its end, and writes an age
//! file to standard output; it knows no HSM, no network and no file.

mod error;
mod narrow;
mod recipient;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use zeroize::Zeroizing;

use error::Error;
use recipient::Recipient;

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut told = format!("ceremony-seal: error: {error}\n");
            if let Some(hint) = error.hint() {
                told += &format!("ceremony-seal: hint: {hint}\n");
            }
            // Standard error may be closed, or full; the exit code still says what happened.
            let _ = std::io::stderr().write_all(told.as_bytes());
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(arguments: Vec<OsString>) -> Result<(), Error> {
    let words: Option<Vec<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    match words.as_deref() {
        Some(["--help" | "-h"]) => answer(HELP),
        Some(["--version" | "-V"]) => answer(concat!("ceremony-seal ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(["--check", text]) => Recipient::parse(text).map(|_| ()),
        Some([text]) if !text.starts_with('-') => seal(&Recipient::parse(text)?),
        _ => Err(Error::Usage),
    }
}

/// Everything is given up before the secret is there.
fn seal(recipient: &Recipient) -> Result<(), Error> {
    if std::io::stdin().is_terminal() {
        return Err(Error::Terminal { what: "standard input" });
    }
    if std::io::stdout().is_terminal() {
        return Err(Error::Terminal {
            what: "standard output",
        });
    }
    narrow::everything()?;
    let secret = secret()?;
    let sealed = recipient.seal(&secret)?;
    drop(secret);
    put(&sealed)
}

/// The secret, in a buffer that never moves and is wiped.
fn secret() -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut secret = Zeroizing::new(vec![0; LIMIT + 1]);
    let mut input = std::io::stdin().lock();
    let mut length = 0;
    while length < secret.len() {
        match input.read(&mut secret[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(Error::Read { cause }),
        }
    }
    match length {
        0 => Err(Error::Empty),
        length if length > LIMIT => Err(Error::TooLong { limit: LIMIT }),
        length => {
            secret.truncate(length);
            Ok(secret)
        }
    }
}

fn answer(text: &str) -> Result<(), Error> {
    put(text.as_bytes())
}

fn put(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|cause| Error::Write { cause })
}

/// A password has at most 32 characters; nothing that is handed over is longer than this.
const LIMIT: usize = 4096;

const HELP: &str = "\
Seals one secret to one member: reads it from standard input, to the end,
and writes an age file to standard output.

Usage: ceremony-seal RECIPIENT < SECRET > FILE
       ceremony-seal --check RECIPIENT

Arguments:
  RECIPIENT  age1..., age1tag1..., or 'ssh-ed25519 AAAA...' as one word

Options:
      --check    Say whether it is a recipient that can be sealed to; read
                 nothing
  -h, --help     Print help
  -V, --version  Print version
";

#[cfg(test)]
mod tests {
    #[test]
    fn no_line_of_the_help_is_wider_than_a_terminal() {
        for line in super::HELP.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
