//! What an event shows, as data: the same events become lines for people and JSON for programs.

mod help;

use serde::{Deserialize, Serialize};

use crate::{Digest, digest};

pub use help::narrow;

/// One thing that a program shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Shown {
    /// A part of the whole begins.
    Heading {
        /// Its title.
        title: String,
    },
    /// A numbered step begins.
    Step {
        /// From 1.
        number: u32,
        /// How many there are.
        of: u32,
        /// Who acts.
        who: String,
        /// What they do.
        title: String,
    },
    /// Something was done or found.
    Said {
        /// In a sentence.
        text: String,
    },
    /// A digest to be compared and read aloud.
    Digest {
        /// Of what.
        of: String,
        /// 64 hexadecimal digits.
        hex: String,
    },
    /// Members' bundles are awaited in a folder; a line on standard input says that they are there.
    Waiting {
        /// What for: `review`, `attendance-begin`, `approval`, `attendance-end`, `key-answer`.
        kind: String,
        /// What to answer: the file that members need, if any.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        request: Option<String>,
        /// Which members may answer.
        members: Vec<String>,
        /// How many are needed.
        needed: u32,
    },
    /// A secret is awaited on standard input, one line.
    Asking {
        /// Whose, and for what.
        prompt: String,
    },
    /// A decision is awaited on standard input, one line.
    Deciding {
        /// The question.
        question: String,
        /// The answers that are taken.
        answers: Vec<String>,
    },
    /// Tokens live.
    Countdown {
        /// Seconds left.
        seconds: u64,
        /// How many tokens.
        tokens: u32,
    },
    /// A file was written.
    Wrote {
        /// Its path.
        path: String,
        /// What it is.
        what: String,
    },
    /// Something needs care.
    Warning {
        /// In a sentence.
        text: String,
    },
    /// What was offered was refused.
    Refused {
        /// The error.
        error: String,
        /// What can be done.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        hint: Option<String>,
    },
    /// What was looked at, what it must be, and what it is.
    Table {
        /// What was looked at as a whole.
        title: String,
        /// One thing each.
        rows: Vec<Row>,
    },
    /// Lines that stand as they are: folded, and made plain.
    Page {
        /// From top to bottom.
        lines: Vec<String>,
    },
    /// Commands that check the outcome, ready to paste.
    Commands {
        /// What they show.
        title: String,
        /// One a line.
        lines: Vec<String>,
    },
    /// All is done.
    Finished {
        /// Milliseconds from start to end.
        milliseconds: u64,
    },
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What was looked at.
    pub what: String,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// Whether that is good.
    pub good: bool,
}

impl Shown {
    /// A digest, ready to be shown.
    #[must_use]
    pub fn digest(of: &str, value: &Digest) -> Self {
        Self::Digest {
            of: of.to_owned(),
            hex: value.hex(),
        }
    }

    /// The lines that a person reads, none wider than 80 columns where the text allows.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Heading { title } => vec![String::new(), title.clone(), "=".repeat(title.chars().count())],
            Self::Step { number, of, who, title } => {
                let mut lines = vec![String::new()];
                lines.extend(fold(&format!("{number}/{of}  {title}  [{who}]"), "", "     "));
                lines
            }
            Self::Said { text } => fold(text, "     ", "     "),
            Self::Digest { of, hex } => digest_lines(of, hex),
            Self::Waiting {
                kind,
                request,
                members,
                needed,
            } => waiting(kind, request.as_deref(), members, *needed),
            Self::Asking { prompt } => fold(&format!("{prompt}:"), "     ", "     "),
            Self::Deciding { question, answers } => {
                let mut lines = fold(question, "     ", "     ");
                lines.push(match answers.is_empty() {
                    true => "     Type the answer, in one sentence".to_owned(),
                    false => format!("     Type one of: {}", answers.join(", ")),
                });
                lines
            }
            Self::Countdown { seconds, tokens } => {
                vec![format!(
                    "     {tokens} tokens live for another {}:{:02} minutes",
                    seconds / 60,
                    seconds % 60
                )]
            }
            Self::Wrote { path, what } => match format!("     wrote {path} ({what})") {
                line if line.chars().count() <= 80 => vec![line],
                // A path is never folded: people copy it.
                _ => {
                    let what = fold(&format!("({what})"), "       ", "        ");
                    [vec![format!("     wrote {path}")], what].concat()
                }
            },
            Self::Warning { text } => fold(&format!("Note: {text}"), "     ", "     "),
            Self::Refused { error, hint } => {
                let mut lines = fold(&format!("REFUSED: {error}"), "     ", "     ");
                lines.extend(
                    hint.iter()
                        .flat_map(|hint| fold(&format!("hint: {hint}"), "     ", "     ")),
                );
                lines
            }
            Self::Table { title, rows } => table(title, rows),
            Self::Page { lines } => [&[String::new()], lines.as_slice()].concat(),
            Self::Commands { title, lines } => {
                let mut out = vec![String::new(), format!("{title}:")];
                out.extend(lines.iter().map(|line| format!("  {line}")));
                out
            }
            Self::Finished { milliseconds } => {
                vec![
                    String::new(),
                    format!("Done in {}.{:03} seconds.", milliseconds / 1000, milliseconds % 1000),
                ]
            }
        }
    }
}

