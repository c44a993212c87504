//! `ceremony-verify standing`: what stands is written down from a store that is in order, the same bytes by everybody.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use record::{Bundle, Digest, Standing};

use crate::common::store::Memory;
use crate::common::{EVENT, NOW, OPENS};

/// The store in a folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("standing-{test}"));
    let _ = fs::remove_dir_all(&folder);
    for (path, bytes) in Memory::publish(&EVENT.left(|_| ())).0 {
        let path = folder.join("store").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

fn standing(folder: &Path, more: &[&str]) -> Output {
    let now = NOW.to_string();
    let program = env!("CARGO_BIN_EXE_ceremony-verify");
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .args(["standing", "store", "--rehearsal", "--out", "standing.cbor"]);
    if !more.contains(&"--now") {
        command.args(["--now", &now]);
    }
    command.args(more).output().expect("it runs")
}

fn told(output: &Output) -> (i32, String) {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("an exit code"), error)
}

const ROOT: [&str; 2] = ["--root", "store/certs/root-1.pem"];

#[test]
fn says_what_the_first_event_left_behind() {
    let folder = folder("first");
    let output = standing(&folder, &ROOT);
    assert_eq!(told(&output), (0, String::new()));
    let bytes = fs::read(folder.join("standing.cbor")).expect("a file");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(&Digest::of(&bytes).hex()[..16]), "{said}");

    let standing: Standing = Bundle::decode_marked(&bytes, true).expect("a bundle");
    let [past] = &standing.events[..] else {
        panic!("{standing:?}")
    };
    let record = fs::read(folder.join("store/events/rehearsal-1/record.cbor")).expect("a record");
    assert_eq!(
        (past.event.as_str(), past.kind.as_str(), past.record),
        ("rehearsal-1", "root-generation", Digest::of(&record))
    );
    let checkpoint = fs::read_to_string(folder.join("store/log/1/checkpoint")).expect("a checkpoint");
    assert_eq!(standing.checkpoint, checkpoint);
    let digest = |path: &str| Digest::of(&fs::read(folder.join("store").join(path)).expect("a file"));
    assert_eq!(
        (
            standing.roster,
            standing.policy,
            standing.log_policy,
            standing.log_policy_number
        ),
        (
            digest("roster/1.cbor"),
            digest("policy/1.toml"),
            digest("policy/tlog-policy-1"),
            1
        )
    );
    let stems: Vec<_> = standing.certificates.iter().map(|one| one.stem()).collect();
    assert_eq!(
        stems,
        [
            "root-1",
            "release-1",
            "crates-io-1",
            "bors-1",
            "transparency-1",
            "console-1"
        ]
    );
    let lists: Vec<_> = standing
        .crls
        .iter()
        .map(|one| (one.issuer.as_str(), one.number))
        .collect();
    assert_eq!(lists, [("bors-1", 1), ("root-1", 1)]);
    let keys: Vec<_> = standing.keys.iter().map(|one| (one.key.as_str(), one.quorum)).collect();
    assert_eq!(keys, [("root-1", Some(5)), ("bors-1", Some(5)), ("console-1", None)]);
}

#[test]
fn a_store_with_a_finding_gives_no_standing() {
    let folder = folder("finding");
    fs::write(folder.join("store/certs/bors-1.pem"), "other").expect("a file");
    let output = standing(&folder, &ROOT);
    assert_eq!(told(&output).0, 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("FINDING certs/bors-1.pem [pem-differs]"));
    assert!(!folder.join("standing.cbor").exists());
}

#[test]
fn a_list_that_is_overdue_does_not_stop_the_event_that_makes_the_next() {
    let folder = folder("overdue");
    let late = OPENS.plus(401 * 86_400).to_string();
    let output = standing(&folder, &[&ROOT[..], &["--now", &late]].concat());
    assert_eq!(told(&output), (0, String::new()));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("crl/root-1.crl: the newest revocation list is of"),
        "{said}"
    );
    assert!(folder.join("standing.cbor").exists());
}

#[test]
fn a_store_with_a_root_is_not_taken_without_one_and_nothing_is_replaced() {
    let folder = folder("usage");
    let (code, error) = told(&standing(&folder, &[]));
    assert_eq!(code, 2);
    assert!(
        error.contains("hint: give --root the newest root certificate"),
        "{error}"
    );
    fs::write(folder.join("standing.cbor"), "mine").expect("a file");
    let (code, error) = told(&standing(&folder, &ROOT));
    assert_eq!(code, 3);
    assert!(error.contains("error: standing.cbor is there already"), "{error}");
    assert_eq!(fs::read(folder.join("standing.cbor")).expect("a file"), b"mine");
}
