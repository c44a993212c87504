//! SSHSIG against the real `ssh-keygen`, both ways, and against signatures that must not pass.

mod bench;
mod fido;
mod keys;
mod types;

use proptest::prelude::*;

use self::bench::{Bench, ed25519_key};
use super::*;
use crate::time::Time;

const MESSAGE: &[u8] = b"the record of an event\n";

fn text(refusal: Result<impl std::fmt::Debug, SshsigError>) -> String {
    refusal.unwrap_err().to_string()
}

#[test]
fn namespaces_are_distinct_and_short() {
    for (i, name) in namespace::ALL.iter().enumerate() {
        assert!(name.ends_with("@pki.rust-lang.org") && name.len() < 32, "{name}");
        assert!(!namespace::ALL[..i].contains(name));
    }
}

#[test]
fn what_ssh_keygen_signs_is_accepted() {
    for algorithm in ["ed25519", "ecdsa"] {
        let bench = Bench::new();
        let key = bench.generate(algorithm, "a");
        for hash in ["sha512", "sha256"] {
            let signature = bench.sign("a", namespace::RECORD, MESSAGE, hash);
            let verified = verify(&key, namespace::RECORD, MESSAGE, &signature);
            assert_eq!(verified, Ok(Verified { fido_counter: None }), "{algorithm} {hash}");
        }
    }
}

#[test]
fn what_we_sign_is_accepted_by_ssh_keygen_and_nothing_else_is() {
    for algorithm in ["ed25519", "ecdsa"] {
        let bench = Bench::new();
        let key = bench.generate(algorithm, "a");
        let signature = sign(&bench.private("a"), namespace::RECORD, MESSAGE).unwrap();
        let line = allowed_signers_line("member-1", &key, &[namespace::RECORD], None, None).unwrap();
        bench.write("allowed_signers", format!("{line}\n").as_bytes());
        bench
            .verify("member-1", namespace::RECORD, MESSAGE, &signature, None)
            .unwrap();
        bench
            .verify("member-1", namespace::RECORD, b"another", &signature, None)
            .unwrap_err();
        bench
            .verify("member-1", namespace::PLAN, MESSAGE, &signature, None)
            .unwrap_err();
        bench
            .verify("member-2", namespace::RECORD, MESSAGE, &signature, None)
            .unwrap_err();
    }
}

#[test]
fn refuses_another_namespace_key_or_message() {
    let (bench, key) = (Bench::new(), ed25519_key(1));
    let other = bench.generate("ed25519", "other");
    let own = SshKey::from_private(&key).unwrap();
    let signature = sign(&key, namespace::RECORD, MESSAGE).unwrap();
    let check = |key, namespace, message| verify(key, namespace, message, signature.as_bytes());
    assert!(check(&own, namespace::RECORD, MESSAGE).is_ok());
    assert_eq!(
        text(check(&own, namespace::PLAN, MESSAGE)),
        "signed for 'record@pki.rust-lang.org', not for 'plan@pki.rust-lang.org'"
    );
    let swapped = format!("signed by key {}, not by {}", own.fingerprint(), other.fingerprint());
    assert_eq!(text(check(&other, namespace::RECORD, MESSAGE)), swapped);
    let changed = check(&own, namespace::RECORD, b"the record of an event");
    assert_eq!(text(changed), "the signature does not fit the key and what is signed");
}

#[test]
fn refuses_every_other_spelling_of_a_good_signature() {
    let key = ed25519_key(1);
    let own = SshKey::from_private(&key).unwrap();
    let good = sign(&key, namespace::RECORD, MESSAGE).unwrap();
    let check = |armored: &str| verify(&own, namespace::RECORD, MESSAGE, armored.as_bytes());
    assert!(check(&good).is_ok());
    let spellings = [
        good.trim_end().to_owned(),
        format!("{good}\n"),
        format!("\n{good}"),
        good.replace('\n', "\r\n"),
        good.repeat(2),
    ];
    for spelling in spellings {
        assert!(check(&spelling).is_err(), "{spelling:?}");
    }
    assert_eq!(
        text(check(&format!("before\n{good}"))),
        "not byte for byte as OpenSSH writes it"
    );
    let long = check(&"A".repeat(8 * 1024 + 1));
    assert_eq!(text(long), "8193 bytes are more than the 8192 allowed");
}

#[test]
fn refuses_a_signature_cut_anywhere() {
    let key = ed25519_key(1);
    let own = SshKey::from_private(&key).unwrap();
    let good = sign(&key, namespace::RECORD, MESSAGE).unwrap();
    for end in 0..good.len() {
        assert!(
            verify(&own, namespace::RECORD, MESSAGE, &good.as_bytes()[..end]).is_err(),
            "{end}"
        );
    }
}

