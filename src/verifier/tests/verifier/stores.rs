//! A whole store: it passes as it is, and every file of it that is changed, removed or added is found.

use std::sync::LazyLock;

use verifier::{Options, Report, check_store};
use x509::Certificate;

use crate::common::store::Memory;
use crate::common::{EVENT, NOW};

static STORE: LazyLock<Memory> = LazyLock::new(|| Memory::publish(&EVENT.left(|_| ())));

fn check(store: &Memory) -> Report {
    check_store(
        store,
        &root(),
        &Options {
            rehearsal: true,
            now: NOW,
            earlier: None,
        },
    )
}

fn root() -> Certificate {
    Certificate::parse(&EVENT.certificates[0].der).expect("a certificate")
}

fn rules(report: &Report) -> Vec<(&str, &str)> {
    report
        .findings
        .iter()
        .map(|finding| (finding.file.as_str(), finding.rule))
        .collect()
}

#[test]
fn passes_as_it_is() {
    let report = check(&STORE);
    assert_eq!(report.findings, []);
    assert!(
        report
            .checked
            .iter()
            .any(|line| line.contains("6 certificates and 2 revocation lists"))
    );
    assert!(
        report
            .not_checked
            .iter()
            .any(|line| line.starts_with("what the pages say (index.html, and 9 more):"))
    );
    let all = format!("{} files: each has its place; none is missing", STORE.0.len());
    assert_eq!(report.checked.last(), Some(&all));
}

#[test]
fn finds_every_file_that_is_changed() {
    let checked = STORE.0.iter().filter(|(path, _)| !path.ends_with(".html"));
    for (n, (path, bytes)) in checked.enumerate() {
        // At its beginning, in the middle or at its end, in turn.
        let place = (bytes.len() - 1) * (n % 3) / 2;
        let mut store = STORE.clone();
        store.0.get_mut(path).expect("a file")[place] ^= 1;
        let report = check(&store);
        assert!(
            report.findings.iter().any(|finding| names(&finding.file, path)),
            "{path} at {place}: {:?}",
            rules(&report)
        );
    }
}

/// Whether a finding about `found` leads to `path`: tiles are proved wrong by what they should add up to.
fn names(found: &str, path: &str) -> bool {
    found == path || (path.starts_with("log/1/") && found.starts_with("log/1/"))
}

#[test]
fn finds_every_file_that_is_missing() {
    for path in STORE.0.keys().filter(|path| !path.contains("countersignatures")) {
        let mut store = STORE.clone();
        store.0.remove(path);
        let report = check(&store);
        let missing = rules(&report).contains(&(path, "missing-file"));
        let needed = rules(&report).contains(&(path, "log-tiles"));
        assert!(missing || needed, "{path}: {:?}", rules(&report));
        let said = report.checked.join("\n");
        assert!(!said.contains("none is missing") || !missing, "{path}: {said}");
    }
}

#[test]
fn finds_a_countersignature_that_was_removed_or_added() {
    let path = "events/rehearsal-1/countersignatures/member-9.sig";
    let mut store = STORE.clone();
    store.0.remove(path);
    let report = check(&store);
    assert!(
        rules(&report).contains(&(path, "countersignature-differs")),
        "{:?}",
        rules(&report)
    );

    let mut left = EVENT.left(|_| ());
    let late = left.countersignatures.remove("member-9").expect("it was there");
    let mut store = Memory::publish(&left);
    store.put(path, late);
    assert!(rules(&check(&store)).contains(&(path, "countersignature-differs")));
}

#[test]
fn finds_files_that_nothing_explains() {
    for path in [
        "certs/evil-1.der",
        "crl/root-1/2.crl",
        "events/rehearsal-1/notes.txt",
        "events/rehearsal-1/countersignatures/member-1.sig.bak",
        "log/1/tile/0/001",
        "log/1/tile/0/000.p/3",
        "objects/sha256/00",
        "policy/2.toml",
        "evil.html",
        "certs/index.html",
        "events/rehearsal-1/other.html",
        ".lock",
    ] {
        let mut store = STORE.clone();
        store.put(path, "x");
        assert_eq!(rules(&check(&store)), [(path, "unexplained-file")]);
    }
}

#[test]
fn a_probes_files_have_one_contents_each() {
    for probe in verifier::layout::PROBES {
        let mut store = STORE.clone();
        store.put(probe.path, probe.contents);
        store.list_files();
        assert_eq!(rules(&check(&store)), []);
        store.put(probe.path, "This store replaces what it must not replace.\n");
        assert_eq!(rules(&check(&store)), [(probe.path, "probe-differs")]);
    }
}

#[test]
fn what_a_publisher_keeps_aside_is_no_file_of_the_store() {
    use verifier::Source as _;
    let folder = std::env::temp_dir().join(format!("verifier-hidden-{}", std::process::id()));
    for file in [".staging/x", ".incoming/0", "certs/.staging/x", "index.html"] {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "x").expect("a file");
    }
    let listed = verifier::Folder(folder.clone()).list().expect("a list");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(listed, ["certs/.staging/x", "index.html"]);
}

#[test]
fn finds_a_replaced_entry_under_an_untouched_checkpoint() {
    let mut store = STORE.clone();
    let bundle = store
        .0
        .iter_mut()
        .find(|(path, _)| path.starts_with("log/1/tile/entries/"))
        .expect("a bundle");
    let place = bundle.1.len() / 2;
    bundle.1[place] ^= 1;
    let path = bundle.0.clone();
    assert!(rules(&check(&store)).contains(&(path.as_str(), "log-tiles")));
}

