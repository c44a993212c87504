//! `ceremony-publish append`, event after event: the store stays one that the verifier passes, its pages tell the whole
//! history, and an event that does not belong there changes nothing.

use std::process::{Command, Output};

use verifier::{Folder, Options, check_store};

use crate::common::HISTORY;
use crate::common::event::Left;
use crate::common::history::{History, day, refresh};
use crate::publish::given::{bring, given};
use crate::publish::{Scratch, error, files};

fn append(scratch: &Scratch, folder: &str) -> Output {
    let text = format!(
        "append --store store --log-key log.pem --results {folder}/results.cbor --countersignatures \
         {folder}/countersignatures --now {}",
        day(1500)
    );
    let arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
    scratch.run(&arguments, "secret\n")
}

/// A store with the first so many events.
fn store_of(name: &str, events: usize) -> Scratch {
    let scratch = given(name, &HISTORY.left[0]);
    for (n, left) in HISTORY.left.iter().take(events).enumerate() {
        bring(&scratch, &format!("event-{n}"), left);
        let done = append(&scratch, &format!("event-{n}"));
        assert!(done.status.success(), "event {n}: {}", error(&done));
    }
    scratch
}

#[test]
fn a_history_becomes_a_store_that_passes_from_either_root_and_tells_all_of_it() {
    let scratch = store_of("history", HISTORY.left.len());
    for root in ["root-1", "root-2"] {
        let options = Options {
            rehearsal: true,
            now: day(1500),
            earlier: None,
        };
        let source = Folder(scratch.path("store"));
        let report = check_store(&source, &HISTORY.certificate(root), &options);
        assert_eq!(report.findings, [], "{root}");
    }
    let page = |path: &str| std::fs::read_to_string(scratch.path("store").join(path)).unwrap();
    let home = page("index.html");
    for words in [
        "made in 7 events",
        "Generation 1. Root 2 took its place in <a href=\"events/rotation/index.html\">rotation</a>; the two vouch",
        "Generation 2. A root: no list can revoke it",
        "<strong>REVOKED</strong>",
        "(its key may be in other hands)",
        "Superseded by <a href=\"certs/release-2.html\">release-2</a> in",
        "Superseded by <a href=\"certs/crates-io-2.html\">crates-io-2</a> in",
        "Cross-certificate root-2-by-root-1-1",
        "Cross-certificate root-1-by-root-2-1",
        "A subkey by the rule &#39;bors-repository&#39; of the policy",
        "<a href=\"roster/2.cbor\">roster/2.cbor</a></dt><dd>with <a href=\"events/second-term/index.html\">",
        "<a href=\"docs/second-root.md\">",
        "a second decision for tests",
    ] {
        let words = words.replace("&#39;", "'");
        assert!(home.replace("&#39;", "'").contains(&words), "{words}: {home}");
    }
    for (event, words) in [
        ("refresh", "nothing else changed"),
        ("replacement", "release-1 (serial number "),
        ("second-term", "A new roster came into force."),
        ("rotation", "Document second-root.md"),
        ("repository", "made in an earlier event, used in this one"),
        ("console", "Nothing that is published besides the record."),
    ] {
        let page = page(&format!("events/{event}/index.html"));
        assert!(page.to_lowercase().contains(&words.to_lowercase()), "{event}: {page}");
    }
}

#[test]
fn every_link_on_every_page_leads_to_a_file_that_is_there() {
    let scratch = store_of("history-links", HISTORY.left.len());
    let all = files(&scratch.path("store"));
    let there = |path: &str| all.iter().any(|(file, _)| file == path);
    let mut followed = 0;
    for (path, page) in all.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = String::from_utf8(page.clone()).unwrap();
        let links = page
            .split("<a href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap());
        for link in links {
            // From the page's folder to the store's root, and never above it.
            let up = "../".repeat(path.matches('/').count());
            let file = link.split('#').next().unwrap();
            let file = file.strip_prefix(&up).unwrap_or_else(|| panic!("{path}: {link}"));
            assert!(file.is_empty() || there(file), "{path}: {link}");
            followed += 1;
        }
    }
    assert!(followed > 200, "{followed}");
}

#[test]
fn the_commands_on_all_pages_work_as_they_are() {
    let scratch = store_of("history-commands", HISTORY.left.len());
    let store = scratch.path("store");
    let pages = files(&store).into_iter().filter(|(path, _)| path.ends_with(".html"));
    let (mut run, mut certificates) = (0, 0);
    for (path, page) in pages {
        certificates += usize::from(path.starts_with("certs/"));
        let page = String::from_utf8(page).unwrap().replace("&lt;", "<");
        let blocks = page
            .split("<pre>")
            .skip(1)
            .map(|rest| rest.split("</pre>").next().unwrap());
        let lines: Vec<&str> = blocks
            .flat_map(str::lines)
            .filter(|line| !line.starts_with("ceremony-verify "))
            .collect();
        for line in lines {
            // As of the end of the last event: the lists of today are not those.
            let line = line.replace("openssl verify ", &format!("openssl verify -attime {} ", day(1490).0));
            let done = Command::new("sh")
                .args(["-c", &line])
                .current_dir(&store)
                .output()
                .unwrap();
            assert!(done.status.success(), "{path}: {line}: {}", error(&done));
            run += 1;
        }
    }
    // Fingerprints of two roots, five delegates of each that are not revoked, a member on the home page; nine members
    // on each of the seven events' pages; the fingerprint on each certificate's.
    assert!(certificates >= 14, "{certificates}");
    assert_eq!(run, 2 + 5 + 5 + 1 + 7 * 9 + certificates);
}

#[test]
fn an_event_that_does_not_follow_changes_nothing() {
    let scratch = store_of("history-order", 1);
    let before = files(&scratch.path("store"));
    let refused = |folder: &str, left: &Left, rule: &str| {
        bring(&scratch, folder, left);
        let refused = append(&scratch, folder);
        assert_eq!(refused.status.code(), Some(1), "{}", error(&refused));
        assert!(error(&refused).contains(rule), "{}", error(&refused));
        assert_eq!(files(&scratch.path("store")), before);
    };
    refused(
        "early",
        &HISTORY.left[2],
        "its standing.cbor has other events than the events before it leave behind",
    );
    // A plan that saw another log than the store's.
    let mut other = History::back_to(&HISTORY, 1);
    other.standing.checkpoint = other.standing.checkpoint.replacen('\n', "\n1", 1);
    let made = other.make(&refresh());
    refused(
        "forked",
        &made.left(|_| ()),
        "its standing.cbor is not the one that the log kept",
    );
}
