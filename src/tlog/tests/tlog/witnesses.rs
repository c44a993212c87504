//! What a witness is sent, and what its answers are worth.

use tlog::{Cosigner, Error, Hash, SignatureLine, Signer, VerifierKey, note::Algorithm, witness};

use crate::support::{ORIGIN, Store, cosigned, log_key, secret, witness as cosigner};

const NOW: u64 = 1_700_000_000;

#[test]
fn a_request_is_size_proof_and_checkpoint() {
    let (store, checkpoint) = Store::of(&[256, 600]);
    let proof = tlog::merkle::prove_consistency(&store.open(&checkpoint).unwrap(), 256, 600).unwrap();
    let signed = cosigned(&checkpoint, &[]);
    let request = witness::request(256, &proof, &signed).unwrap();
    let (head, note) = request.split_once("\n\n").unwrap();
    let mut lines = head.split('\n');
    assert_eq!(lines.next(), Some("old 256"));
    let hashes: Vec<Hash> = lines.map(|line| Hash::parse(line).unwrap()).collect();
    assert_eq!(hashes, proof);
    assert_eq!(note, signed.to_string());
    let first = witness::request(0, &[], &signed).unwrap();
    assert!(first.starts_with(&format!("old 0\n\n{ORIGIN}\n600\n")), "{first}");
}

#[test]
fn a_request_has_at_most_63_hashes_and_no_larger_size() {
    let signed = cosigned(&Store::of(&[3]).1, &[]);
    let hash = Hash::empty();
    assert!(witness::request(3, &[hash; 63], &signed).is_ok());
    assert_eq!(
        witness::request(3, &[hash; 64], &signed),
        Err(Error::ProofHashes { limit: 63 })
    );
    assert_eq!(
        witness::request(4, &[], &signed),
        Err(Error::BeyondTree { wanted: 4, size: 3 })
    );
}

#[test]
fn the_newest_checkpoint_lies_under_the_origins_digest() {
    let path = witness::newest("pki.rust-lang.org/log/1");
    let (hex, rest) = path.split_once('/').unwrap();
    assert_eq!(rest, "checkpoint");
    assert_eq!(Hash::from_hex(hex), Ok(Hash::sha256(b"pki.rust-lang.org/log/1")));
}

#[test]
fn a_size_is_one_number_and_a_newline() {
    assert_eq!(witness::size(b"0\n"), Ok(0));
    assert_eq!(witness::size(b"600\n"), Ok(600));
    for body in [
        &b""[..],
        b"600",
        b"\n",
        b"0600\n",
        b"600\n\n",
        b"-1\n",
        b"600 \n",
        b"99999999999999999999\n",
        b"\xff\n",
    ] {
        assert!(witness::size(body).is_err(), "{body:?}");
    }
}

#[test]
fn takes_the_cosignature_of_the_witness_that_was_asked() {
    let (signed, a) = (cosigned(&Store::of(&[3]).1, &[]), cosigner("a"));
    let line = a.cosign(&signed, NOW).unwrap();
    let other = cosigner("b").cosign(&signed, NOW).unwrap();
    for body in [
        format!("{line}\n"),
        format!("{other}\n{line}\n"),
        format!("{line}\n{other}\n"),
    ] {
        let taken = witness::cosignature(body.as_bytes(), &signed, a.key(), NOW);
        assert_eq!(taken, Ok(line.clone()), "{body}");
    }
}

