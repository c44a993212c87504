//! Notes and keys, ours and signed_note's.

use base64ct::{Base64, Encoding};
use signed_note::{Note as TheirNote, Signer as _, StandardSigner, StandardVerifier, VerifierList};
use tlog::{
    Error, Note, SignatureLine, Signer, VerifierKey,
    note::{Algorithm, MAX_SIGNATURES},
};

use crate::support::{Store, cosigned, log_key, secret, witness};

/// The example of the signed-note specification.
const EXAMPLE: &str = "This is an example message.\n\n— example.com/foo \
    Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

fn signer(word: &str) -> Signer {
    Signer::new(&format!("{word}.example"), secret(word)).unwrap()
}

fn signed(text: &str, signers: &[&Signer]) -> Note {
    let mut note = Note::new(text).unwrap();
    for signer in signers {
        note.add(signer.sign(&note).unwrap()).unwrap();
    }
    note
}

#[test]
fn opens_the_example_of_the_specification() {
    let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.open([&key]).unwrap()[0].key, &key);
    assert_eq!(note.to_string(), EXAMPLE);
}

#[test]
fn signed_note_opens_our_notes() {
    let (a, b) = (signer("a"), signer("b"));
    let note = signed("some\n\ntext\n", &[&a, &b]).to_string();
    let theirs = TheirNote::from_bytes(note.as_bytes()).unwrap();
    let known = [&a, &b].map(|s| Box::new(StandardVerifier::new(&s.key().to_string()).unwrap()) as Box<_>);
    let (verified, unverified) = theirs.verify(&VerifierList::new(known.into())).unwrap();
    assert_eq!((verified.len(), unverified.len()), (2, 0));
    assert_eq!(theirs.to_bytes(), note.as_bytes());
}

#[test]
fn we_open_the_notes_of_signed_note() {
    let key = signer("a").key().clone();
    let secret = [&[1][..], &*secret("a")].concat();
    let secret = Base64::encode_string(&secret);
    let theirs = StandardSigner::new(&format!("PRIVATE+KEY+{}+{}+{secret}", key.name(), key.id())).unwrap();
    let mut note = TheirNote::new(b"their text\n", &[]).unwrap();
    note.add_sigs(&[&theirs]).unwrap();
    let ours = Note::parse(&note.to_bytes()).unwrap();
    assert_eq!(ours.open([&key]).unwrap()[0].key.id().0, theirs.key_id().to_be_bytes());
    assert_eq!(ours, signed("their text\n", &[&signer("a")]));
}

#[test]
fn a_false_line_of_a_known_key_condemns_the_note() {
    let (a, b) = (signer("a"), signer("b"));
    let mut note = signed("text\n", &[&a]);
    note.add(signed("other text\n", &[&b]).signatures()[0].clone()).unwrap();
    let error = note.open([a.key(), b.key()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the signature of \"b.example\" ({}) does not verify", b.key().id())
    );
    assert_eq!(note.open([a.key()]).map(|seen| seen.len()), Ok(1));

    // Even if the same key has a good line too, in either order.
    note.add(b.sign(&note).unwrap()).unwrap();
    assert!(matches!(note.open([b.key()]), Err(Error::BadSignature { .. })));
    let mut note = signed("text\n", &[&b]);
    note.add(signed("other text\n", &[&b]).signatures()[0].clone()).unwrap();
    assert!(matches!(note.open([b.key()]), Err(Error::BadSignature { .. })));
}

#[test]
fn a_line_is_of_a_key_only_by_name_and_id_together() {
    let (a, b) = (signer("a"), signer("b"));
    let line = b.sign(&Note::new("text\n").unwrap()).unwrap();
    for (name, id) in [(a.key().name(), b.key().id()), (b.key().name(), a.key().id())] {
        let blob = [&id.0[..], line.signature()].concat();
        let mut note = signed("text\n", &[&a]);
        let base64 = Base64::encode_string(&blob);
        note.add(SignatureLine::parse(&format!("— {name} {base64}"), 1).unwrap())
            .unwrap();
        assert_eq!(note.open([a.key(), b.key()]).map(|seen| seen.len()), Ok(1));
    }
}

