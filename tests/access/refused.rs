//! What cannot be made, signed or published as a batch: what is said, and that nothing is left behind.

use std::fs;

use support::{Outcome, ours, run};

use super::keeper::Keeper;

/// Refused with this exit code, these words and this hint.
fn refuses(outcome: Outcome, code: i32, words: &str, hint: &str) {
    let refused = outcome.expect(code);
    assert!(refused.err.contains(words), "{words}: {refused}");
    assert!(
        refused.err.contains(&format!("\nceremony-publish: hint: {hint}")),
        "{hint}: {refused}"
    );
}

#[test]
fn a_batch_is_of_a_stretch_after_the_one_before_it_of_the_same_log() {
    let keeper = Keeper::new("access-stretches");
    let usage = "`ceremony-publish help` lists the commands";
    keeper
        .makes("console", &keeper.good_log(), (0, 2), "one", &[])
        .expect(0);
    let one = keeper.path("one.cbor");
    let makes = |log, days, more: &[&str]| keeper.makes(log, "", days, "two", more);
    refuses(
        makes("console", (3, 3), &["--previous", &one]),
        2,
        "--from is not before --until",
        usage,
    );
    let early = "--from is before the end of the batch before it, ";
    refuses(makes("console", (1, 3), &["--previous", &one]), 2, early, usage);
    let other = "one.cbor: this is a bundle of type 'access-console', not 'access-hsm'";
    refuses(makes("hsm", (2, 3), &["--previous", &one]), 3, other, "");
    let log = keeper.path("one.log");
    refuses(makes("console", (2, 3), &["--previous", &log]), 3, "one.log: ", "");
    assert!(!keeper.folder.join("two.cbor").exists());
}

#[test]
fn only_a_batch_that_has_ended_is_published() {
    let keeper = Keeper::new("access-early");
    keeper
        .makes("console", &keeper.good_log(), (0, 20), "one", &[])
        .expect(0);
    keeper.signs("one", "transparency.key").expect(0);
    let early = keeper.appends("one").expect(1);
    assert!(
        early.err.contains("[access-time]") && early.err.contains("it ends at "),
        "{early}"
    );
    fs::copy(keeper.path("one.log"), keeper.folder.join("one.cbor")).expect("copied");
    refuses(keeper.appends("one"), 3, "one.cbor: ", "");
    assert!(!keeper.store("access").exists(), "nothing was written");
    keeper.checks().expect(0);
}

#[test]
fn a_key_that_cannot_sign_a_batch_is_refused_with_what_to_do() {
    let keeper = Keeper::new("access-bad-keys");
    keeper.makes("console", "", (0, 1), "one", &[]).expect(0);
    let batch = keeper.path("one.cbor");
    let none = run(ours("ceremony-publish"), ["access", "sign", &batch], "");
    refuses(
        none,
        2,
        "required arguments were not provided: --key <FILE>",
        "`ceremony-publish help`",
    );
    let path = |name: &str| keeper.path(name);
    let openssl = |line: String| drop(run("openssl", line.split(' '), "").expect(0));
    let plain = path("plain.key");
    openssl(format!(
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {plain}"
    ));
    let seal = |how: &str, out: &str| {
        openssl(format!(
            "pkcs8 -topk8 {how} -in {plain} -passout pass:x -out {}",
            path(out)
        ))
    };
    seal("-v1 PBE-SHA1-3DES", "old.key");
    seal("-v2 aes-256-cbc -iter 10000001", "slow.key");
    let pass = "correct horse";
    let other = [
        "pkcs8",
        "-topk8",
        "-v2",
        "aes-256-cbc",
        "-in",
        &plain,
        "-passout",
        &format!("pass:{pass}"),
        "-out",
        &path("p256.key"),
    ];
    drop(run("openssl", other, "").expect(0));
    openssl(format!("ec -in {plain} -out {}", path("sec1.key")));
    let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &path("open.key")];
    drop(run("ssh-keygen", words, "").expect(0));
    fs::write(path("noise.key"), [0xff; 40]).expect("written");
    for (key, words) in [
        ("plain.key", "it is not sealed with a passphrase"),
        ("open.key", "it is not sealed with a passphrase"),
        ("sec1.key", "it holds 'EC PRIVATE KEY'"),
        (
            "old.key",
            "how it is sealed is not known here: seal it again with `openssl pkcs8 -topk8 -v2 aes-256-cbc`",
        ),
        ("slow.key", "what seals it costs more than any key's does"),
        ("p256.key", "it is neither an Ed25519 nor a P-384 key"),
        ("noise.key", "invalid utf-8"),
    ] {
        let refused = keeper.signs("one", key);
        assert!(refused.err.contains(&format!("{key} signs no batch: ")), "{refused}");
        refuses(
            refused,
            3,
            words,
            "name the delegate's own key: PKCS#8 or OpenSSH's form, sealed",
        );
        assert!(!keeper.folder.join("one.cbor.sig").exists(), "{key}");
    }
}
