//! Paper: the same stages as the dry run and the event, the words that the screen then shows, and pages that print.

use std::path::Path;
use std::process::Command;

use record::screen::Shown;
use support::event::Event;
use support::{Scratch, judges, ours};

use crate::desk::{Desk, OPENS};

/// A stage as it has a number: `3/13 Make the key root-1 [console]`.
fn stage(shown: &Shown) -> Option<String> {
    match shown {
        Shown::Step { number, of, who, title } => Some(format!("{number}/{of} {title} [{who}]")),
        _ => None,
    }
}

/// The founding event, held: everything that was shown.
fn held(event: &Event) -> Vec<Shown> {
    let mut engine = event.run();
    let mut all = Vec::new();
    while let Some(shown) = engine.next_shown() {
        engine.answer(&shown);
        all.push(shown);
    }
    let _ = engine.end().good();
    all
}

/// The checklist of the founding event.
fn printed(event: &Event) -> String {
    let print = ["script", "print", "inbound/plan.cbor", "--out", "page.html"];
    let _ = event.ceremony(&[&["--now", Event::NOW][..], &print].concat()).good();
    event.text("page.html")
}

/// The page's text, a block a line; preformatted lines stay.
pub fn text_of(page: &str) -> String {
    let (_, body) = page.split_once("<body>").expect("a body");
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        text += before;
        let (tag, behind) = after.split_once('>').expect("tags end");
        if ["/p", "/li", "/h1", "/h2", "/h3", "/tr", "/div"].contains(&tag) {
            text += "\n";
        } else if ["/td", "/th"].contains(&tag) {
            text += " | ";
        }
        rest = behind;
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    let lines = text.replace("&amp;", "&");
    let lines = lines.lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn event_dry_run_and_paper_have_the_same_stages() {
    let event = Event::planned();
    let page = text_of(&printed(&event));
    let on_paper: Vec<&str> = page
        .lines()
        .filter(|line| line.ends_with(']') && line.split('/').next().is_some_and(|n| n.parse::<u32>().is_ok()))
        .collect();
    let dry = ["--json", "--now", Event::NOW, "run", "--dry-run", "--hsm-cli", "cli"];
    let dry = event.ceremony(&[&dry[..], &Event::PLACES].concat()).good().out;
    let in_the_dry_run: Vec<String> = dry
        .lines()
        .filter_map(|line| stage(&serde_json::from_str(line).expect("JSON")))
        .collect();
    let in_the_event: Vec<String> = held(&event).iter().filter_map(stage).collect();
    assert_eq!(in_the_event.len(), 13);
    assert_eq!(in_the_dry_run, in_the_event);
    assert_eq!(on_paper, in_the_event);
}

#[test]
fn the_screen_shows_what_the_paper_says() {
    let event = Event::planned();
    let page = printed(&event);
    let said: Vec<String> = held(&event)
        .into_iter()
        .filter_map(|shown| match shown {
            Shown::Said { text } => Some(text),
            Shown::Wrote { path, what } => Some(format!("wrote {} ({what})", path.replace("outbound/", "out/"))),
            _ => None,
        })
        .collect();
    let lines = screens(&page);
    assert!(lines.len() > 20, "{lines:?}");
    for line in lines {
        let parts: Vec<&str> = line.split("...").collect();
        let fits = |text: &String| {
            let mut rest = text.as_str();
            parts.iter().all(|part| match rest.split_once(part) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        };
        assert!(
            said.iter().any(fits),
            "'{line}' is on paper and never on screen: {said:#?}"
        );
    }
}

/// An event with questions, keys that are made and found, commands and signatures, held by the rehearsal's own program.
#[test]
fn a_later_event_goes_as_its_paper_says() {
    let scratch = Scratch::new("paper-of-a-later-event");
    let out = scratch.join("rehearsal");
    let held = Command::new(ours("rehearsal"))
        .args(["--script", "threshold-change", "--out"])
        .arg(&out)
        .output()
        .expect("the rehearsal runs");
    let screen = String::from_utf8_lossy(&held.stdout)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(held.status.success(), "{screen}");
    let bundle = out.join("events/threshold-change-1/inbound/plan.cbor");
    let page = scratch.join("page.html");
    let mut print = Command::new(ours("ceremony"));
    print.args(["script", "print"]).arg(bundle).arg("--out").arg(&page);
    assert!(print.output().expect("ceremony runs").status.success());
    let page = std::fs::read_to_string(page).expect("a page");
    let text = text_of(&page);
    let mut rest = screen.as_str();
    for stage in text.lines().filter(|line| line.ends_with(']') && line.contains("/19 ")) {
        let (_, after) = rest
            .split_once(stage)
            .unwrap_or_else(|| panic!("'{stage}' is not on screen where it should be"));
        rest = after;
    }
    let lines = screens(&page);
    assert!(lines.len() > 30, "{lines:?}");
    for line in lines {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        // Folders are the rehearsal's own.
        let parts: Vec<&str> = words.split("...").flat_map(|part| part.split("out/")).collect();
        assert!(is_said(&screen, &parts), "'{line}' is on paper and never on screen");
    }
}

/// Whether the parts come one after the other, close together, anywhere in the text.
fn is_said(text: &str, parts: &[&str]) -> bool {
    let begins = text.match_indices(parts[0]).map(|(at, _)| at);
    begins.into_iter().any(|at| {
        let near = &text[at..text.len().min(at + 600)];
        let mut rest = near;
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

/// The screens' lines on paper, without the operator's command.
fn screens(page: &str) -> Vec<String> {
    let screens = page.split("<div class=\"screen\">").skip(1);
    let screens = screens.map(|rest| rest.split("</div>").next().unwrap_or(""));
    screens
        .flat_map(str::lines)
        .filter(|line| !line.contains("ceremony run") && !line.contains("--hsm-cli"))
        .map(|line| text_of(&format!("<body>{line}")).trim_end().to_owned())
        .collect()
}

#[test]
fn every_sheet_says_whose_it_is_and_of_which_plan() {
    let event = Event::planned();
    let page = printed(&event);
    let text = text_of(&page);
    let row = |begins: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(begins));
        line.expect("the plan's words")
            .split_whitespace()
            .nth(1)
            .map(str::to_owned)
    };
    let (first, check) = (row("1-8 ").expect("a word"), row("check: ").expect("a word"));
    assert!(page.contains("@bottom-left {"), "{page}");
    assert!(page.contains("content: \"Event 2026-root - REHEARSAL\";"), "{page}");
    assert!(
        page.contains(&format!("content: \"plan: {first} ... check: {check}\";")),
        "{page}"
    );
    assert!(page.contains("counter(page) \" of \" counter(pages)"), "{page}");
}

/// A table that goes on to the next sheet has its titles there too, and each member a box of their own.
#[test]
fn tables_have_titles_that_repeat_and_members_have_boxes() {
    let page = printed(&Event::planned());
    assert_eq!(page.matches("<table").count(), page.matches("<thead>").count());
    // Reviews, presence at both ends, and one window of approvals.
    let boxes = page.matches("<div class=\"members\">").count();
    assert_eq!(boxes, 4);
    assert_eq!(page.matches("<span class=\"member\">").count(), 9 * boxes);
    // Each file that is written has its line for the digest.
    let (_, outputs) = page
        .split_once("<table class=\"digests\">")
        .expect("a table of digests");
    let (outputs, _) = outputs.split_once("</table>").expect("it ends");
    assert_eq!(outputs.matches("<tr>").count(), 1 + 8);
}

#[test]
fn a_hostile_plan_is_only_text_on_paper() {
    let desk = Desk::after_the_founding();
    let text = desk.draft(
        "console-maintenance",
        &["--set", "work=<script>alert('x')</script> & <b onload=x>`"],
    );
    desk.event.write(
        "plan.toml",
        text.replace("Who has access", "<img src=http://x.example/y> Who has access"),
    );
    desk.pack();
    let print = ["--now", OPENS, "script", "print", "packed.cbor", "--out", "page.html"];
    let _ = desk.event.ceremony(&print).good();
    let page = desk.event.text("page.html");
    for tag in ["<script", "<img", "<b ", "<link", "<iframe", "<a ", "url("] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert!(text_of(&page).contains("<script>alert('x')</script> & <b onload=x>`"));
    // Another page is never written over.
    let again = desk.event.ceremony(&print);
    assert_eq!(again.code, Some(1), "{}", again.err);
}

/// Chromium prints it; what lies beside is the PDF.
fn pdf(event: &Event, page: &str, paper: &str) -> Vec<u8> {
    let html = page.replace("</style>", &format!("@page {{ size: {paper}; }}</style>"));
    event.write(&format!("{paper}.html"), html);
    let (source, target) = (
        event.path(&format!("{paper}.html")),
        event.path(&format!("{paper}.pdf")),
    );
    let profile = format!("--user-data-dir={}", event.path("chromium").display());
    let mut chromium = Command::new("chromium");
    chromium.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        &profile,
    ]);
    chromium
        .arg(format!("--print-to-pdf={}", target.display()))
        .arg(format!("file://{}", source.display()));
    let ended = chromium.output().expect("chromium runs");
    assert!(ended.status.success(), "{ended:?}");
    std::fs::read(target).expect("a PDF")
}

#[test]
fn prints_on_a4_and_letter_in_a_handful_of_pages() {
    if !Path::new("/usr/bin/chromium").exists() {
        judges::skip("paper", "chromium is not installed");
        return;
    }
    let event = Event::planned();
    let page = printed(&event);
    let count = |pdf: &[u8], what: &[u8]| pdf.windows(what.len()).filter(|window| *window == what).count();
    for (paper, size) in [("A4", "/MediaBox [0 0 594.95"), ("Letter", "/MediaBox [0 0 612 792]")] {
        let pdf = pdf(&event, &page, paper);
        let pages = count(&pdf, b"/Type /Page\n");
        assert!((7..=13).contains(&pages), "{paper}: {pages} pages");
        assert_eq!(count(&pdf, size.as_bytes()), pages, "{paper}");
    }
}
