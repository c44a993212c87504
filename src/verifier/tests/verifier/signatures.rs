//! Artifacts and the log of their signatures: `artifact` of one file, `store` of all.

pub mod service;

use std::sync::LazyLock;

use trust::Artifact;
use verifier::layout::Log;
use verifier::{ArtifactProof, Purpose, Report, check_artifact};

use crate::common::checked::{check, rules};
use crate::common::history::{History, day, refresh, replacement};
use service::{ARTIFACT, append, entry, proof_file};

/// The founding and a refresh; then the release key is replaced, and the old one revoked as from day 400.
static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let mut history = History::founded();
    history.hold(&refresh());
    history.hold(&replacement());
    history
});

fn first(events: usize) -> History {
    History::back_to(&HISTORY, events)
}

fn artifact(history: &History, proof: String, file: &[u8], purpose: &str) -> Report {
    let beside = ArtifactProof {
        proof: proof.into_bytes(),
        log_policy: history.store.0["policy/tlog-policy-1"].clone(),
        crls: Vec::new(),
        demand_crls: false,
    };
    let (purpose, root) = (Purpose::parse(purpose).unwrap(), history.certificate("root-1"));
    check_artifact(&Artifact::of(file), &purpose, &beside, &root, true, day(360))
}

#[test]
fn an_artifact_is_checked_from_the_root_alone() {
    let mut history = first(2);
    let proof = proof_file(&mut history, day(355).0);
    let report = artifact(&history, proof.clone(), ARTIFACT, "release");
    assert_eq!(report.findings, []);
    let said = report.checked.join("\n");
    assert!(
        said.contains("signed the file for the purpose 1.3.6.1.4.1.32473.3579.1.1"),
        "{said}"
    );
    assert!(
        said.contains("the log 'pki.rust-lang.org/rehearsal/sig/1' has the signature, as entry 0"),
        "{said}"
    );
    let unsaid = report.not_checked.join("\n");
    assert!(unsaid.contains("is revoked: no list"), "{unsaid}");
    for (file, purpose, rule) in [
        (&b"another"[..], "release", "artifact-signature"),
        (ARTIFACT, "crates-io", "artifact-chain"),
        (ARTIFACT, "1.2.3", "artifact-purpose"),
    ] {
        let report = artifact(&history, proof.clone(), file, purpose);
        assert_eq!(rules(&report), [(rule, "FILE")]);
    }
    let report = artifact(&history, proof + "x", ARTIFACT, "release");
    assert_eq!(rules(&report), [("proof-file-bad", "FILE")]);
}

#[test]
fn a_log_of_good_signatures_is_a_good_part_of_a_store() {
    let mut history = first(3);
    let good = |made| entry(&history, "release-1", "release", made).entry().bytes().to_vec();
    let early: Vec<_> = (0..300).map(|n| good(day(355).0 + n)).collect();
    append(&mut history.store, &early);
    append(&mut history.store, &early[..1]);
    let report = check(&history, day(401));
    assert_eq!(report.findings, []);
    let said = report.checked.join("\n");
    assert!(
        said.contains("signatures logged: 301, each by a published certificate"),
        "{said}"
    );
}

#[test]
fn an_entry_that_does_not_belong_in_the_log_is_named_with_its_rule() {
    let mut history = first(3);
    let made = day(355).0;
    let entries = [
        entry(&history, "release-1", "release", made),
        entry(&history, "release-1", "crates-io", made),
        entry(&history, "root-1", "release", made),
        entry(&history, "release-1", "release", 0),
        entry(&history, "release-1", "release", day(400).0),
        entry(&history, "release-1", "release", day(402).0),
        trust::SignatureEntry {
            signer: [7; 32],
            ..entry(&history, "release-1", "release", made)
        },
        trust::SignatureEntry {
            hash: trust::SignedHash::Sha512([7; 64]),
            ..entry(&history, "release-1", "release", made)
        },
    ];
    let mut entries: Vec<_> = entries.iter().map(|one| one.entry().bytes().to_vec()).collect();
    entries.push(b"pki.rust-lang.org/entry/v1\ndocument\nx".to_vec());
    entries.push(b"anything".to_vec());
    append(&mut history.store, &entries);
    let expected = [
        ("signature-bad", "sig/1, entry 1"),
        ("signature-signer", "sig/1, entry 2"),
        ("signature-time", "sig/1, entry 3"),
        ("signature-revoked", "sig/1, entry 4"),
        ("signature-time", "sig/1, entry 5"),
        ("signature-signer", "sig/1, entry 6"),
        ("signature-bad", "sig/1, entry 7"),
        ("signature-entry", "sig/1, entry 8"),
        ("signature-entry", "sig/1, entry 9"),
    ];
    assert_eq!(rules(&check(&history, day(401))), expected);
}

#[test]
fn a_log_that_is_wrong_throughout_is_told_in_bounds() {
    let mut history = first(2);
    let entries: Vec<_> = (0..300).map(|n: u32| n.to_be_bytes().to_vec()).collect();
    append(&mut history.store, &entries);
    let report = check(&history, day(360));
    assert_eq!(report.findings.len(), 101);
    assert_eq!(report.findings[100].rule, "signatures-wrong");
}

#[test]
fn a_changed_tile_or_a_rolled_back_checkpoint_of_the_signatures_is_found() {
    let mut history = first(2);
    let good = entry(&history, "release-1", "release", day(355).0)
        .entry()
        .bytes()
        .to_vec();
    append(&mut history.store, &vec![good.clone(); 3]);
    let early = history.store.0[&Log::SIGNATURES.checkpoint()].clone();
    append(&mut history.store, &[good]);
    assert_eq!(check(&history, day(360)).findings, []);
    let whole = history.store.clone();
    history.store.put(Log::SIGNATURES.checkpoint(), early);
    let report = check(&history, day(360));
    assert!(
        rules(&report).contains(&("log-shrunk", "sig/1/checkpoints/4")),
        "{:?}",
        rules(&report)
    );
    history.store = whole;
    let path = Log::SIGNATURES.file("tile/entries/000.p/4");
    history.store.0.get_mut(&path).unwrap()[100] ^= 1;
    assert!(!check(&history, day(360)).is_clean());
}
