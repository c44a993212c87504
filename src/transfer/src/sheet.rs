//! The sheet: still codes on paper, with what people read beside them.

use std::fmt::Write as _;

use record::parcel::Crossed;
use record::text::plain;
use record::words;

use crate::code::{Code, Level};
use crate::error::Error;

/// A page for a printer (A4 or Letter): every still code of what is sent with its number, then what it is and the
/// bundle's digest in blocks and words. `octets` are what is sent, and `crossed` what that becomes on the other side.
///
/// # Errors
/// Nothing to send, or too much for still codes.
pub fn sheet(octets: &[u8], crossed: &Crossed) -> Result<String, Error> {
    let frames = crate::still(octets)?;
    let count = frames.len();
    let (kind, title) = match &crossed.kind {
        Some(kind) => (kind.as_str(), format!("Bundle: {kind}")),
        None => (
            "signature",
            format!("Signature of {}", crossed.name.as_deref().unwrap_or_default()),
        ),
    };
    let mut body = head(octets.len(), crossed, &title, count);
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
    Ok(page(&title, &body))
}

fn head(octets: usize, crossed: &Crossed, title: &str, count: usize) -> String {
    let mut out = format!("<h1>{}</h1>\n", escaped(title));
    if crossed.rehearsal {
        out.push_str("<p class=\"rehearsal\">THIS IS OF A REHEARSAL. Nothing in it is to be trusted.</p>\n");
    }
    let codes = match count {
        1 => "1 code".to_owned(),
        n => format!("{n} codes"),
    };
    let _ = writeln!(
        out,
        "<p>{octets} octets in {codes}{}. All are needed, in any order: photograph each, sharp and whole, with the white \
         around it.</p>\n<p>SHA-256 of the bundle, in blocks and in words:</p>",
        with(crossed)
    );
    for line in crossed
        .digest
        .blocks()
        .into_iter()
        .chain(words::lines(&crossed.digest.0))
    {
        let _ = writeln!(out, "<div class=\"words\">{}</div>", escaped(&line));
    }
    out
}

/// What comes along with the bundle.
fn with(crossed: &Crossed) -> String {
    match (&crossed.bundle, crossed.signatures.len()) {
        (None, _) => String::new(),
        (_, 0) => ", without a signature".to_owned(),
        (_, 1) => ", with its signature".to_owned(),
        (_, n) => format!(", with its {n} signatures"),
    }
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
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
    use record::parcel::Signature;
    use record::{Bytes, Digest};

    use super::*;

    fn crossed(bundle: &[u8], rehearsal: bool) -> Crossed {
        Crossed {
            digest: Digest::of(bundle),
            bundle: Some(Bytes(bundle.to_vec())),
            kind: Some("review".into()),
            name: None,
            rehearsal,
            signatures: Vec::new(),
        }
    }

    #[test]
    fn says_what_it_is_and_numbers_its_codes() {
        let bundle = [5; 1300];
        let sheet = sheet(&bundle, &crossed(&bundle, true)).expect("fits");
        for words in [
            "Bundle: review",
            "THIS IS OF A REHEARSAL",
            "1/3 of review",
            "3/3 of review",
            "1300 octets in 3 codes, without a signature.",
        ] {
            assert!(sheet.contains(words), "{words}");
        }
        assert_eq!(sheet.matches("<svg").count(), 3);
        let digest = Digest::of(&bundle);
        assert!(sheet.contains(&digest.blocks()[1]) && sheet.contains("check: "));
    }

    #[test]
    fn the_digest_is_the_bundles_where_signatures_come_along() {
        let signature = Signature {
            member: None,
            signature: "armour".into(),
        };
        let signed = Crossed {
            signatures: vec![signature.clone(), signature],
            ..crossed(b"the bundle", false)
        };
        let sheet = sheet(b"the parcel", &signed).expect("fits");
        assert!(sheet.contains(&Digest::of(b"the bundle").blocks()[0]) && sheet.contains("with its 2 signatures."));
        assert!(!sheet.contains(&Digest::of(b"the parcel").blocks()[0]));
    }

    #[test]
    fn loads_nothing_and_a_hostile_name_is_only_text() {
        let alone = Crossed {
            bundle: None,
            kind: None,
            name: Some("<script>x</script>\u{1b}".into()),
            ..crossed(&[5; 10], false)
        };
        let sheet = sheet(&[5; 10], &alone).expect("fits");
        assert!(sheet.contains("&lt;script&gt;x&lt;/script&gt;\\u{1b}") && sheet.contains("10 octets in 1 code."));
        for word in ["https:", "<script", "<link", "<img", "url(", "@import", "src=", "href"] {
            assert!(!sheet.contains(word), "{word}");
        }
        assert!(!sheet.contains("REHEARSAL"));
    }
}
