//! Entries of signatures: one spelling.

use trust::{SignatureEntry, SignedHash};

fn entry(made: u64, hash: SignedHash) -> SignatureEntry {
    SignatureEntry {
        signer: [1; 32],
        hash,
        made,
        signature: vec![3; 300],
    }
}

#[test]
fn writes_what_it_reads() {
    for made in [0, 23, 24, 255, 256, 65_535, 65_536, 1 << 32, u64::MAX] {
        for hash in [SignedHash::Sha256([2; 32]), SignedHash::Sha512([2; 64])] {
            let entry = entry(made, hash);
            assert_eq!(SignatureEntry::parse(&entry.encode()), Ok(entry));
        }
    }
}

#[test]
fn is_the_cbor_that_the_page_says() {
    let bytes = entry(1_795_000_000, SignedHash::Sha256([2; 32])).encode();
    let expected = [
        &[0x85, 0x01, 0x58, 0x20][..],
        &[1; 32],
        &[0x58, 0x20],
        &[2; 32],
        &[0x1a, 0x6a, 0xfd, 0x86, 0xc0],
        &[0x59, 0x01, 0x2c],
        &[3; 300],
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn refuses_other_spellings() {
    let good = entry(10, SignedHash::Sha256([2; 32])).encode();
    let refused = |bytes: Vec<u8>| assert!(SignatureEntry::parse(&bytes).is_err(), "{bytes:02x?}");
    refused([&good[..], &[0]].concat());
    (0..good.len()).for_each(|end| refused(good[..end].to_vec()));
    let made = good.iter().position(|byte| *byte == 10).unwrap();
    refused([&good[..made], &[0x18, 10], &good[made + 1..]].concat());
    for (place, byte) in [
        (0, 0x84),
        (0, 0x9f),
        (1, 2),
        (2, 0x78),
        (3, 0x1f),
        (36, 0x41),
        (made, 0x29),
    ] {
        let mut bytes = good.clone();
        bytes[place] = byte;
        refused(bytes);
    }
}
