//! `ceremony-publish append`: a made-up event becomes a store that the verifier passes, or nothing is written.

use std::process::{Command, Output};

use verifier::{Folder, Options, check_store};

use crate::common::{EVENT, NOW};
use crate::publish::given::given;
use crate::publish::{Scratch, error, files};

pub fn append(scratch: &Scratch) -> Output {
    append_with(scratch, "secret\n")
}

fn append_with(scratch: &Scratch, input: &str) -> Output {
    append_with_options(scratch, input, &[])
}

fn append_with_options(scratch: &Scratch, input: &str, options: &[&str]) -> Output {
    let text = "append --store store --log-key log.pem --results out/results.cbor --countersignatures out/countersignatures --now";
    let mut arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
    arguments.push(NOW.to_string());
    arguments.extend(options.iter().map(|option| (*option).to_owned()));
    scratch.run(&arguments, input)
}

#[test]
fn makes_a_store_that_the_verifier_passes() {
    let scratch = given("append", &EVENT.left(|_| ()));
    let done = append(&scratch);
    assert!(done.status.success(), "{}", error(&done));
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("wrote certs/root-1.tlog-proof"), "{said}");
    let root = x509::Certificate::parse(&EVENT.certificates[0].der).unwrap();
    let options = Options {
        rehearsal: true,
        now: NOW,
        earlier: None,
    };
    let report = check_store(&Folder(scratch.path("store")), &root, &options);
    assert_eq!(report.findings, []);

    let before = files(&scratch.path("store"));
    let again = append(&scratch);
    assert_eq!(again.status.code(), Some(1));
    assert!(error(&again).contains("error: the event rehearsal-1 is in the store already\n"));
    assert_eq!(files(&scratch.path("store")), before);
}

#[test]
fn shows_commands_that_work_as_they_are() {
    let scratch = given("commands", &EVENT.left(|_| ()));
    assert!(append(&scratch).status.success());
    let mut run = 0;
    for page in ["index.html", "events/rehearsal-1/index.html"] {
        let page = std::fs::read_to_string(scratch.path("store").join(page)).unwrap();
        for pre in page
            .split("<pre>")
            .skip(1)
            .map(|rest| rest.split("</pre>").next().unwrap())
        {
            for line in pre
                .replace("&lt;", "<")
                .lines()
                .filter(|line| !line.starts_with("ceremony-verify "))
            {
                let done = Command::new("sh")
                    .args(["-c", line])
                    .current_dir(scratch.path("store"))
                    .output()
                    .unwrap();
                assert!(done.status.success(), "{line}: {}", error(&done));
                run += 1;
            }
        }
    }
    // On the home page the fingerprint, five delegates, one member; on the event's page nine members.
    assert_eq!(run, 1 + 5 + 1 + 9);
}

#[test]
fn a_scanner_page_is_served_and_linked_and_explained() {
    let scratch = given("scanner", &EVENT.left(|_| ()));
    let page = scanner();
    scratch.put("scan.html", &page);
    let done = append_with_options(&scratch, "secret\n", &["--scanner", "scan.html"]);
    assert!(done.status.success(), "{}", error(&done));
    let store = scratch.path("store");
    assert_eq!(std::fs::read_to_string(store.join("scan.html")).unwrap(), page);
    let home = std::fs::read_to_string(store.join("index.html")).unwrap();
    assert!(
        home.contains("<p><a href=\"scan.html\">The scanner</a> reads and shows the QR codes"),
        "{home}"
    );
    let root = x509::Certificate::parse(&EVENT.certificates[0].der).unwrap();
    let options = Options {
        rehearsal: true,
        now: NOW,
        earlier: None,
    };
    let report = check_store(&Folder(store), &root, &options);
    assert_eq!(report.findings, []);
    let digest = record::Digest::of(page.as_bytes());
    let said = format!("the program in scan.html, SHA-256 {digest}: compare it with one that you or others built");
    assert_eq!(
        report.not_checked.iter().filter(|text| **text == said).count(),
        1,
        "{:?}",
        report.not_checked
    );
}

