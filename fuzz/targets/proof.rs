//! Proof files: as they come, and as what a relying party judges. Nobody has the keys to make another one.
//!
//! The first byte says what the rest is: a proof file, a signature without its armour, or an entry of a signature.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use trust::{Anchors, Artifact, Certificate, CrlPolicy, LogPolicy, Oid, ProofFile, Question, RevocationLists};
use trust::{SignatureEntry, Sshsig, Time, Verified};

fuzz_target!(|data: &[u8]| check(data));

fn check(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    match choice % 3 {
        0 => check_file(bytes),
        1 => drop(Sshsig::parse(bytes).map(|read| assert_eq!(read.bytes(), bytes))),
        _ => drop(SignatureEntry::parse(bytes).map(|read| assert_eq!(read.encode(), bytes))),
    }
}

fn check_file(bytes: &[u8]) {
    if let Ok(read) = ProofFile::parse(bytes) {
        assert_eq!(read.to_string().as_bytes(), bytes);
    }
    // A list may be left out, and cosignatures stand in another order; whatever is said stays the same.
    if let Ok(verified) = ask(bytes) {
        assert!(
            KNOWN.iter().any(|known| same(known, &verified)),
            "a file that nobody made"
        );
    }
}

fn same(known: &Verified, found: &Verified) -> bool {
    known.signer_fingerprint == found.signer_fingerprint
        && known.made == found.made
        && known.chain.len() == found.chain.len()
}

/// For code signing, which delegate and subkey may both.
fn ask(proof: &[u8]) -> Result<Verified, trust::Refused> {
    let question = Question {
        artifact: Artifact::of(include_bytes!("../../src/trust/tests/vectors/artifact")),
        purpose: Oid::parse("1.3.6.1.4.1.32473.3579.1.6").expect("dotted"),
        now: Time::parse_rfc3339("2026-12-01T00:00:00Z").expect("a time"),
        revocation: RevocationLists {
            policy: CrlPolicy::IfPresent,
            further: &[],
        },
    };
    trust::verify(&question, proof, &ANCHORS)
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let root = Certificate::parse_pem(include_bytes!("../../src/trust/tests/vectors/root.pem")).expect("a root");
    let policy = LogPolicy::parse(include_bytes!("../../src/trust/tests/vectors/log-policy")).expect("a policy");
    let arc = Oid::parse("1.3.6.1.4.1.32473.3579").expect("dotted");
    Anchors::rehearsal(vec![root], arc, policy).expect("anchors")
});

static KNOWN: LazyLock<[Verified; 2]> = LazyLock::new(|| {
    let by_delegate = include_bytes!("../../src/trust/tests/vectors/artifact.proof");
    let by_subkey = include_bytes!("../../src/trust/tests/vectors/artifact-by-subkey.proof");
    [ask(by_delegate).expect("good"), ask(by_subkey).expect("good")]
});
