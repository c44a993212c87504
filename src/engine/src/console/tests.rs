//! Whatever is shown stays a line.

use super::*;

#[test]
fn nothing_that_is_shown_moves_the_cursor_or_makes_a_line() {
    let hostile = "q\u{1b}[2J\u{202e}\u{9b}1A\r\n     ok HSMs";
    let text = || hostile.to_owned();
    let row = record::screen::Row {
        what: text(),
        expected: text(),
        found: text(),
        good: false,
    };
    for shown in [
        Shown::Heading { title: text() },
        Shown::Said { text: text() },
        Shown::Warning { text: text() },
        Shown::Asking { prompt: text() },
        Shown::Wrote {
            path: text(),
            what: text(),
        },
        Shown::Refused {
            error: text(),
            hint: Some(text()),
        },
        Shown::Commands {
            title: text(),
            lines: vec![text()],
        },
        Shown::Deciding {
            question: text(),
            answers: vec![text()],
        },
        Shown::Table {
            title: text(),
            rows: vec![row],
        },
    ] {
        let lines = lines(&shown);
        assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
        assert!(lines.iter().all(|line| line.is_ascii()), "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with("     ok HSMs")), "{lines:?}");
        assert!(lines.concat().contains("u{1b}[2J"), "{lines:?}");
    }
}