#[test]
fn without_a_scanner_page_nothing_leads_to_one() {
    let scratch = given("no-scanner", &EVENT.left(|_| ()));
    assert!(append(&scratch).status.success());
    let home = std::fs::read_to_string(scratch.path("store/index.html")).unwrap();
    assert!(!home.contains("scan.html"));
    assert!(!scratch.path("store/scan.html").exists());
}

#[test]
fn refuses_a_scanner_page_that_could_load_or_send_before_anything_is_written() {
    let scratch = given("other-scanner", &EVENT.left(|_| ()));
    for (name, page) in [
        ("open.html", &b"<!DOCTYPE html>\n<meta content=\"default-src *; \">"[..]),
        ("octets.html", &[0xff; 9]),
    ] {
        scratch.put(name, page);
        let done = append_with_options(&scratch, "secret\n", &["--scanner", name]);
        assert_eq!(done.status.code(), Some(3));
        let said = format!("ceremony-publish: error: {name} is not the scanner page: its markup is not that ");
        assert!(error(&done).starts_with(&said), "{}", error(&done));
        assert!(error(&done).contains("hint: name the page that `scanner-page` of this version made\n"));
    }
    assert_eq!(files(&scratch.path("store")), []);
}

#[test]
fn writes_nothing_when_something_is_found() {
    let mut left = EVENT.left(|_| ());
    let other = left.countersignatures["member-2"].clone();
    left.countersignatures.insert("member-1".into(), other);
    let scratch = given("findings", &left);
    let refused = append(&scratch);
    assert_eq!(refused.status.code(), Some(1));
    let said = error(&refused);
    assert!(
        said.contains("finding: events/rehearsal-1/countersignatures/member-1.sig: "),
        "{said}"
    );
    assert!(
        said.contains("\nceremony-publish: error: 1 finding; nothing was written\n"),
        "{said}"
    );
    assert!(files(&scratch.path("store")).is_empty());
}

#[test]
fn refuses_a_wrong_passphrase_and_then_takes_the_right_one() {
    let scratch = given("passphrase", &EVENT.left(|_| ()));
    let refused = append_with(&scratch, "guess\n");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        error(&refused).contains("error: this is not the passphrase of log.pem\n"),
        "{}",
        error(&refused)
    );
    assert!(files(&scratch.path("store")).is_empty());
    assert!(append(&scratch).status.success());
}

#[test]
fn refuses_a_log_key_that_the_plan_does_not_name() {
    let scratch = given("other-key", &EVENT.left(|_| ()));
    for made in ["log.pem", "log.pem.state"] {
        std::fs::remove_file(scratch.path(made)).unwrap();
    }
    std::fs::remove_dir(scratch.path("store")).unwrap();
    scratch.init();
    let refused = append_with(&scratch, "a passphrase\n");
    assert_eq!(refused.status.code(), Some(1));
    let words = "error: the plan's log policy does not name the key pki.rust-lang.org/rehearsal/log/1+";
    assert!(error(&refused).contains(words), "{}", error(&refused));
    assert!(files(&scratch.path("store")).is_empty());
}

#[test]
fn refuses_what_does_not_belong_among_the_countersignatures() {
    let scratch = given("stranger", &EVENT.left(|_| ()));
    scratch.put("out/countersignatures/notes.txt", "x");
    let refused = append(&scratch);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        error(&refused).contains("notes.txt is not named like member-1.sig\n"),
        "{}",
        error(&refused)
    );
}

