//! What publishes when an event is over, killed as a process: `resume` ends what was signed, and what was not is said again.

use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::afterwards::{early, sign_refusal};
use crate::common::NOW;
use crate::publish::given::bring;
use crate::publish::{Scratch, error, files};
use crate::signatures::{founded, good};

#[test]
fn a_late_countersignature_that_is_cut_off_ends_with_the_same_bytes() {
    let prepare = |name: &str| {
        let (scratch, all) = early(name);
        bring(&scratch, "out", &all);
        scratch
    };
    let words = "append --results out/results.cbor --countersignatures out/countersignatures";
    ends_with_the_same_bytes("kill-late", prepare, "log.pem", words);
}

#[test]
fn a_refusal_that_is_cut_off_ends_with_the_same_bytes() {
    let prepare = |name: &str| {
        let (scratch, _) = early(name);
        sign_refusal(&scratch, 3, |_| ());
        scratch
    };
    ends_with_the_same_bytes("kill-refusal", prepare, "log.pem", "refusal --refusal refusal.cbor");
}

#[test]
fn a_batch_of_signatures_that_is_cut_off_ends_with_the_same_bytes() {
    let prepare = |name: &str| {
        let scratch = founded(name);
        let lines = ["rust-1", "rust-2", "rust-3"].map(|name| good(&scratch, name));
        scratch.put("batch", lines.concat());
        scratch
    };
    let words = "signatures batch --proofs proofs";
    ends_with_the_same_bytes("kill-signatures", prepare, "sig.pem", words);
}

#[test]
fn pages_that_are_cut_off_are_made_again() {
    let prepare = |name: &str| {
        let (scratch, _) = early(name);
        for page in ["index.html", "log/index.html", "files.txt"] {
            scratch.put(&format!("store/{page}"), "an older page");
        }
        scratch
    };
    let whole = prepare("kill-site");
    let site = |scratch: &Scratch| scratch.run(&owned("site --store store"), "");
    let began = Instant::now();
    assert!(site(&whole).status.success());
    let (took, reference) = (began.elapsed(), files(&whole.path("store")));
    for moment in 1..=MOMENTS {
        let scratch = prepare(&format!("kill-site-{moment}"));
        let mut child = start(&scratch, &owned("site --store store"));
        std::thread::sleep(took * moment / MOMENTS);
        let _ = child.kill();
        child.wait().unwrap();
        let done = site(&scratch);
        assert!(done.status.success(), "{}", error(&done));
        assert!(files(&scratch.path("store")) == reference, "killed at moment {moment}");
    }
}

/// Kills the command at moments spread over its work, and compares with one that nobody killed.
fn ends_with_the_same_bytes(test: &str, prepare: impl Fn(&str) -> Scratch, key: &str, words: &str) {
    let place = format!("--store store --log-key {key} --now {NOW}");
    let (words, resume) = (owned(&format!("{words} {place}")), owned(&format!("resume {place}")));
    let whole = prepare(test);
    let before = files(&whole.path("store"));
    let began = Instant::now();
    let done = whole.run(&words, "secret\n");
    assert!(done.status.success(), "{}", error(&done));
    let (took, reference) = (began.elapsed(), files(&whole.path("store")));
    assert!(before != reference, "it publishes something");
    for moment in 1..=MOMENTS {
        let scratch = prepare(&format!("{test}-{moment}"));
        let mut child = start(&scratch, &words);
        std::thread::sleep(took / 2 + took * moment / (2 * MOMENTS));
        let _ = child.kill();
        child.wait().unwrap();
        let resumed = scratch.run(&resume, "");
        assert!(resumed.status.success(), "{}", error(&resumed));
        if files(&scratch.path("store")) != reference {
            // Nothing was signed: it is simply said again.
            assert!(files(&scratch.path("store")) == before, "killed at moment {moment}");
            let done = scratch.run(&words, "secret\n");
            assert!(done.status.success(), "{}", error(&done));
        }
        assert!(files(&scratch.path("store")) == reference, "killed at moment {moment}");
    }
}

fn start(scratch: &Scratch, arguments: &[String]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-publish"));
    command.args(arguments).current_dir(scratch.path(""));
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = silent.stdin(Stdio::piped()).spawn().unwrap();
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"secret\n");
    child
}

fn owned(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

const MOMENTS: u32 = 5;