/// PROTOCOL.sshsig: the version is 1; the reserved field is empty today.
#[test]
fn refuses_version_0_and_a_reserved_field() {
    let key = ed25519_key(1);
    let own = SshKey::from_private(&key).unwrap();
    let good = SshSig::from_pem(sign(&key, namespace::RECORD, MESSAGE).unwrap()).unwrap();
    let bytes = ssh_key::encoding::Encode::encode_vec(&good).unwrap();

    let mut version_0 = bytes.clone();
    version_0[9] = 0;
    let refusal = verify(&own, namespace::RECORD, MESSAGE, bench::armor(&version_0).as_bytes());
    assert_eq!(text(refusal), "SSHSIG version 0, not 1");

    let reserved = bytes.windows(10).position(|at| at == b"\0\0\0\0\0\0\0\x06sh").unwrap();
    let mut with_reserved = bytes.clone();
    with_reserved.splice(reserved..reserved + 4, *b"\0\0\0\x02ab");
    let refusal = verify(
        &own,
        namespace::RECORD,
        MESSAGE,
        bench::armor(&with_reserved).as_bytes(),
    );
    assert_eq!(text(refusal), "the signature's reserved field has 2 bytes, not 0");
}

#[test]
fn refuses_a_signature_of_another_algorithm_than_its_key() {
    let (ed, key) = (ed25519_key(1), SshKey::from_private(&ed25519_key(1)).unwrap());
    let body = Signature::new(
        ssh_key::Algorithm::Other("ssh-rsa-x@example.org".parse().unwrap()),
        vec![1],
    )
    .unwrap();
    let sshsig = SshSig::new(
        ed.public_key().key_data().clone(),
        namespace::RECORD,
        HashAlg::Sha512,
        body,
    )
    .unwrap();
    let armored = sshsig.to_pem(LineEnding::LF).unwrap();
    let refusal = verify(&key, namespace::RECORD, MESSAGE, armored.as_bytes());
    assert_eq!(
        text(refusal),
        "a signature of 'ssh-rsa-x@example.org' by an ssh-ed25519 key"
    );
}

#[test]
fn what_is_to_be_signed_is_what_ssh_key_signs() {
    let theirs = SshSig::signed_data(namespace::BUNDLE, HashAlg::Sha512, MESSAGE).unwrap();
    assert_eq!(to_be_signed(namespace::BUNDLE, MESSAGE), theirs);
}

#[test]
fn an_hsm_signature_is_assembled_and_accepted_by_ssh_keygen() {
    let bench = Bench::new();
    for seed in 1..=20 {
        let (key, rs) = bench::hsm(seed, &to_be_signed(namespace::BUNDLE, MESSAGE));
        let signature = assemble_p384(&key, namespace::BUNDLE, MESSAGE, &rs).unwrap();
        let line = allowed_signers_line("console-1", &key, &[namespace::BUNDLE], None, None).unwrap();
        bench.write("allowed_signers", line.as_bytes());
        bench
            .verify("console-1", namespace::BUNDLE, MESSAGE, &signature, None)
            .unwrap();
    }
}

#[test]
fn an_hsm_signature_that_does_not_fit_is_not_returned() {
    let (key, rs) = bench::hsm(1, &to_be_signed(namespace::BUNDLE, MESSAGE));
    let bad = "the signature does not fit the key and what is signed";
    assert_eq!(text(assemble_p384(&key, namespace::BUNDLE, b"another", &rs)), bad);
    assert_eq!(text(assemble_p384(&key, namespace::RECORD, MESSAGE, &rs)), bad);
    assert_eq!(text(assemble_p384(&key, namespace::BUNDLE, MESSAGE, &[0; 96])), bad);
    assert_eq!(text(assemble_p384(&key, namespace::BUNDLE, MESSAGE, &[255; 96])), bad);
    let ed = SshKey::from_private(&ed25519_key(1)).unwrap();
    let refusal = assemble_p384(&ed, namespace::BUNDLE, MESSAGE, &rs);
    assert_eq!(text(refusal), "the key is ssh-ed25519, not ecdsa-sha2-nistp384");
}

#[test]
fn nothing_is_signed_without_a_namespace_or_with_another_algorithm() {
    assert_eq!(text(sign(&ed25519_key(1), "", MESSAGE)), "no namespace given");
    let (key, rs) = bench::hsm(1, &to_be_signed("", MESSAGE));
    assert_eq!(text(assemble_p384(&key, "", MESSAGE, &rs)), "no namespace given");
    let bench = Bench::new();
    bench.make("ecdsa", &["-b", "256"], "p256");
    let refusal = sign(&bench.private("p256"), namespace::RECORD, MESSAGE);
    assert_eq!(
        text(refusal),
        "SSH keys of algorithm 'ecdsa-sha2-nistp256' are not accepted"
    );
}

#[test]
fn a_key_file_still_locked_does_not_sign() {
    let bench = Bench::new();
    bench.keygen(&["-t", "ed25519", "-N", "a passphrase", "-q", "-f", "locked"]);
    let refusal = text(sign(&bench.private("locked"), namespace::RECORD, MESSAGE));
    assert!(refusal.starts_with("the SSH key cannot sign: "), "{refusal}");
}

