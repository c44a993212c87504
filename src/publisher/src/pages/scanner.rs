//! The scanner page: made elsewhere, published as it is, once it is seen that it is ours but for what its policy names.

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

/// That all of it is the template of this version, but for its policy, its style and its script; and that the policy
/// allows these two and nothing else. What the script does, who compares the page's digest knows.
fn check(page: &str) -> Result<(), &'static str> {
    let (head, rest) = TEMPLATE.split_once("{{policy}}").ok_or(TEMPLATE_BROKEN)?;
    let (to_style, rest) = rest.split_once("{{style}}").ok_or(TEMPLATE_BROKEN)?;
    let (to_script, end) = rest.split_once("{{script}}").ok_or(TEMPLATE_BROKEN)?;
    let found = page
        .strip_prefix(head)
        .and_then(|page| page.strip_suffix(end))
        .and_then(|page| page.split_once(to_style))
        .and_then(|(policy, page)| Some((policy, page.split_once(to_script)?)));
    let (policy, (style, script)) = found.ok_or("its markup is not that of this version's `scanner-page`")?;
    if policy != allowed(style, script) {
        return Err("its policy is not the one of its script and its style");
    }
    // HTML, 13.2.5: nothing else ends a style; of a script, comments move its end.
    let ends = |text: &str, marks: &[&str]| marks.iter().any(|mark| text.to_ascii_lowercase().contains(mark));
    match ends(style, &["</style"]) || ends(script, &["</script", "<!--"]) {
        true => Err("its style or its script ends early, and more markup follows"),
        false => Ok(()),
    }
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

/// What `scanner-page` fills: a page is published by the version that made it.
const TEMPLATE: &str = include_str!("../../../scanner/page/scan.html");
const TEMPLATE_BROKEN: &str = "the template that it is compared with has lost its places";
/// Most of the page is WebAssembly, of 1.4 MB.
const LIMIT: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = "p > b { margin: 0 }";
    const SCRIPT: &str = "\"use strict\"; if (1 < 2) {} // https://example.org in a text";

    fn page_of(style: &str, script: &str) -> String {
        TEMPLATE
            .replace("{{policy}}", &allowed(style, script))
            .replace("{{style}}", style)
            .replace("{{script}}", script)
    }

    #[test]
    fn a_page_of_ours_is_taken() {
        assert_eq!(check(&page_of(STYLE, SCRIPT)), Ok(()));
    }

    #[test]
    fn a_page_that_runs_loads_or_leads_to_anything_else_is_refused() {
        let policy = "its policy is not the one of its script and its style";
        let markup = "its markup is not that of this version's `scanner-page`";
        let leads = "<meta http-equiv=\"refresh\" content=\"0; url=https://example.org\">";
        for (from, to, why) in [
            ("<!DOCTYPE html>\n", "<!DOCTYPE html>\n\n", markup),
            (
                "default-src 'none'; script-src",
                "default-src 'none'; img-src *; script-src",
                policy,
            ),
            ("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-inline'", policy),
            ("\"use strict\"", "\"use loose\"", policy),
            ("margin: 0", "margin: 1", policy),
            ("<main>", &format!("<main>{leads}"), markup),
            (
                "<main>",
                "<meta name=\">\" http-equiv=\"refresh\" content=\"0; url=https://example.org\"><main>",
                markup,
            ),
            ("<main>", "<main><a href='//example.org'>None.</a>", markup),
            ("<main>", "<main onclick=\"x\">", markup),
            ("</body>", "<script>more()</script></body>", markup),
            ("</html>\n", &format!("</html>\n{leads}"), markup),
            ("<script>", "<p>", markup),
        ] {
            let made = page_of(STYLE, SCRIPT);
            let changed = made.replacen(from, to, 1);
            assert_ne!(changed, made, "{from}");
            assert_eq!(check(&changed), Err(why), "{to}");
        }
    }

    /// A page whose policy fits, as whoever makes one can see to; what follows the early end is markup to a browser.
    #[test]
    fn a_style_or_a_script_that_ends_early_is_refused() {
        let early = "its style or its script ends early, and more markup follows";
        for end in ["</style>", "</style >", "</STYLE\n>"] {
            let style = format!("{STYLE}{end}<meta http-equiv=refresh content=\"0; url=https://example.org\"><style>");
            assert_eq!(check(&page_of(&style, SCRIPT)), Err(early), "{end}");
        }
        for end in ["</script>", "</SCRIPT >", "<!--<script>"] {
            let script = format!("{SCRIPT}{end}<script>");
            assert_eq!(check(&page_of(STYLE, &script)), Err(early), "{end}");
        }
    }
}
