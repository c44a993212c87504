//! `ceremony-publish signatures`: a batch of a delegate's signing service is logged, proved, and verified by others.

use std::process::Output;

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::Time;
use record::digest::hex;
use record::sshsig::{self, SshKey, namespace};
use verifier::{ArtifactProof, Folder, Options, Purpose, check_artifact, check_store, hash_regular};

use crate::common::event::{private, public, sig_key};
use crate::common::{EVENT, NOW};
use crate::publish::given::{given, seal_key};
use crate::publish::{Scratch, error, files};

/// A store with the founding event, and the key of its log of signatures.
pub fn founded(name: &str) -> Scratch {
    let scratch = given(name, &EVENT.left(|_| ()));
    seal_key(&scratch, "sig.pem", 8, &sig_key().key().to_string());
    let text = "append --store store --log-key log.pem --results out/results.cbor --countersignatures out/countersignatures --now";
    let done = run(&scratch, text, &[]);
    assert!(done.status.success(), "{}", error(&done));
    std::fs::create_dir(scratch.path("proofs")).unwrap();
    scratch
}

fn run(scratch: &Scratch, text: &str, more: &[&str]) -> Output {
    let mut arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
    arguments.push(NOW.to_string());
    arguments.extend(more.iter().map(|one| (*one).to_owned()));
    scratch.run(&arguments, "secret\n")
}

fn log(scratch: &Scratch) -> Output {
    run(
        scratch,
        "signatures batch --store store --log-key sig.pem --now",
        &["--proofs", "proofs"],
    )
}

/// A line of a batch: a key's signature over a file of this name, which the scratch gets.
pub fn line(scratch: &Scratch, name: &str, key: &str, signer: &str, made: Time) -> String {
    let artifact = format!("the content of {name}");
    scratch.put(name, &artifact);
    let ssh = SshKey::from_p384_spki(public(key).spki_der()).unwrap();
    let signed = sshsig::to_be_signed(namespace::ARTIFACT, artifact.as_bytes());
    let raw: Signature = private(key).sign(&signed);
    let raw: [u8; 96] = raw.to_bytes().into();
    let armour = sshsig::assemble_p384(&ssh, namespace::ARTIFACT, artifact.as_bytes(), &raw).unwrap();
    let hash = hex(&hash_regular(&scratch.path(name)).unwrap().sha512);
    let value = serde_json::json!({
        "name": name, "hash": hash, "signature": armour, "signer": signer, "made": made.to_string(),
    });
    format!("{value}\n")
}

pub fn good(scratch: &Scratch, name: &str) -> String {
    line(scratch, name, "release", "release-1", NOW)
}

fn root() -> x509::Certificate {
    x509::Certificate::parse(&EVENT.certificates[0].der).unwrap()
}

#[test]
fn a_batch_is_logged_proved_and_verified() {
    let scratch = founded("signatures");
    let names = ["rust-1.tar.xz", "rust-2.tar.xz", "rust-3.tar.xz"];
    let batch: String = names.iter().map(|name| good(&scratch, name)).collect();
    scratch.put("batch", &batch);
    let done = log(&scratch);
    assert!(done.status.success(), "{}", error(&done));
    let options = Options {
        rehearsal: true,
        now: NOW,
        earlier: None,
    };
    let report = check_store(&Folder(scratch.path("store")), &root(), &options);
    assert_eq!(report.findings, []);
    let said = report.checked.join("\n");
    assert!(said.contains("signatures logged: 3, each"), "{said}");
    for name in names {
        let beside = ArtifactProof {
            proof: std::fs::read(scratch.path(&format!("proofs/{name}.proof"))).unwrap(),
            log_policy: std::fs::read(scratch.path("store/policy/tlog-policy-1")).unwrap(),
            crls: Vec::new(),
            demand_crls: true,
        };
        let file = hash_regular(&scratch.path(name)).unwrap();
        let purpose = Purpose::parse("release").unwrap();
        let report = check_artifact(&file, &purpose, &beside, &root(), true, NOW);
        assert_eq!(report.findings, []);
    }

    // Run again: nothing is logged twice, and the proofs stay as they are.
    let before = files(&scratch.path("store"));
    let proofs = files(&scratch.path("proofs"));
    let again = log(&scratch);
    assert!(again.status.success(), "{}", error(&again));
    assert_eq!(files(&scratch.path("store")), before);
    assert_eq!(files(&scratch.path("proofs")), proofs);
    // A further batch goes on where the log ends; one that holds an old signature is refused.
    scratch.put("batch", good(&scratch, "rust-4.tar.xz"));
    assert!(log(&scratch).status.success());
    scratch.put("batch", batch + &good(&scratch, "rust-5.tar.xz"));
    let twice = log(&scratch);
    assert_eq!(twice.status.code(), Some(1));
    assert!(error(&twice).contains("part of the batch"), "{}", error(&twice));
}

#[test]
fn logs_none_of_a_batch_in_which_one_is_wrong() {
    let scratch = founded("signatures-bad");
    let before = files(&scratch.path("store"));
    let late = Time(NOW.0 + 1);
    for (bad, rule) in [
        (line(&scratch, "b", "crates-io", "release-1", NOW), "signature-bad"),
        (line(&scratch, "b", "release", "release-2", NOW), "signature-signer"),
        (line(&scratch, "b", "release", "root-1", NOW), "signature-signer"),
        (line(&scratch, "b", "release", "release-1", Time(0)), "signature-time"),
        (line(&scratch, "b", "release", "release-1", late), "signature-time"),
        (
            good(&scratch, "b").replace("\"hash\":\"", "\"hash\":\"0"),
            "signature-bad",
        ),
    ] {
        scratch.put("batch", good(&scratch, "a") + &bad);
        let refused = log(&scratch);
        assert_eq!(refused.status.code(), Some(1), "{rule}");
        let said = error(&refused);
        assert!(
            said.contains(rule) && said.contains("nothing was written"),
            "{rule}: {said}"
        );
    }
    for batch in [
        "",
        "{}\n",
        "x",
        &good(&scratch, "a").repeat(2),
        &good(&scratch, "a").replace("\"a\"", "\"../a\""),
    ] {
        scratch.put("batch", batch);
        let refused = log(&scratch);
        assert_eq!(refused.status.code(), Some(3), "{batch}");
        assert!(
            error(&refused).contains("is no batch of signatures: line "),
            "{}",
            error(&refused)
        );
    }
    assert_eq!(files(&scratch.path("store")), before);
}

#[test]
fn each_log_has_its_own_key() {
    let scratch = founded("signatures-keys");
    scratch.put("batch", good(&scratch, "a"));
    let refused = run(&scratch, "signatures batch --store store --log-key log.pem --now", &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = error(&refused);
    assert!(
        said.contains("the key is that of the log log/1, not of sig/<n>"),
        "{said}"
    );
}