#[test]
fn ssh_keygen_reads_the_dates_of_allowed_signers_in_utc() {
    let (bench, key) = (Bench::new(), ed25519_key(1));
    let own = SshKey::from_private(&key).unwrap();
    let (from, to) = (Time::parse("2026-11-22T09:30:00Z"), Time::parse("2031-11-22T00:00:00Z"));
    let line = allowed_signers_line("member-1", &own, &[namespace::PLAN, namespace::RECORD], from, to).unwrap();
    let options = r#"namespaces="plan@pki.rust-lang.org,record@pki.rust-lang.org",valid-after="20261122093000Z",valid-before="20311122000000Z""#;
    assert_eq!(line, format!("member-1 {options} {}", own.line()));

    bench.write("allowed_signers", format!("{line}\n").as_bytes());
    let signature = sign(&key, namespace::RECORD, MESSAGE).unwrap();
    let at = |time| bench.verify("member-1", namespace::RECORD, MESSAGE, &signature, Some(time));
    at("20261122093000Z").unwrap();
    at("20311121235959Z").unwrap();
    at("20261122092959Z").unwrap_err();
    at("20311122000100Z").unwrap_err();
}

#[test]
fn names_that_allowed_signers_would_read_otherwise_are_refused() {
    let own = SshKey::from_private(&ed25519_key(1)).unwrap();
    for id in [
        "",
        "*",
        "member-1,member-2",
        "member 1",
        "#member-1",
        "member-1\nmember-2",
        "!member-1",
        "\"member-1\"",
    ] {
        assert!(
            allowed_signers_line(id, &own, &[namespace::PLAN], None, None).is_err(),
            "{id}"
        );
    }
    let refusal = allowed_signers_line("member-1", &own, &["plan\",cert-authority"], None, None);
    assert_eq!(text(refusal), "'plan\",cert-authority' cannot stand in allowed_signers");
    assert_eq!(
        text(allowed_signers_line("member-1", &own, &[], None, None)),
        "no namespace given"
    );
}

proptest! {
    #[test]
    fn one_changed_byte_is_always_refused(at in any::<prop::sample::Index>(), by in 1..=255_u8) {
        let key = ed25519_key(1);
        let mut armored = sign(&key, namespace::RECORD, MESSAGE).unwrap().into_bytes();
        let at = at.index(armored.len());
        armored[at] = armored[at].wrapping_add(by);
        prop_assert!(verify(&SshKey::from_private(&key).unwrap(), namespace::RECORD, MESSAGE, &armored).is_err());
    }

    #[test]
    fn hostile_armour_is_refused_without_panic(
        inside in prop::collection::vec(any::<u8>(), 0..600),
        cut in any::<prop::sample::Index>(),
    ) {
        let key = ed25519_key(1);
        let own = SshKey::from_private(&key).unwrap();
        // A good beginning, so that the parser gets to the fields behind it.
        let good = SshSig::from_pem(sign(&key, namespace::RECORD, MESSAGE).unwrap()).unwrap();
        let mut bytes = ssh_key::encoding::Encode::encode_vec(&good).unwrap();
        // Something is always missing: all of it would be the good one.
        bytes.truncate(cut.index(bytes.len()));
        bytes.extend(inside);
        for armored in [bench::armor(&bytes).into_bytes(), bytes] {
            prop_assert!(verify(&own, namespace::RECORD, MESSAGE, &armored).is_err());
        }
    }

    #[test]
    fn hostile_key_lines_are_refused_without_panic(line in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(SshKey::parse(&line).is_err());
        prop_assert!(SshKey::parse(&["ssh-ed25519 ", &line].concat()).is_err());
        prop_assert!(SshKey::from_p384_spki(&bytes).is_err());
        prop_assert!(SshKey::from_ed25519_spki(&bytes).is_err());
    }
}

/// Found by the fuzz target `sshsig`: ssh-key quotes the label that it read.
#[test]
fn what_ssh_key_quotes_of_a_file_is_made_plain() {
    let armor = b"-----BEGIN SSH \x1b[2J\0-----\nAAAA\n-----END SSH \x1b[2J\0-----\n\
        -----BEGIN SSH SIGNATURE-----\n";
    let refusal = text(verify(
        &SshKey::from_private(&ed25519_key(1)).unwrap(),
        namespace::RECORD,
        MESSAGE,
        armor,
    ));
    assert!(refusal.starts_with("not in OpenSSH's form: "), "{refusal}");
    assert!(!refusal.chars().any(char::is_control), "{refusal:?}");
}

/// Found by the fuzz target `bundle`, in the page that shows a roster: letters that run from right to left.
#[test]
fn a_namespace_of_another_script_is_shown_by_its_codes() {
    let key = ed25519_key(1);
    let armored = sign(&key, "roster@pki\u{69e}\u{5d0}\u{1b}", MESSAGE).unwrap();
    let claim = claim(armored.as_bytes()).unwrap();
    assert_eq!(claim.namespace, "roster@pki\\u{69e}\\u{5d0}\\u{1b}");
    let own = SshKey::from_private(&key).unwrap();
    let refusal = text(verify(&own, namespace::RECORD, MESSAGE, armored.as_bytes()));
    assert!(refusal.contains("roster@pki\\u{69e}\\u{5d0}\\u{1b}"), "{refusal}");
}
