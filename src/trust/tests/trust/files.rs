//! Proof files: one spelling, bounded, and no byte of it that does not count.

use proptest::prelude::*;
use trust::{FileError, ProofFile};

use crate::support;

fn text() -> String {
    let world = support::rehearsal();
    world.proof_file(&[&world.subkey, &world.release]).to_string()
}

#[test]
fn writes_what_it_reads() {
    let text = text();
    assert_eq!(ProofFile::parse(text.as_bytes()).unwrap().to_string(), text);
}

/// The signatures and cosignatures are exactly as many as are needed, so that nothing in the file is free.
#[test]
fn refuses_every_flipped_byte() {
    let world = support::rehearsal();
    let (text, anchors) = (world.proof_file(&[&world.release]).to_string(), world.anchors());
    let question = support::question(world.purpose(1));
    assert!(trust::verify(&question, text.as_bytes(), &anchors).is_ok());
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1 << (place % 6);
        let answer = trust::verify(&question, &bytes, &anchors);
        assert!(answer.is_err(), "byte {place}");
    }
}

#[test]
fn refuses_every_file_that_is_cut_off() {
    let world = support::rehearsal();
    let (text, anchors) = (text(), world.anchors());
    let question = support::question(world.purpose(6));
    // Without the list at its end it is another whole file.
    let whole = text.find("-----BEGIN X509 CRL").unwrap();
    for end in (0..text.len()).filter(|end| *end != whole) {
        assert!(
            trust::verify(&question, &text.as_bytes()[..end], &anchors).is_err(),
            "{end}"
        );
    }
}

#[test]
fn refuses_another_spelling() {
    let text = text();
    let parse = |text: String| ProofFile::parse(text.as_bytes()).unwrap_err();
    assert_eq!(parse(String::new()), FileError::Missing { what: "SSH SIGNATURE" });
    assert_eq!(parse(format!("{text}\n")), FileError::Label { block: 7 + 1 });
    assert_eq!(parse(format!("\n{text}")), FileError::Label { block: 1 });
    assert_eq!(parse(text.replace('\n', "\r\n")), FileError::Label { block: 1 });
    let joined = text.replacen("\n", "", 2).replacen("-----", "-----\n", 2);
    assert!(ProofFile::parse(joined.as_bytes()).is_err());
    assert_eq!(
        parse(text.replace("CERTIFICATE", "certificate")),
        FileError::Label { block: 3 }
    );
    assert!(matches!(parse("x".repeat(5 << 20)), FileError::TooLarge { .. }));
    assert_eq!(ProofFile::parse(&[0xff]).unwrap_err(), FileError::NotText);
}

#[test]
fn refuses_blocks_in_another_order() {
    let text = text();
    let mut blocks: Vec<String> = text
        .split_inclusive("-----\n")
        .collect::<Vec<_>>()
        .chunks(2)
        .map(<[_]>::concat)
        .collect();
    assert_eq!(blocks.concat(), text);
    assert_eq!(blocks.len(), 7);
    for (one, other) in [(0, 1), (1, 2), (2, 3), (5, 6), (0, 6)] {
        blocks.swap(one, other);
        assert!(
            ProofFile::parse(blocks.concat().as_bytes()).is_err(),
            "{one} and {other}"
        );
        blocks.swap(one, other);
    }
    for left_out in [1, 3, 5] {
        let mut fewer = blocks.clone();
        fewer.remove(left_out);
        assert_eq!(
            ProofFile::parse(fewer.concat().as_bytes()).unwrap_err(),
            FileError::SomeProofs
        );
    }
    let many = blocks[..6].concat() + &blocks[6].repeat(20);
    assert_eq!(
        ProofFile::parse(many.as_bytes()).unwrap_err(),
        FileError::Blocks { limit: 24 }
    );
}

proptest! {
    #[test]
    fn hostile_bytes_do_no_harm(bytes: Vec<u8>) {
        let _ = ProofFile::parse(&bytes);
        let _ = trust::SignatureEntry::parse(&bytes);
        let _ = trust::Sshsig::parse(&bytes);
        let _ = trust::Sshsig::parse(&[b"SSHSIG\x00\x00\x00\x01", &bytes[..]].concat());
    }

    #[test]
    fn a_block_with_hostile_bytes_does_no_harm(place in 0usize..3000, with: [u8; 4]) {
        let mut bytes = text().into_bytes();
        let place = place % (bytes.len() - 4);
        bytes[place..place + 4].copy_from_slice(&with);
        if let Ok(file) = ProofFile::parse(&bytes) {
            prop_assert_eq!(file.to_string().into_bytes(), bytes);
        }
    }
}
