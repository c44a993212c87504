//! The sheet: still codes on paper, with what people read beside them.

use std::fmt::Write as _;

use record::text::plain;
use record::{Digest, words};

use crate::code::{Code, Level};
use crate::error::Error;

/// A page for a printer (A4 or Letter): every still code of a bundle with its number, then what the bundle is and its
/// digest in blocks and words. `kind` is the bundle's type.
///
/// # Errors
/// A bundle that is empty or too large for still codes.
pub fn sheet(bundle: &[u8], kind: &str, rehearsal: bool) -> Result<String, Error> {
    let frames = crate::still(bundle)?;
    let count = frames.len();
    let mut body = head(bundle, kind, rehearsal, count);
    body.push_str("<div class=\"codes\">\n");
    for (n, frame) in (1..).zip(&frames) {
        let svg = Code::of(frame, Level::M)?.svg();
        let _ = write!(
            body,
            "<figure>\n{svg}<figcaption>{n}/{count} of {}</figcaption>\n</figure>\n",
            escaped(kind)
        );
    }
    body.push_str("</div>\n");
    Ok(page(kind, &body))
}

fn head(bundle: &[u8], kind: &str, rehearsal: bool, count: usize) -> String {
    let digest = Digest::of(bundle);
    let mut out = format!("<h1>Bundle: {}</h1>\n", escaped(kind));
    if rehearsal {
        out.push_str("<p class=\"rehearsal\">THIS IS OF A REHEARSAL. Nothing in it is to be trusted.</p>\n");
    }
    let codes = match count {
        1 => "1 code".to_owned(),
        n => format!("{n} codes"),
    };
    let _ = writeln!(
        out,
        "<p>{} octets in {codes}. All are needed, in any order: photograph each, sharp and whole, with the white around \
         it.</p>\n<p>SHA-256, in blocks and in words:</p>",
        bundle.len()
    );
    for line in digest.blocks().into_iter().chain(words::lines(&digest.0)) {
        let _ = writeln!(out, "<div class=\"words\">{}</div>", escaped(&line));
    }
    out
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Bundle: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escaped(title)
    )
}

/// A text of a file, as text and nothing else.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text, LONGEST).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = include_str!("sheet.css");
/// Signs of a text that are shown.
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is_and_numbers_its_codes() {
        let bundle = [5; 1300];
        let sheet = sheet(&bundle, "review", true).expect("fits");
        for words in [
            "Bundle: review",
            "THIS IS OF A REHEARSAL",
            "1/3 of review",
            "3/3 of review",
            "1300 octets in 3 codes",
        ] {
            assert!(sheet.contains(words), "{words}");
        }
        assert_eq!(sheet.matches("<svg").count(), 3);
        let digest = Digest::of(&bundle);
        assert!(sheet.contains(&digest.blocks()[1]) && sheet.contains("check: "));
    }

    #[test]
    fn loads_nothing_and_a_hostile_type_is_only_text() {
        let sheet = sheet(&[5; 10], "<script>x</script>\u{1b}", false).expect("fits");
        assert!(sheet.contains("&lt;script&gt;x&lt;/script&gt;\\u{1b}") && sheet.contains("10 octets in 1 code."));
        for word in ["https:", "<script", "<link", "<img", "url(", "@import", "src=", "href"] {
            assert!(!sheet.contains(word), "{word}");
        }
        assert!(!sheet.contains("REHEARSAL"));
    }
}