#[test]
fn a_note_without_a_known_key_is_refused() {
    let note = signed("text\n", &[&signer("a")]);
    let error = note.open([signer("b").key()]).unwrap_err();
    assert_eq!(error.to_string(), "no signature of the note is of a known key");
    assert_eq!(note.open([]), Err(Error::NoKnownSignature));
}

#[test]
fn a_key_counts_once_however_many_lines_it_has() {
    let (store, checkpoint) = Store::of(&[1]);
    assert!(store.open(&checkpoint).is_ok());
    let mut note = cosigned(&checkpoint, &["a", "b"]);
    for seconds in [5, 6, 7] {
        note.add(witness("a").cosign(&note, seconds).unwrap()).unwrap();
    }
    let [a, b] = ["a", "b"].map(|name| witness(name).key().clone());
    let seen = note.verify([&a, &b]).unwrap();
    assert_eq!(seen.iter().map(|seen| seen.key).collect::<Vec<_>>(), [&a, &b]);
    assert_eq!(seen[0].time, Some(1_700_000_000));
}

#[test]
fn sixty_four_signatures_are_read_and_no_more() {
    let signers: Vec<_> = (0..MAX_SIGNATURES).map(|i| signer(&i.to_string())).collect();
    let mut note = signed("text\n", &signers.iter().collect::<Vec<_>>());
    assert_eq!(Note::parse(note.to_string().as_bytes()).as_ref(), Ok(&note));
    let known: Vec<_> = signers.iter().map(|signer| signer.key().clone()).collect();
    assert_eq!(note.open(&known).unwrap().len(), 64);

    let line = signer("more").sign(&note).unwrap();
    let more = format!("{note}{line}\n");
    let refused = Err(Error::SignatureCount { lines: 65, limit: 64 });
    assert_eq!(Note::parse(more.as_bytes()), refused.clone());
    assert_eq!(note.add(line), refused.map(|_: Note| ()));
}

#[test]
fn a_note_has_a_largest_size() {
    let error = Note::new(&("x".repeat(512 * 1024) + "\n")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the note has 524289 bytes, at most 524288 are allowed"
    );
}

#[test]
fn a_cosignature_binds_time_and_text() {
    let (_, checkpoint) = Store::of(&[7]);
    let (_, other) = Store::of(&[8]);
    let good = cosigned(&checkpoint, &["a"]);
    let witness = witness("a");
    let line = &good.note().signatures()[1];
    assert_eq!(good.verify([witness.key()]).unwrap()[0].time, Some(1_700_000_000));

    let mut moved = other.sign(&log_key()).unwrap();
    moved.add(line.clone()).unwrap();
    assert!(matches!(moved.verify([witness.key()]), Err(Error::BadSignature { .. })));

    let mut later = line.signature().to_vec();
    later[7] += 1;
    let mut backdated = checkpoint.clone().sign(&log_key()).unwrap();
    backdated.add(SignatureLine::new(witness.key(), &later)).unwrap();
    assert!(matches!(
        backdated.verify([witness.key()]),
        Err(Error::BadSignature { .. })
    ));
}

#[test]
fn a_cosignature_verifies_with_signed_notes_ed25519_over_the_specified_message() {
    let (_, checkpoint) = Store::of(&[7]);
    let line = cosigned(&checkpoint, &["a"]).note().signatures()[1].clone();
    let message = format!("cosignature/v1\ntime 1700000000\n{checkpoint}");
    assert_eq!(line.signature()[..8], 1_700_000_000u64.to_be_bytes());
    let plain = Signer::new("a.example", secret("a")).unwrap();
    let judge = StandardVerifier::new(&plain.key().to_string()).unwrap();
    assert!(signed_note::Verifier::verify(
        &judge,
        message.as_bytes(),
        &line.signature()[8..]
    ));
}