#[test]
fn refuses_what_is_not_that_cosignature() {
    let (signed, a) = (cosigned(&Store::of(&[3]).1, &[]), cosigner("a"));
    let line = a.cosign(&signed, NOW).unwrap().to_string();
    let judge = |body: &str| witness::cosignature(body.as_bytes(), &signed, a.key(), NOW).unwrap_err();
    let name = || a.key().name().to_owned();
    assert_eq!(
        judge(&format!("{line}\n{line}\n")),
        Error::CosignatureTwice { name: name() }
    );
    let renamed = Cosigner::new("b.example", secret("a")).unwrap();
    let other_key = Cosigner::new("a.example", secret("b")).unwrap();
    for stranger in [renamed, other_key] {
        let body = format!("{}\n", stranger.cosign(&signed, NOW).unwrap());
        assert_eq!(judge(&body), Error::CosignatureMissing { name: name() });
    }
    let elsewhere = a.cosign(&cosigned(&Store::of(&[4]).1, &[]), NOW).unwrap();
    assert!(matches!(judge(&format!("{elsewhere}\n")), Error::BadSignature { .. }));
    let short = SignatureLine::new(a.key(), &[0; 7]);
    assert!(matches!(judge(&format!("{short}\n")), Error::BadSignature { .. }));
    for body in [
        "",
        "\n",
        "200 OK\n",
        &line,
        &format!("{line}\r\n"),
        &format!("{line}\n\n"),
    ] {
        let error = judge(body);
        let is_shape = matches!(
            error,
            Error::WitnessAnswer { .. } | Error::SignatureLine { .. } | Error::Base64 { .. }
        );
        assert!(is_shape, "{body:?}: {error}");
    }
    assert!(matches!(
        judge(&format!("{line}\n").repeat(65)),
        Error::SignatureCount { .. }
    ));
    assert!(matches!(
        judge(&"x".repeat(witness::MAX_ANSWER + 1)),
        Error::TooLarge { .. }
    ));
}

#[test]
fn refuses_a_time_far_from_now() {
    let (signed, a) = (cosigned(&Store::of(&[3]).1, &[]), cosigner("a"));
    for (time, good) in [
        (NOW - witness::SKEW, true),
        (NOW + witness::SKEW, true),
        (NOW - witness::SKEW - 1, false),
        (NOW + witness::SKEW + 1, false),
        (0, false),
    ] {
        let body = format!("{}\n", a.cosign(&signed, time).unwrap());
        let taken = witness::cosignature(body.as_bytes(), &signed, a.key(), NOW);
        match good {
            true => assert!(taken.is_ok(), "{time}"),
            false => assert_eq!(
                taken,
                Err(Error::CosignatureTime {
                    seconds: time,
                    now: NOW
                })
            ),
        }
    }
}

#[test]
fn refuses_a_signature_that_was_made_elsewhere_and_does_not_verify() {
    let checkpoint = Store::of(&[3]).1;
    let key = log_key().key().clone();
    let held = log_key();
    let good = Signer::elsewhere(
        key.clone(),
        Box::new(move |text| {
            let note = tlog::Note::new(std::str::from_utf8(text).unwrap()).unwrap();
            Ok(held.sign(&note).unwrap().signature().try_into().unwrap())
        }),
    );
    assert_eq!(checkpoint.clone().sign(&good), checkpoint.clone().sign(&log_key()));
    let wrong = Signer::elsewhere(key.clone(), Box::new(|_| Ok([7; 64])));
    assert!(matches!(
        checkpoint.clone().sign(&wrong),
        Err(Error::BadSignature { .. })
    ));
    let broken = Signer::elsewhere(key, Box::new(|_| Err("the token is gone".into())));
    let error = checkpoint.sign(&broken).unwrap_err().to_string();
    assert_eq!(error, "the log's key did not sign: the token is gone");
}

#[test]
fn a_log_key_cannot_stand_for_a_witness() {
    let signed = cosigned(&Store::of(&[3]).1, &[]);
    let plain = VerifierKey::new("a.example", Algorithm::Ed25519, log_key().key().public_key()).unwrap();
    let signer = Signer::new("a.example", secret("log")).unwrap();
    let body = format!("{}\n", signer.sign(signed.note()).unwrap());
    let refused = witness::cosignature(body.as_bytes(), &signed, &plain, NOW);
    assert!(matches!(refused, Err(Error::CosignatureMissing { .. })));
}

#[test]
fn an_answer_with_any_bit_changed_is_refused() {
    let (signed, a) = (cosigned(&Store::of(&[3]).1, &[]), cosigner("a"));
    let good = format!("{}\n", a.cosign(&signed, NOW).unwrap()).into_bytes();
    for bit in 0..good.len() * 8 {
        let mut body = good.clone();
        body[bit / 8] ^= 1 << (bit % 8);
        assert!(witness::cosignature(&body, &signed, a.key(), NOW).is_err(), "bit {bit}");
    }
    for end in 0..good.len() {
        assert!(
            witness::cosignature(&good[..end], &signed, a.key(), NOW).is_err(),
            "cut at {end}"
        );
    }
}
