//! What matters is on the pages, in words that people read: compared with what other programs say of the files.

use support::judges::openssl;
use support::ours;
use support::process::finish;

use super::pages::{all, browser, open, store};

#[test]
fn a_certificates_page_says_what_openssl_says() {
    let (_scratch, browser) = browser("site-certificate");
    for stem in ["root-1", "release-1", "bors-1", "console-1"] {
        open(&browser, &format!("certs/{stem}.html"));
        let page = flat(&browser.script("return document.body.innerText").to_string());
        let pem = store().in_store(&format!("certs/{stem}.pem"));
        let ask = |words: &[&str]| {
            let all = [&["x509", "-in", &pem, "-noout"], words].concat();
            let told = openssl(&all, "").expect(0).out;
            told.trim()
                .rsplit('=')
                .next()
                .unwrap_or_default()
                .replace(':', "")
                .to_lowercase()
        };
        for words in [&["-serial"][..], &["-fingerprint", "-sha256"]] {
            let value = ask(words);
            assert!(page.contains(&value), "{stem} {words:?}: {value} is not in {page}");
        }
        let text = openssl(&["x509", "-in", &pem, "-noout", "-text"], "").expect(0).out;
        assert_eq!(
            text.contains("Certificate Sign"),
            page.contains("certificates(keycertsign)"),
            "{stem}"
        );
        assert_eq!(
            text.contains("Digital Signature"),
            page.contains("signatures(digitalsignature)"),
            "{stem}"
        );
        for line in text
            .lines()
            .filter(|line| line.trim().starts_with("1.3.6.1.4.1.32473."))
        {
            for oid in line.split(',').map(|oid| oid.trim().trim_end_matches(':')) {
                assert!(page.contains(oid), "{stem}: {oid}");
            }
        }
    }
}

/// Without blanks and line ends, in small letters: digests stand in blocks.
fn flat(text: &str) -> String {
    text.replace("\\n", "")
        .replace("\\t", "")
        .split_whitespace()
        .collect::<String>()
        .to_lowercase()
}

/// As of the end of the latest event, which is a year from now.
#[test]
fn the_command_on_a_certificates_page_passes_as_it_is() {
    let home = std::fs::read_to_string(store().store("index.html")).expect("a page");
    let (_, now) = home.split_once("latest event, <time datetime=\"").expect("as of when");
    let now = now.split('"').next().expect("a time");
    for page in all().iter().filter(|page| page.starts_with("certs/")) {
        let text = std::fs::read_to_string(store().store(page)).expect("a page");
        let (_, command) = text.split_once("<pre>ceremony-verify ").expect("a command");
        let words = command.split('<').next().expect("its end").split(' ');
        let mut verify = std::process::Command::new(ours("ceremony-verify"));
        verify
            .args(words)
            .args(["--now", now])
            .current_dir(store().dir.join("store"));
        let told = finish(&mut verify, "").expect(0);
        assert!(told.out.contains("has it, as entry "), "{told}");
    }
}

#[test]
fn each_page_says_first_what_people_ask_first() {
    let (_scratch, browser) = browser("site-contents");
    for (page, all) in EXPECTED {
        open(&browser, page);
        let text = browser.script("return document.body.innerText");
        let text = text.as_str().expect("a text");
        let mut from = 0;
        for words in all {
            let at = text[from..].find(words);
            from += at.unwrap_or_else(|| panic!("{page}: '{words}' does not follow: {text}"));
        }
    }
}

/// By page: what stands there, in this order.
const EXPECTED: [(&str, &[&str]); 8] = [
    (
        "index.html",
        &[
            "REHEARSAL.",
            "made in 3 events",
            "Who is trusted for what",
            "Not revoked, as of list 2",
            "Who decides",
            "5 of 9 members",
            "Documents",
            "Events",
            "crl-refresh-1",
            "Who came",
            "with the event that explains it.",
            "How do I verify this?",
            "ceremony-verify store . --root certs/root-1.pem --rehearsal",
            "The log",
        ],
    ),
    (
        "certs/bors-1.html",
        &[
            "It issues the keys that bors signs merges with",
            "Not revoked, as of list 2",
            "vouch for other keys",
            "each use needs 5 of 9 members",
            "root-1",
            "in the event root-generation-1",
            "What it does not mean",
            "Fields",
            "Extensions",
            "2.5.29.19",
            "Lists that this key signed",
            "In the log",
            "ceremony-verify cert certs/bors-1.pem --root certs/root-1.pem --crl crl/root-1.crl --proof \
             certs/bors-1.tlog-proof --log-policy policy/tlog-policy-1 --rehearsal",
        ],
    ),
    (
        "events/root-generation-1/index.html",
        &[
            "The first root was made",
            "Who did what",
            "What was approved",
            "Sign the certificate root-1 with root-1",
            "member-1, member-2, member-3, member-4, member-5",
            "Timeline",
            "reviewed the plan",
            "the event began",
            "was present at the beginning, in the room",
            // Then the event ends, by the console's clock: in a quick rehearsal a second before, by the members'.
            "approved 8 actions",
            "What was made",
            "What went otherwise than planned",
            "Nothing, by the record.",
            "ssh-keygen -Y verify",
            "Files",
        ],
    ),
    (
        "roster/1.html",
        &[
            "5 of 9",
            "cluster-initialisation-1",
            "root-generation-1",
            "at most 3",
            "member-1",
            "member-9",
        ],
    ),
    (
        "log/index.html",
        &[
            "pki.rust-lang.org/rehearsal/log/1",
            "log/1/checkpoint",
            "policy/tlog-policy-1",
            "aics-tlog verify-checkpoint",
            "the record of crl-refresh-1",
            "auditor.md",
            "the plan of root-generation-1",
            "roster/1.cbor",
        ],
    ),
    (
        "access/index.html",
        &[
            "and each is explained",
            "NOT EXPLAINED",
            "What is missing",
            "Nothing: ",
            "Mon",
            "crl-refresh-1",
            "console: ",
            "HSM: ",
            "Day by day",
            "member-1",
            "logged in",
            "logged in CN_LOGIN",
            "access/console/2.cbor",
            "ceremony-verify store",
        ],
    ),
    ("documents.html", &["relying-party.md", "crl-refresh-1", "auditor.md"]),
    (
        "docs/auditor.md.html",
        &[
            "crl-refresh-1",
            "The file counts.",
            "Checking the public store",
            "What you see",
        ],
    ),
];
