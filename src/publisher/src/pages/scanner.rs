//! The scanner page: made elsewhere, published as it is, once it is seen that it can load and send nothing.

use std::path::Path;

use base64ct::{Base64, Encoding as _};
use record::Digest;

use crate::error::Error;
use crate::files;

/// Reads the page that `scanner-page` made.
///
/// # Errors
/// It cannot be read, or is no page of its own.
pub fn read(path: &Path) -> Result<String, Error> {
    let page = String::from_utf8(files::read(path, LIMIT)?).unwrap_or_default();
    match check(&page) {
        Ok(()) => Ok(page),
        Err(what) => Err(Error::NotAScanner {
            path: path.into(),
            what,
        }),
    }
}

/// That it begins as ours does, that its policy allows its one script and its one style and nothing else, and that
/// what is around these leads nowhere. What the script does, who compares the page's digest knows.
fn check(page: &str) -> Result<(), &'static str> {
    let rest = page
        .strip_prefix(HEAD)
        .ok_or("it does not begin as `scanner-page` begins one")?;
    let (policy, rest) = rest.split_once("\">\n").ok_or("it has no policy")?;
    let (before, style, rest) = element(rest, "<style>", "</style>")?;
    let (between, script, after) = element(rest, "<script>", "</script>")?;
    if policy != allowed(style, script) {
        return Err("its policy is not the one of its script and its style");
    }
    match [before, between, after].into_iter().flat_map(tags).all(is_plain) {
        true => Ok(()),
        false => Err("its markup has more than ours, which leads nowhere"),
    }
}

/// What stands between angle brackets.
fn tags(markup: &str) -> impl Iterator<Item = &str> {
    markup
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default())
}

/// An element of few kinds, with attributes of few kinds: none loads, runs, or leads to anything.
fn is_plain(tag: &str) -> bool {
    // Every second piece is a value in quotes.
    let outside: Vec<&str> = tag.trim_start_matches('/').split('"').step_by(2).collect();
    let outside = outside.join(" ");
    let mut words = outside.split([' ', '\n', '=']).filter(|word| !word.is_empty());
    let name = words.next().unwrap_or_default();
    let known = |word: &str| ATTRIBUTES.contains(&word) || word.starts_with("aria-");
    tag == ICON || NAMES.contains(&name) && words.all(known)
}

/// What stands before an element, in it, and behind it.
fn element<'a>(text: &'a str, begin: &str, end: &str) -> Result<(&'a str, &'a str, &'a str), &'static str> {
    let found = text.split_once(begin).and_then(|(before, rest)| {
        let (within, after) = rest.split_once(end)?;
        Some((before, within, after))
    });
    found.ok_or("it has no script or no style of its own")
}

/// Content Security Policy 3, as `scanner-page` writes it.
fn allowed(style: &str, script: &str) -> String {
    let hash = |text: &str| Base64::encode_string(&Digest::of(text.as_bytes()).0);
    format!(
        "default-src 'none'; script-src 'sha256-{}' 'wasm-unsafe-eval'; style-src 'sha256-{}'; worker-src blob:; img-src \
         data:; media-src mediastream:; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style)
    )
}

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
                    <meta name=\"generator\" content=\"pki-bastion scanner-page\">\n\
                    <meta http-equiv=\"Content-Security-Policy\" content=\"";
/// The one reference that there is: to an empty icon, so that browsers ask for none.
const ICON: &str = "link rel=\"icon\" href=\"data:,\"";
const NAMES: &[&str] = &[
    "html", "head", "meta", "title", "body", "header", "main", "section", "div", "h1", "h2", "h3", "p", "code",
    "noscript", "dl", "dt", "dd", "label", "button", "input", "select", "option", "progress", "video", "canvas",
];
const ATTRIBUTES: &[&str] = &[
    "name",
    "content",
    "id",
    "class",
    "role",
    "hidden",
    "disabled",
    "tabindex",
    "for",
    "type",
    "accept",
    "multiple",
    "value",
    "selected",
    "max",
    "muted",
    "playsinline",
];
/// Most of the page is WebAssembly, of 1.3 MB.
const LIMIT: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(change: impl Fn(&str) -> String) -> String {
        let (style, script) = ("p { margin: 0 }", "\"use strict\"; // https://example.org in a text");
        let made = format!(
            "{HEAD}{}\">\n<title>Scanner</title>\n<{ICON}>\n<style>{style}</style>\n</head>\n<body>\n<p>None.</p>\n\
             <script>{script}</script>\n</body>\n</html>\n",
            allowed(style, script)
        );
        change(&made)
    }

    #[test]
    fn a_page_of_ours_is_taken() {
        assert_eq!(check(&page(str::to_owned)), Ok(()));
    }

    #[test]
    fn a_page_that_runs_loads_or_leads_to_anything_else_is_refused() {
        let policy = "its policy is not the one of its script and its style";
        let leads = "its markup has more than ours, which leads nowhere";
        for (from, to, why) in [
            (
                "<!DOCTYPE html>\n",
                "<!DOCTYPE html>\n\n",
                "it does not begin as `scanner-page` begins one",
            ),
            (
                "default-src 'none'; script-src",
                "default-src 'none'; img-src *; script-src",
                policy,
            ),
            ("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-inline'", policy),
            ("\"use strict\"", "\"use loose\"", policy),
            ("margin: 0", "margin: 1", policy),
            ("<p>None.", "<p><a href=\"https://example.org\">None.</a>", leads),
            ("<p>None.", "<p><a href='//example.org'>None.</a>", leads),
            ("<p>None.", "<img src=x>", leads),
            ("<p>None.", "<p onclick=\"x\">None.", leads),
            ("<p>None.", "<p id=x onclick=x>None.", leads),
            ("<p>None.", "<p id='\"' onclick='x\"'>None.", leads),
            ("<p>None.", "<p/onclick=x>None.", leads),
            ("<p>None.", "<SCRIPT>x</SCRIPT>", leads),
            ("<p>None.", "<!-- -->", leads),
            (
                "<p>None.",
                "<meta http-equiv=refresh content='0; url=//example.org'>",
                leads,
            ),
            (
                "<p>None.",
                "<link rel=\"icon\" href=\"data:,\"><link rel=x href=x>",
                leads,
            ),
            ("</body>", "<script>more()</script></body>", leads),
            ("<script>", "<p>", "it has no script or no style of its own"),
        ] {
            let changed = page(|made| made.replacen(from, to, 1));
            assert_ne!(changed, page(str::to_owned), "{from}");
            assert_eq!(check(&changed), Err(why), "{to}");
        }
    }
}
