//! The page: template, style, script and WebAssembly in one file, and a policy that lets nothing else in.

use base64ct::{Base64, Encoding as _};
use record::Digest;

use crate::error::Error;

/// Puts the page together. The same WebAssembly always gives the same page.
pub fn assemble(wasm: &[u8]) -> Result<String, Error> {
    if !wasm.starts_with(b"\0asm") {
        return Err(Error::NotWasm { size: wasm.len() });
    }
    let script = script(wasm);
    demand_without("script", &script, "</script")?;
    demand_without("script", &script, "<!--")?;
    demand_without("style", STYLE, "</style")?;
    let policy = policy(&script);
    let page = fill(TEMPLATE, "{{policy}}", &policy)?;
    let page = fill(&page, "{{style}}", STYLE)?;
    fill(&page, "{{script}}", &script)
}

/// All that runs, so that one digest in the policy covers all of it: the worker's part and the WebAssembly are texts in it.
fn script(wasm: &[u8]) -> String {
    let reader = serde_json::Value::from(["\"use strict\";\n", RENOUNCE, MACHINE, READER].concat());
    let wasm = Base64::encode_string(wasm);
    let parts = [RENOUNCE, MACHINE, EYES, RECEIVE, SHOW, SCAN].concat();
    format!("\"use strict\";\nconst WASM = \"{wasm}\";\nconst READER = {reader};\n{parts}")
}

/// Content Security Policy 3: nothing is loaded, sent or framed. What runs is this script and WebAssembly.
///
/// `worker-src blob:` is the worker, whose text is in the script; `mediastream:` is what older browsers call a camera.
fn policy(script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", Base64::encode_string(&Digest::of(text.as_bytes()).0));
    format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; worker-src blob:; img-src data:; \
         media-src mediastream:; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(STYLE)
    )
}

/// Puts a text into its one place.
fn fill(template: &str, place: &'static str, text: &str) -> Result<String, Error> {
    match template.matches(place).count() {
        1 => Ok(template.replacen(place, text, 1)),
        found => Err(Error::Template { place, found }),
    }
}

fn demand_without(part: &'static str, text: &str, mark: &'static str) -> Result<(), Error> {
    match text.to_ascii_lowercase().contains(mark) {
        true => Err(Error::Ends { part, mark }),
        false => Ok(()),
    }
}

const TEMPLATE: &str = include_str!("../../../page/scan.html");
const STYLE: &str = include_str!("../../../page/scan.css");
const RENOUNCE: &str = include_str!("../../../page/renounce.js");
const MACHINE: &str = include_str!("../../../page/machine.js");
const READER: &str = include_str!("../../../page/reader.js");
const EYES: &str = include_str!("../../../page/eyes.js");
const RECEIVE: &str = include_str!("../../../page/receive.js");
const SHOW: &str = include_str!("../../../page/show.js");
const SCAN: &str = include_str!("../../../page/scan.js");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_needs_nothing_else_and_lets_nothing_else_in() {
        let page = assemble(b"\0asm\x01\0\0\0").expect("a page");
        assert!(page.starts_with("<!DOCTYPE html>\n"));
        assert!(page.contains("content=\"default-src 'none'; script-src 'sha256-"));
        for outside in [
            "http://",
            "https://",
            " src=",
            "import(",
            "importScripts",
            "{{",
            "connect-src",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    /// What the policy does not forbid: to keep something, to go elsewhere, to call somebody; and to run a text.
    #[test]
    fn the_script_does_nothing_of_what_only_its_own_word_forbids() {
        for part in [MACHINE, READER, EYES, RECEIVE, SHOW, SCAN] {
            for word in [
                "torage",
                "indexedDB",
                "caches",
                "cookie",
                "RTC",
                "Transport",
                "Channel",
                "location",
                "history",
                "window",
                "fetch",
                "XMLHttpRequest",
                "WebSocket",
                "sendBeacon",
                "EventSource",
                "eval(",
                "Function(",
                "innerHTML",
                "outerHTML",
                "insertAdjacent",
                "document.write",
                "setAttribute",
            ] {
                assert!(!part.contains(word), "{word}");
            }
        }
        // A link is followed by a click: the only one saves a file that the page itself has.
        assert_eq!(
            [MACHINE, READER, EYES, RECEIVE, SHOW, SCAN]
                .concat()
                .matches(".href")
                .count(),
            2
        );
        assert!(SCAN.contains("link.href = URL.createObjectURL(") && SCAN.contains("link.download = name;"));
    }

    #[test]
    fn the_policy_names_the_digests_of_what_runs() {
        let page = assemble(b"\0asm").expect("a page");
        for (begin, end) in [("<script>", "</script>"), ("<style>", "</style>")] {
            let text = page
                .split(begin)
                .nth(1)
                .and_then(|rest| rest.split(end).next())
                .expect("it is there");
            let digest = Base64::encode_string(&Digest::of(text.as_bytes()).0);
            assert!(page.contains(&format!("'sha256-{digest}'")), "{begin}");
        }
    }

    #[test]
    fn the_same_webassembly_gives_the_same_page_and_other_octets_are_refused() {
        assert_eq!(
            assemble(b"\0asm1").expect("a page"),
            assemble(b"\0asm1").expect("a page")
        );
        let error = assemble(b"\x7fELF").expect_err("a program of another kind");
        assert_eq!(error.to_string(), "these 4 octets are no WebAssembly");
    }

    #[test]
    fn a_part_that_would_end_its_element_is_refused() {
        let error = demand_without("script", "x = '</SCRIPT>'", "</script").expect_err("it ends");
        assert_eq!(error.to_string(), "the page's script has </script in it");
        let error = fill("{{a}} {{a}}", "{{a}}", "").expect_err("twice");
        assert_eq!(error.to_string(), "the template has {{a}} 2 times");
    }
}
