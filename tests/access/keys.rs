//! What signs a batch: a key sealed by openssl or OpenSSH, a token, or `ssh-keygen` itself.

use std::fs;

use support::process::finish;
use support::run;

use super::keeper::Keeper;
use super::softhsm;

#[test]
fn ssh_keygen_signs_a_batch_as_well() {
    let keeper = Keeper::new("access-ssh-keygen");
    keeper
        .makes("console", &keeper.good_log(), (0, 1), "one", &[])
        .expect(0);
    keeper.signs("one", "transparency.key").expect(0);
    // Ed25519 has one signature of one message: theirs is ours, byte for byte.
    let ours = fs::read_to_string(keeper.folder.join("one.cbor.sig")).expect("a signature");
    let allowed = format!("keeper {}\n", key_of(&ours));
    fs::write(keeper.folder.join("allowed"), allowed).expect("a file");
    let (allowed, signature) = (keeper.path("allowed"), keeper.path("one.cbor.sig"));
    let words = [
        "-Y",
        "verify",
        "-f",
        &allowed,
        "-I",
        "keeper",
        "-n",
        "access@pki.rust-lang.org",
        "-s",
        &signature,
    ];
    let batch = fs::read(keeper.folder.join("one.cbor")).expect("a batch");
    let command = std::process::Command::new("ssh-keygen")
        .args(words)
        .stdin(fs::File::open(keeper.folder.join("one.cbor")).expect("a batch"))
        .output()
        .expect("ssh-keygen runs");
    assert!(
        command.status.success() && !batch.is_empty(),
        "{}",
        String::from_utf8_lossy(&command.stderr)
    );
}

#[test]
fn a_sealed_key_of_openssh_signs_what_ssh_keygen_takes() {
    let keeper = Keeper::new("access-openssh");
    keeper.makes("console", "", (0, 1), "one", &[]).expect(0);
    for (kind, bits) in [("ed25519", "256"), ("ecdsa", "384")] {
        let key = keeper.path(&format!("key-{kind}"));
        let words = [
            "-q",
            "-t",
            kind,
            "-b",
            bits,
            "-N",
            "correct horse",
            "-C",
            "",
            "-f",
            &key,
        ];
        run("ssh-keygen", words, "").expect(0);
        keeper.signs("one", &format!("key-{kind}")).expect(0);
        let public = fs::read_to_string(format!("{key}.pub")).expect("a public key");
        let signature = fs::read_to_string(keeper.folder.join("one.cbor.sig")).expect("a signature");
        assert_eq!(key_of(&signature), public.trim(), "{kind}");
        let refused = keeper.appends("one").expect(1);
        assert!(refused.err.contains("access-signature"), "{refused}");
        fs::remove_file(keeper.folder.join("one.cbor.sig")).expect("the signature");
    }
}

#[test]
fn a_token_signs_as_the_file_does() {
    let Some(module) = softhsm::module("a_token_signs_as_the_file_does") else {
        return;
    };
    let keeper = Keeper::new("access-token");
    let config = softhsm::configure(&keeper.folder);
    softhsm::make_token(&config, "transparency", "123456");
    keeper
        .makes("console", &keeper.good_log(), (0, 1), "one", &[])
        .expect(0);
    let (batch, module) = (keeper.path("one.cbor"), module.display().to_string());
    // One of each kind: the release key is P-384.
    for (name, key) in [
        ("transparency", "keepers/transparency.key"),
        ("release", "keepers/release.key"),
    ] {
        let mut import = std::process::Command::new("softhsm2-util");
        import
            .env("SOFTHSM2_CONF", &config)
            .args(["--import", &keeper.path(key), "--token", "transparency"]);
        let id = if name == "release" { "02" } else { "01" };
        let _ = finish(import.args(["--pin", "123456", "--label", name, "--id", id]), "").expect(0);
        let words = [
            "access",
            "sign",
            &batch,
            "--token",
            &module,
            "--token-label",
            "transparency",
            "--key-label",
            name,
        ];
        let mut sign = std::process::Command::new(support::ours("ceremony-publish"));
        let signed = finish(sign.env("SOFTHSM2_CONF", &config).args(words), "123456\n").expect(0);
        assert!(signed.out.contains("signature by SHA256:"), "{signed}");
        let signature = fs::read(keeper.folder.join("one.cbor.sig")).expect("a signature");
        fs::remove_file(keeper.folder.join("one.cbor.sig")).expect("it");
        if name == "transparency" {
            keeper.signs("one", "transparency.key").expect(0);
            let other = fs::read(keeper.folder.join("one.cbor.sig")).expect("a signature");
            assert_eq!(signature, other, "Ed25519 has one signature of one message");
            fs::remove_file(keeper.folder.join("one.cbor.sig")).expect("it");
        }
    }
}

#[test]
fn an_unsealed_key_and_a_wrong_passphrase_sign_nothing() {
    let keeper = Keeper::new("access-keys");
    keeper.makes("console", "", (0, 1), "one", &[]).expect(0);
    let refused = keeper.signs("one", "keepers/transparency.key").expect(3);
    assert!(refused.err.contains("not sealed with a passphrase"), "{refused}");
    let (batch, key) = (keeper.path("one.cbor"), keeper.path("transparency.key"));
    let words = ["access", "sign", &batch, "--key", &key];
    let wrong = run(support::ours("ceremony-publish"), words, "wrong\n").expect(1);
    assert!(wrong.err.contains("this is not the passphrase"), "{wrong}");
    assert!(!keeper.folder.join("one.cbor.sig").exists());
}

/// The public key line of a signature.
fn key_of(armored: &str) -> String {
    let sshsig: record::sshsig::ssh_key::SshSig = armored.parse().expect("a signature");
    let key = record::sshsig::ssh_key::PublicKey::from(sshsig.public_key().clone());
    key.to_openssh().expect("a key line")
}
