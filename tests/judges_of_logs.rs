//! A rehearsal's log, judged by programs that nobody here wrote: aics-tlog reads its files, and tlog-tiles makes proofs
//! from them that ours accepts.

use std::path::PathBuf;

use support::aics::{ABSENT, tool};
use support::rehearsal;
use support::skip::skip;
use support::{Outcome, Scratch, ours, run};

/// The log's key, as the published policy has it.
fn log_key() -> String {
    let policy = std::fs::read_to_string(rehearsal::plain().done().store("policy/tlog-policy-1")).expect("a policy");
    let key = policy.lines().find_map(|line| line.strip_prefix("log "));
    key.expect("a log").split(' ').next().expect("a key").to_owned()
}

/// The tool, and `--tiles` and `--log-key` of the rehearsal's log.
fn aics() -> Option<(PathBuf, Vec<String>)> {
    let tiles = rehearsal::plain().done().in_store("log/1");
    let options = ["--tiles".into(), tiles, "--log-key".into(), log_key()];
    Some((tool("aics-tlog")?, options.into()))
}

fn call(verb: &str, more: &[&str]) -> Option<Outcome> {
    let (tool, options) = aics()?;
    let words = [verb]
        .into_iter()
        .chain(options.iter().map(String::as_str))
        .chain(more.iter().copied());
    Some(run(tool, words, ""))
}

/// The entry of a certificate, as docs/formats has it.
fn entry(stem: &str) -> Vec<u8> {
    let der = std::fs::read(rehearsal::plain().done().store(&format!("certs/{stem}.der"))).expect("a certificate");
    [b"pki.rust-lang.org/entry/v1\ncertificate\n", &der[..]].concat()
}

/// The index that a staple states.
fn index(stem: &str) -> String {
    let path = rehearsal::plain().done().store(&format!("certs/{stem}.tlog-proof"));
    let staple = std::fs::read_to_string(path).expect("a staple");
    staple
        .lines()
        .find_map(|line| line.strip_prefix("index "))
        .expect("an index")
        .to_owned()
}

#[test]
fn aics_tlog_accepts_the_checkpoint() {
    match call("verify-checkpoint", &[]) {
        Some(outcome) => drop(outcome.expect(0)),
        None => skip("aics-tlog over a rehearsal's checkpoint", ABSENT),
    }
}

#[test]
fn aics_tlog_finds_the_root_and_no_other_certificate_at_its_index() {
    let scratch = Scratch::new("judges-of-logs");
    let leaf = scratch.join("leaf");
    let words = |at: &str| {
        [
            "--leaf".to_owned(),
            leaf.display().to_string(),
            "--index".into(),
            at.into(),
        ]
    };
    let judge = |at: &str| {
        call(
            "verify-inclusion",
            &words(at).iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    std::fs::write(&leaf, entry("root-1")).expect("a leaf");
    let Some(outcome) = judge(&index("root-1")) else {
        return skip("aics-tlog over a rehearsal's entries", ABSENT);
    };
    outcome.expect(0);
    for stem in ["release-1", "crates-io-1", "transparency-1"] {
        std::fs::write(&leaf, entry(stem)).expect("a leaf");
        judge(&index(stem)).expect("the tool").expect(0);
        let refused = judge(&index("root-1")).expect("the tool");
        assert_ne!(refused.code, 0, "{stem}: {}", refused.all());
    }
}

#[test]
fn aics_tlog_finds_each_kept_checkpoint_continued() {
    let kept = rehearsal::plain().done().store("log/1/checkpoints");
    let mut judged = 0;
    for file in std::fs::read_dir(kept).expect("kept checkpoints").flatten() {
        let path = file.path().display().to_string();
        match call("verify-consistency", &["--old-checkpoint", &path]) {
            Some(outcome) => drop(outcome.expect(0)),
            None => return skip("aics-tlog over a rehearsal's kept checkpoints", ABSENT),
        }
        judged += 1;
    }
    assert!(judged > 1, "a rehearsal publishes twice at least");
}

#[test]
fn a_proof_that_tlog_tiles_made_staples_a_certificate() {
    let Some(tool) = tool("tlog-tiles") else {
        return skip("a proof by tlog-tiles", ABSENT);
    };
    let rehearsal = rehearsal::plain().done();
    let scratch = Scratch::new("judges-of-logs-proof");
    let location = format!(
        "file://{}/",
        std::fs::canonicalize(rehearsal.store("log/1"))
            .expect("a log")
            .display()
    );
    for stem in ["root-1", "release-1"] {
        let made = run(&tool, ["gen-proof", location.as_str(), index(stem).as_str()], "").expect(0);
        let proof = scratch.join(format!("{stem}.tlog-proof"));
        std::fs::write(&proof, &made.out).expect("a proof");
        // Over the newest checkpoint, which may be later than the staple's; otherwise the same format.
        assert!(made.out.starts_with("c2sp.org/tlog-proof@v1\n"), "{}", made.out);
        let (certificate, root) = (
            rehearsal.in_store(&format!("certs/{stem}.der")),
            rehearsal.in_store("certs/root-1.der"),
        );
        let (proof, policy) = (proof.display().to_string(), rehearsal.in_store("policy/tlog-policy-1"));
        let words = [
            "cert",
            certificate.as_str(),
            "--root",
            &root,
            "--rehearsal",
            "--proof",
            &proof,
            "--log-policy",
            &policy,
        ];
        run(ours("ceremony-verify"), words, "").expect(0);
        // The same proof is of no use for another certificate.
        let other = rehearsal.in_store("certs/crates-io-1.der");
        let refused = run(
            ours("ceremony-verify"),
            words
                .iter()
                .map(|word| if *word == certificate { &other } else { *word }),
            "",
        );
        assert_eq!(refused.code, 1, "{}", refused.all());
    }
}