fn digest_lines(of: &str, hex: &str) -> Vec<String> {
    let mut lines = vec![format!("     {of}:")];
    let Some(digest) = digest::Digest::from_hex(hex) else {
        return lines;
    };
    lines.extend(digest.blocks().map(|row| format!("       {row}")));
    lines.extend(digest.spoken().into_iter().map(|row| format!("       {row}")));
    lines
}

fn waiting(kind: &str, request: Option<&str>, members: &[String], needed: u32) -> Vec<String> {
    let mut lines = fold(
        &format!("Waiting for '{kind}' from {needed} of: {}", members.join(", ")),
        "     ",
        "     ",
    );
    if let Some(request) = request {
        lines.push(format!("     They answer {request}"));
    }
    lines.push("     Press Enter when the files are in the inbound folder.".into());
    lines
}

/// Four columns within 80; a cell that is longer goes on below itself.
fn table(title: &str, rows: &[Row]) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(fold(title, "     ", "     "));
    lines.extend(cells(["", "what was looked at", "must be", "is"]));
    for row in rows {
        let mark = if row.good { "ok" } else { "NO" };
        lines.extend(cells([mark, &row.what, &row.expected, &row.found]));
    }
    lines
}

fn cells(texts: [&str; 4]) -> Vec<String> {
    let columns: Vec<Vec<String>> = texts
        .iter()
        .zip(WIDTHS)
        .map(|(text, width)| cell(text, width))
        .collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let line = |n: usize| {
        let mut line = "    ".to_owned();
        for (column, width) in columns.iter().zip(WIDTHS) {
            let text = column.get(n).map_or("", String::as_str);
            line += &format!(" {text:<width$}");
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// A text in lines of a width; a word that is wider is shown in pieces.
fn cell(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(width) {
            let room = |line: &&mut String| line.chars().count() + 1 + piece.len() <= width;
            let piece: String = piece.iter().collect();
            match lines.last_mut().filter(room) {
                Some(line) => *line += &format!(" {piece}"),
                None => lines.push(piece),
            }
        }
    }
    lines
}

/// Mark, what, must be, is: with a margin of four and a space before each, 80.
const WIDTHS: [usize; 4] = [2, 34, 18, 18];

/// Folds a text at 80 columns.
#[must_use]
pub fn fold(text: &str, first: &str, next: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > 80 {
            lines.push(std::mem::replace(&mut line, next.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let hex = Digest::of(b"x").hex();
        let long = "word ".repeat(60);
        let shown = [
            Shown::Digest { of: "plan".into(), hex },
            Shown::Said { text: long.clone() },
            Shown::Asking { prompt: long.clone() },
            Shown::Wrote {
                path: "checklist.html".into(),
                what: long.clone(),
            },
            Shown::Refused {
                error: long.clone(),
                hint: Some(long.clone()),
            },
            Shown::Step {
                number: 10,
                of: 12,
                who: "member-1".into(),
                title: long.clone(),
            },
            Shown::Table {
                title: long.clone(),
                rows: vec![Row {
                    what: "x".repeat(200),
                    expected: long.clone(),
                    found: long,
                    good: false,
                }],
            },
        ];
        for line in shown.iter().flat_map(Shown::lines) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn a_table_says_in_words_what_is_good() {
        let row = |good| Row {
            what: "HSMs".into(),
            expected: "at least 2".into(),
            found: "3".into(),
            good,
        };
        let shown = Shown::Table {
            title: "The HSM".into(),
            rows: vec![row(true), row(false)],
        };
        let lines = shown.lines();
        assert_eq!(lines[1], "     The HSM");
        assert_eq!(
            lines[3],
            "     ok HSMs                               at least 2         3"
        );
        assert!(lines[4].starts_with("     NO HSMs "), "{lines:?}");
    }

    #[test]
    fn programs_read_back_what_was_written_for_them() {
        let shown = Shown::Waiting {
            kind: "review".into(),
            request: None,
            members: vec!["member-1".into()],
            needed: 9,
        };
        let json = serde_json::to_string(&shown).expect("JSON");
        assert!(json.starts_with(r#"{"event":"waiting","kind":"review""#), "{json}");
        assert_eq!(serde_json::from_str::<Shown>(&json).expect("reads"), shown);
    }
}
