//! Programs that nobody here wrote, over each of a store's logs: aics-tlog reads it, tlog-tiles makes proofs from it.

#[path = "../../../../../tests/support/aics.rs"]
mod aics;
#[path = "../../../../../tests/support/skip.rs"]
mod skip;

use std::process::{Command, Output};

use tlog::{Entry, EntryType, Policy, Proof};
use verifier::layout::{self, Log};

use crate::publish::{Scratch, error};

/// The judges accept the log's checkpoints, and its entries of these certificates.
pub fn accept(scratch: &Scratch, log: Log, stems: &[&str]) {
    let (Some(aics), Some(tiles)) = (aics::tool("aics-tlog"), aics::tool("tlog-tiles")) else {
        return skip::skip(
            &format!("aics-tlog and tlog-tiles over {log} beside others"),
            aics::ABSENT,
        );
    };
    let folder = scratch.path("store").join(log.folder());
    let policy = std::fs::read(scratch.path("store/policy/tlog-policy-2")).unwrap();
    let policy = Policy::parse(&policy).unwrap();
    let key = policy
        .logs()
        .iter()
        .find(|listed| listed.key.name() == log.origin(true));
    let key = key.unwrap().key.to_string();
    let judge = |verb: &str, more: &[&str]| {
        let mut command = Command::new(&aics);
        command.arg(verb).arg("--tiles").arg(&folder).args(["--log-key", &key]);
        good(&command.args(more).output().unwrap())
    };
    judge("verify-checkpoint", &[]);
    for kept in std::fs::read_dir(folder.join("checkpoints")).unwrap().flatten() {
        judge(
            "verify-consistency",
            &["--old-checkpoint", &kept.path().display().to_string()],
        );
    }
    for stem in stems {
        let der = std::fs::read(scratch.path("store").join(layout::certificate(stem))).unwrap();
        let staple = std::fs::read(scratch.path("store").join(layout::proof(stem))).unwrap();
        let index = Proof::parse(&staple).unwrap().index().to_string();
        let entry = Entry::new(EntryType::Certificate, &der).unwrap();
        scratch.put("leaf", entry.bytes());
        let leaf = scratch.path("leaf").display().to_string();
        judge("verify-inclusion", &["--leaf", &leaf, "--index", &index]);
        let location = format!("file://{}/", folder.display());
        let made = Command::new(&tiles)
            .args(["gen-proof", &location, &index])
            .output()
            .unwrap();
        let proof = Proof::parse(good(&made).as_bytes()).unwrap();
        proof.verify_entry(entry.bytes(), &policy).unwrap();
    }
}

fn good(done: &Output) -> String {
    assert!(done.status.success(), "{}", error(done));
    String::from_utf8(done.stdout.clone()).unwrap()
}