#[test]
fn countersignatures_that_crossed_by_codes_are_taken_by_their_names() {
    let scratch = given("codes", &EVENT.left(|_| ()));
    let folder = scratch.path("out/countersignatures");
    let moved = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let member = moved.file_name().into_string().unwrap().replace(".sig", "");
    let crossed = folder.join(format!("record.cbor.{member}.sig"));
    std::fs::copy(moved.path(), &crossed).unwrap();
    std::fs::write(folder.join("record.cbor"), "the record came along").unwrap();
    // Two signatures of one member, of which one may be of another record.
    std::fs::write(&crossed, "another").unwrap();
    let refused = append(&scratch);
    assert_eq!(refused.status.code(), Some(3));
    let said = error(&refused);
    assert!(
        said.contains(" is another signature of one member beside theirs\n"),
        "{said}"
    );
    assert!(
        said.contains("hint: put one signature of each member there: "),
        "{said}"
    );
    // The same twice is one, and by either name it counts.
    std::fs::copy(moved.path(), &crossed).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("record.cbor") && path != moved.path() {
            std::fs::rename(&path, folder.join(format!("record.cbor.{name}"))).unwrap();
        }
    }
    let done = append(&scratch);
    assert!(done.status.success(), "{}", error(&done));
}

#[test]
fn says_what_to_do_about_a_file_that_is_none() {
    let scratch = given("files", &EVENT.left(|_| ()));
    let results = scratch.path("out/results.cbor");
    let whole = std::fs::read(&results).unwrap();
    let refused = |code, what: &str, hint: &str| {
        let refused = append(&scratch);
        let said = error(&refused);
        assert_eq!(refused.status.code(), Some(code), "{said}");
        assert!(
            said.ends_with(&format!("error: {what}\nceremony-publish: hint: {hint}\n")),
            "{said}"
        );
        assert!(files(&scratch.path("store")).is_empty());
    };
    std::fs::remove_file(&results).unwrap();
    refused(
        3,
        "out/results.cbor cannot be read: No such file or directory (os error 2)",
        "check the path",
    );
    std::fs::create_dir(&results).unwrap();
    refused(3, "out/results.cbor is a folder, not a file", "name a file in it");
    std::fs::remove_dir(&results).unwrap();
    let fifo = Command::new("mkfifo").arg(&results).status().unwrap();
    assert!(fifo.success());
    refused(
        3,
        "out/results.cbor is no ordinary file",
        "name a regular file; pipes and devices are not read",
    );
    std::fs::remove_file(&results).unwrap();
    scratch.put("out/results.cbor", vec![0; 64 * 1024 * 1024]);
    let said = error(&append(&scratch));
    assert!(
        said.ends_with("hint: check the path: another file was named\n"),
        "{said}"
    );
    scratch.put("out/results.cbor", &whole);

    std::fs::remove_dir(scratch.path("store")).unwrap();
    scratch.put("store", "a file");
    let said = error(&append(&scratch));
    assert!(said.ends_with("hint: a folder belongs there: name one\n"), "{said}");
}

#[test]
fn says_what_to_do_when_the_store_cannot_be_written() {
    let scratch = given("unwritable", &EVENT.left(|_| ()));
    // Even root makes no folder where a file is.
    scratch.put("store/objects", "in the way");
    let refused = append(&scratch);
    assert_eq!(refused.status.code(), Some(4));
    let said = error(&refused);
    assert!(said.contains("ceremony-publish: error: objects/sha256/"), "{said}");
    assert!(
        said.ends_with("hint: a file is where a folder belongs: move it away, then run the same command again\n"),
        "{said}"
    );
    std::fs::remove_file(scratch.path("store/objects")).unwrap();
    assert!(append(&scratch).status.success(), "it goes on where it was");
}

/// A page like ours, with a script that does nothing.
fn scanner() -> String {
    // The digests of the two, as `openssl dgst -sha256 -binary | base64` gives them.
    let policy = "default-src 'none'; script-src 'sha256-Xs8vTYPmJg2r1uxI522N3rzPlWVj80ByIhv5YNO4wlU=' 'wasm-unsafe-eval'; \
                  style-src 'sha256-7IWhgxoOGTB5NQzjGk9OPt0FwhVeBvZGoWgF9xLLh8c='; worker-src blob:; img-src data:; \
                  media-src mediastream:; base-uri 'none'; form-action 'none'";
    include_str!("../../../scanner/page/scan.html")
        .replace("{{policy}}", policy)
        .replace("{{style}}", "p { margin: 0 }")
        .replace("{{script}}", "\"use strict\";")
}
