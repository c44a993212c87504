//! Text from files made plain: what a terminal would act on is shown, not obeyed.

/// The text with every character but ASCII's and Latin letters replaced by its code, and cut at `limit` characters.
#[must_use]
pub fn plain(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == limit {
            out.push_str(" ...");
            break;
        }
        match c {
            ' '..='~' => out.push(c),
            // Latin letters alone: others may be blank, run from right to left, or take two columns.
            '\u{c0}'..='\u{24f}' if c.is_alphabetic() => out.push(c),
            _ => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out
}

/// The same for words of several lines, as parsers write them: each line made plain, and only so many of them.
#[must_use]
pub fn plain_lines(text: &str, limit: usize) -> String {
    let lines = text.trim_end().split('\n').take(LINES);
    lines.map(|line| plain(line, limit)).collect::<Vec<_>>().join("\n")
}

/// An error or a hint for a terminal, made plain: lines after the first are set in, so that none looks like one of ours.
#[must_use]
pub fn message(text: &str) -> String {
    let lines = text.split('\n').map(|line| plain(line, usize::MAX));
    lines.collect::<Vec<_>>().join("\n  ")
}

/// A parser shows a line or two, and says what is wrong with them.
const LINES: usize = 12;

/// Whether the text is a name as we give them: lower-case letters, digits, single hyphens; 1 to 63 characters.
///
/// Names become file names, so nothing else may be in them.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// Whether the text is a sentence that people can agree to: 1 to 300 printable ASCII characters, shown as they are, with
/// no space around them.
#[must_use]
pub fn is_sentence(text: &str) -> bool {
    let printable = text.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    (1..=300).contains(&text.len()) && printable && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_escape_sequences_and_direction_marks_as_codes() {
        assert_eq!(plain("a\u{1b}[31mred\u{202e}", 40), "a\\u{1b}[31mred\\u{202e}");
        assert_eq!(plain("abcdef", 3), "abc ...");
        assert_eq!(
            plain("Zo\u{eb} \u{3164}\u{5d0}\u{4e2d}", 40),
            "Zo\u{eb} \\u{3164}\\u{5d0}\\u{4e2d}"
        );
    }

    #[test]
    fn lines_stay_lines_and_nothing_else_of_them_is_obeyed() {
        assert_eq!(plain_lines("a\r\nb\u{1b}c\n", 40), "a\\u{d}\nb\\u{1b}c");
        assert_eq!(plain_lines(&"x\n".repeat(40), 40).lines().count(), 12);
        let said = message("bad\u{1b}[2J\nceremony: hint: all is well");
        assert_eq!(said, "bad\\u{1b}[2J\n  ceremony: hint: all is well");
    }

    #[test]
    fn a_name_is_safe_as_a_file_name() {
        assert!(is_name("crates-io") && is_name("member-1"));
        for bad in ["", "..", "a/b", "-a", "a--b", "A", "a_b", "a.b", &"a".repeat(64)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_reason_is_short_and_printable() {
        assert!(is_sentence("the image's digest is another one") && is_sentence(&"x".repeat(300)));
        for bad in ["", " ", "a ", "a\nb", "a\u{1b}[2J", "Zo\u{eb}", &"x".repeat(301)] {
            assert!(!is_sentence(bad), "{bad:?}");
        }
    }
}
