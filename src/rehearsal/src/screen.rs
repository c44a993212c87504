//! What a rehearsal shows: its own events and the engine's, as lines for people or JSON for programs. The one file that
//! prints.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use record::Digest;
use record::screen::{Shown, fold};
use record::text::plain;

use crate::error::Error;

/// The screen.
pub struct Screen {
    json: bool,
    interactive: bool,
    out: PathBuf,
}

impl Screen {
    /// A screen for people, who press Enter if `interactive`, or for programs.
    pub fn new(json: bool, interactive: bool, out: PathBuf) -> Self {
        Self { json, interactive, out }
    }

    /// Whether a person presses Enter.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Shows one thing.
    pub fn show(&self, shown: &Shown) {
        let lines = match self.json {
            true => vec![serde_json::to_string(shown).unwrap_or_default()],
            false => self.brief(shown),
        };
        print(&lines);
    }

    /// Shows a sentence.
    pub fn say(&self, text: impl Into<String>) {
        self.show(&Shown::Said { text: text.into() });
    }

    /// Waits for Enter where a person plays along.
    pub fn pause(&self, what: &str) -> Result<(), Error> {
        match self.interactive {
            true => self.ask(&format!("Press Enter: {what}.")).map(|_| ()),
            false => Ok(()),
        }
    }

    /// Asks the person for a line.
    pub fn ask(&self, question: &str) -> Result<String, Error> {
        print(&fold(question, ">>>  ", "     "));
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(length) if length > 0 => Ok(line.trim().to_owned()),
            _ => Err(Error::Left { out: self.out.clone() }),
        }
    }

    /// Shows what somebody saw on their own screen, where a person plays along.
    pub fn elsewhere(&self, who: &str, saw: &str) {
        if self.interactive {
            let begin = std::iter::once(format!("---- {who} sees ----"));
            let lines = begin
                .chain(saw.lines().map(|line| plain(line, 200)))
                .chain(std::iter::once("----".to_owned()));
            print(&lines.collect::<Vec<_>>());
        }
    }

    /// Shows what a member typed, where a person plays along: never a passphrase.
    pub fn typed(&self, who: &str, confirmed: &[String]) {
        if self.interactive {
            let mut lines = vec![format!("Passphrase of {who}: typed.")];
            lines.extend(confirmed.iter().map(|words| format!("First and last word: {words}")));
            print(&lines);
        }
    }

    /// The lines for people. Only the digests that are read aloud take their many lines.
    fn brief(&self, shown: &Shown) -> Vec<String> {
        match shown {
            Shown::Digest { of, hex } if !READ_ALOUD.iter().any(|aloud| of.starts_with(aloud)) => in_blocks(of, hex),
            Shown::Said { text } => match ends_in_digest(text) {
                Some((of, hex)) => in_blocks(of, hex),
                None => fold(text, "     ", "       "),
            },
            // One line for ten passwords: the part says so itself.
            Shown::Asking { prompt }
                if prompt.starts_with("New password of the admin") || prompt.ends_with(", again") =>
            {
                Vec::new()
            }
            Shown::Waiting {
                kind, members, needed, ..
            } if !self.interactive => {
                let text = format!("Waiting for '{kind}' from {needed} of {} members.", members.len());
                fold(&text, "     ", "     ")
            }
            Shown::Asking { prompt } => fold(&format!("{prompt}: typed."), "     ", "     "),
            other => other.lines(),
        }
    }
}

/// Shows on standard error why a rehearsal stopped; what another program said of itself comes first.
pub fn report(error: &Error) {
    let mut lines = error.passed_on();
    lines.push(format!("rehearsal: error: {error}"));
    lines.extend(error.hint().map(|hint| format!("rehearsal: hint: {hint}")));
    for line in lines {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// A sentence that ends in a digest: what comes before it, and the digest.
fn ends_in_digest(text: &str) -> Option<(&str, &str)> {
    let (of, hex) = text.rsplit_once(' ')?;
    Digest::from_hex(hex).map(|_| (of, hex))
}

/// A digest for looking up: two rows of blocks, without the words.
fn in_blocks(of: &str, hex: &str) -> Vec<String> {
    let rows = Digest::from_hex(hex).map_or_else(|| vec![plain(hex, 64)], |digest| digest.blocks().to_vec());
    let mut lines = fold(&format!("{of}:"), "     ", "       ");
    lines.extend(rows.into_iter().map(|row| format!("       {row}")));
    lines
}

/// A reader who went away does not end a rehearsal.
fn print(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    let written = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
    if let Err(cause) = written.and_then(|()| out.flush()) {
        let _ = LOST.set(cause.kind());
    }
}

/// Shows how the program is used.
pub fn usage(help: &str) {
    print(&[help.trim_end().to_owned()]);
}

/// Whether standard output took all that was shown: nothing stops for it, and it is told at the end.
pub fn demand_shown() -> Result<(), Error> {
    match LOST.get() {
        Some(kind) if *kind != ErrorKind::BrokenPipe => Err(Error::File {
            act: "write",
            path: "standard output".into(),
            cause: (*kind).into(),
        }),
        _ => Ok(()),
    }
}

/// The first failure of standard output.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

/// The digests that people compare in an event; others are for looking up.
const READ_ALOUD: [&str; 6] = [
    "plan",
    "image",
    "key request",
    "public key of ",
    "approval request",
    "record",
];