#[test]
fn finds_a_log_that_has_too_little_or_too_much() {
    let left = EVENT.left(|_| ());
    let event = verifier::check_event(&left.files(), true, NOW).expect("it passes");
    let all = verifier::entries::of_event(&left.files(), &event).expect("entries");
    let entries: Vec<_> = all.iter().map(|expected| expected.entry.clone()).collect();
    // Without the second CRL; with a policy that no file shows; with the first two changed over.
    let mut store = STORE.clone();
    without_log(&mut store);
    let crl = all
        .iter()
        .position(|expected| expected.file == "crl/bors-1/1.crl")
        .expect("a CRL");
    let less: Vec<_> = entries
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != crl)
        .map(|(_, entry)| entry.clone())
        .collect();
    store.log(&less, &event, &left);
    assert_eq!(rules(&check(&store)), [("crl/bors-1/1.crl", "not-logged")]);

    let mut store = STORE.clone();
    without_log(&mut store);
    let hidden = tlog::Entry::new(tlog::EntryType::Document, b"hidden").expect("an entry");
    store.log(&[&entries[..], &[hidden]].concat(), &event, &left);
    assert_eq!(
        rules(&check(&store)),
        [(format!("log/1/entry {}", entries.len()).as_str(), "entry-unexplained")]
    );

    let mut store = STORE.clone();
    without_log(&mut store);
    let mut turned = entries.clone();
    turned.swap(3, 4);
    store.log(&turned, &event, &left);
    assert_eq!(rules(&check(&store)), [("certs/release-1.der", "log-order")]);
}

fn without_log(store: &mut Memory) {
    store
        .0
        .retain(|path, _| !path.starts_with("log/1/") && !path.ends_with(".tlog-proof"));
}

#[test]
fn finds_a_log_that_forgot_what_an_earlier_checkpoint_had() {
    let sign = |size, root| {
        let checkpoint = tlog::Checkpoint::new(tlog::REHEARSAL_ORIGIN, size, root).expect("a checkpoint");
        checkpoint
            .sign(&crate::common::event::log_key())
            .expect("signs")
            .to_string()
            .into_bytes()
    };
    let with = |earlier| {
        check_store(
            &*STORE,
            &root(),
            &Options {
                rehearsal: true,
                now: NOW,
                earlier: Some(earlier),
            },
        )
    };
    let own = STORE.0["log/1/checkpoint"].clone();
    assert_eq!(with(own).findings, []);
    assert_eq!(
        rules(&with(sign(3, tlog::Hash([1; 32])))),
        [("earlier checkpoint", "log-rewritten")]
    );
    assert_eq!(
        rules(&with(sign(99, tlog::Hash([1; 32])))),
        [("earlier checkpoint", "log-shrunk")]
    );
    assert_eq!(
        rules(&with(b"nothing".to_vec())),
        [("earlier checkpoint", "checkpoint-bad")]
    );
}

#[test]
fn refuses_a_rehearsal_unless_asked() {
    let report = check_store(
        &*STORE,
        &root(),
        &Options {
            rehearsal: false,
            now: NOW,
            earlier: None,
        },
    );
    assert_eq!(rules(&report), [("ROOT", "rehearsal-refused")]);
    assert_eq!(
        report.findings[0].what,
        "this root is a rehearsal's: nothing under it may be relied on"
    );
}

#[test]
fn refuses_another_root() {
    let other = Certificate::parse(&EVENT.certificates[1].der).expect("a certificate");
    let report = check_store(
        &*STORE,
        &other,
        &Options {
            rehearsal: true,
            now: NOW,
            earlier: None,
        },
    );
    assert_eq!(rules(&report), [("ROOT", "root-bad")]);
    let what = &report.findings[0].what;
    assert!(what.starts_with("this is not a root certificate: "), "{what}");
}

#[test]
fn one_changed_file_accuses_no_other() {
    // The policy: the roster beside it is the root's own, by its digest.
    let mut store = STORE.clone();
    store.0.get_mut("policy/1.toml").expect("a policy")[0] ^= 1;
    let report = check(&store);
    assert_eq!(rules(&report), [("policy/1.toml", "not-anchored")]);
    assert!(
        report.not_checked.iter().any(|line| line.contains("the M-2 rule")),
        "{:?}",
        report.not_checked
    );
    // The record: what it would explain is set aside, and said once.
    let mut store = STORE.clone();
    store.0.get_mut("events/rehearsal-1/record.cbor").expect("a record")[0] ^= 1;
    let report = check(&store);
    assert_eq!(
        rules(&report),
        [("events/rehearsal-1/record.cbor", "record-unreadable")]
    );
    // Six certificates in three files each, two lists and their pointers, and the plan; the log's object is read for it.
    let aside = "more files in access, certs, crl, docs, objects, policy and roster: whose they are, only an event that passed could say";
    assert!(
        report.not_checked.iter().any(|line| line.ends_with(aside)),
        "{:?}",
        report.not_checked
    );
}

#[test]
fn does_not_say_that_nothing_is_missing_when_something_is() {
    let mut store = STORE.clone();
    store.0.remove("certs/bors-1.pem");
    let last = check(&store).checked.pop().expect("a line");
    let all = STORE.0.len() - 1;
    assert_eq!(last, format!("{all} files: each has its place; missing: 1"));
}

#[test]
fn finds_revocation_lists_that_are_out_of_date() {
    let now = crate::common::OPENS.plus(401 * 86_400);
    let report = check_store(
        &*STORE,
        &root(),
        &Options {
            rehearsal: true,
            now,
            earlier: None,
        },
    );
    assert_eq!(
        rules(&report),
        [
            ("crl/bors-1.crl", "crl-not-current"),
            ("crl/root-1.crl", "crl-not-current")
        ]
    );
}
