//! A rehearsal cannot be mistaken for anything else.

use std::fs;

use record::bundle;
use support::rehearsal;
use support::scratch::files_under;
use support::{ours, run};

#[test]
fn every_bundle_carries_the_rehearsal_mark() {
    let dir = &rehearsal::plain().done().dir;
    let mut seen = 0;
    for file in files_under(dir)
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "cbor"))
    {
        let bytes = fs::read(dir.join(file)).expect("a bundle");
        let (kind, _, rehearsal) = bundle::peek(&bytes).expect("a bundle");
        assert!(rehearsal, "{} ({kind}) has no mark", file.display());
        seen += 1;
    }
    assert!(seen > 50, "{seen} bundles");
}

#[test]
fn the_log_and_the_pages_say_rehearsal() {
    let one = rehearsal::plain().done();
    let read = |path: &str| fs::read_to_string(one.store(path)).expect("a file of the store");
    assert!(read("log/1/checkpoint").starts_with("pki.rust-lang.org/rehearsal/log/1\n"));
    assert!(read("policy/tlog-policy-1").contains("pki.rust-lang.org/rehearsal/log/1+"));
    assert!(read("policy/1.toml").contains("rehearsal = true"));
    for page in files_under(&one.store(""))
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "html"))
    {
        let text = read(page.to_str().expect("a page")).to_lowercase();
        assert!(text.contains("rehearsal"), "{} does not say it", page.display());
    }
    assert!(
        one.outcome.out.contains("NOTHING THAT IS MADE HERE IS TO BE\n"),
        "{}",
        one.outcome
    );
}

#[test]
fn the_verifier_refuses_the_store_unless_a_rehearsal_was_asked_for() {
    let one = rehearsal::plain().done();
    let (store, root) = (one.in_store(""), one.in_store("certs/root-1.pem"));
    let verify = |more: &[&str]| {
        let words = [&["store", &store, "--root", &root], more].concat();
        run(ours("ceremony-verify"), words, "")
    };
    let told = verify(&[]).expect(1);
    assert!(
        told.err.contains("ceremony-verify: error: this root is a rehearsal's"),
        "{told}"
    );
    assert!(told.err.contains("ceremony-verify: hint: say --rehearsal"), "{told}");
    let told = verify(&["--rehearsal"]).expect(0);
    assert!(told.out.contains("Nothing is wrong."), "{told}");
}

#[test]
fn one_certificate_is_refused_likewise() {
    let one = rehearsal::plain().done();
    let (leaf, root) = (one.in_store("certs/release-1.pem"), one.in_store("certs/root-1.pem"));
    let words = ["cert", &leaf, "--root", &root];
    let told = run(ours("ceremony-verify"), words, "").expect(1);
    assert!(told.err.contains("this root is a rehearsal's"), "{told}");
}