#[test]
fn a_cosignature_of_a_time_beyond_all_clocks_is_refused() {
    let (_, checkpoint) = Store::of(&[7]);
    let mut signed = cosigned(&checkpoint, &[]);
    let error = witness("a").cosign(&signed, 1 << 63).unwrap_err();
    assert_eq!(
        error.to_string(),
        "9223372036854775808 seconds is no time of a cosignature"
    );
    signed.add(SignatureLine::new(witness("a").key(), &[0xff; 72])).unwrap();
    assert_eq!(
        signed.verify([witness("a").key()]),
        Err(Error::Time { seconds: u64::MAX })
    );
}

#[test]
fn a_signature_of_another_length_does_not_verify() {
    for length in [1, 7, 8, 63, 65, 71, 73] {
        for key in [log_key().key().clone(), witness("a").key().clone()] {
            let mut note = Note::new("text\n").unwrap();
            note.add(SignatureLine::new(&key, &vec![0; length])).unwrap();
            let id = key.id().to_string();
            assert_eq!(
                note.open([&key]),
                Err(Error::BadSignature {
                    name: key.name().to_owned(),
                    id
                })
            );
        }
    }
}

#[test]
fn refuses_keys_that_are_not_sound() {
    let identity = std::array::from_fn(|place| u8::from(place == 0));
    // y = p + 3 is a second spelling of y = 3, a point of the curve.
    let mut second_spelling = [0xff; 32];
    (second_spelling[0], second_spelling[31]) = (0xf0, 0x7f);
    for key in [identity, [0; 32], second_spelling, [0xff; 32]] {
        let error = VerifierKey::new("a", Algorithm::Ed25519, &key).unwrap_err();
        assert_eq!(error.to_string(), "the key of \"a\" is not a sound Ed25519 key");
    }
}

#[test]
fn refuses_keys_that_are_not_spelt_rightly() {
    let good = EXAMPLE_KEY;
    let cases = [
        (
            good.replace("530d903a", "530D903A"),
            "the key of \"example.com/foo\" has the id 530d903a, not 530D903A",
        ),
        (
            good.replace("530d903a", "530d903b"),
            "the key of \"example.com/foo\" has the id 530d903a, not 530d903b",
        ),
        (
            good.replace("example.com/foo", "other"),
            "the key of \"other\" has the id c4975e53, not 530d903a",
        ),
        (good.replace("example.com/foo", ""), "\"\" cannot name a key"),
        (good.replace("example.com/foo", "a b"), "\"a b\" cannot name a key"),
        (
            good.replace("example.com/foo", "a\u{2003}b"),
            "\"a\\u{2003}b\" cannot name a key",
        ),
        (
            format!("{good}="),
            &format!("{:?} is not canonical base64", format!("{}=", &good[25..])),
        ),
        (
            format!("{good}\n"),
            &format!("{:?} is not canonical base64", format!("{}\n", &good[25..])),
        ),
        (
            format!("{}AAAA", good),
            "\"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAAAA\" is not a verifier key",
        ),
        (
            "example.com/foo+530d903a".to_owned(),
            "\"example.com/foo+530d903a\" is not a verifier key",
        ),
        (
            "example.com/foo+530d903a+".to_owned(),
            "\"example.com/foo+530d903a+\" is not a verifier key",
        ),
        (
            "a+00000000+BgAA".to_owned(),
            "the key of \"a\" has type 0x06, which is not used here",
        ),
    ];
    for (vkey, text) in cases {
        assert_eq!(VerifierKey::parse(&vkey).unwrap_err().to_string(), text, "{vkey}");
    }
}

#[test]
fn no_secret_is_in_debug_output() {
    let key = log_key();
    assert_eq!(format!("{key:?}"), format!("Signer({})", key.key()));
    let witness = witness("a");
    assert_eq!(format!("{witness:?}"), format!("Cosigner({})", witness.key()));
}
