//! Quotes by swtpm and tpm2-tools: good ones, and each defect by its words.

use super::*;

const BAD_SIGNATURE: &str = "the signature of the quote is not good";

/// The key's name as `tpm2_createak` wrote it, without `000b`.
const RSA_NAME: &str = "df8863cef69adebe0ad4f78907048c54203e0ab7bc470b90b7dd39b66831446e";
const ECC_NAME: &str = "11a1da33bb54a02e47a8d42dd5ddb91d90cfc430a06d2d69a9736b84fa25f24e";

/// A register that was extended once from zero.
fn extended(with: &[u8]) -> Digest {
    Digest::of(&[&[0; 32][..], &Digest::of(with).0].concat())
}

#[test]
fn takes_a_quote_by_either_kind_of_key() {
    for (quote, algorithm, name) in [(RSA, "RSA-2048", RSA_NAME), (ECC, "ECDSA P-256", ECC_NAME)] {
        let quoted = check(quote, &SESSION).expect("good");
        assert_eq!(quoted.nonces, nonces());
        let Proof::Tpm2(tpm) = quoted.proof else {
            panic!("a TPM's");
        };
        assert_eq!((tpm.algorithm, tpm.key.hex().as_str()), (algorithm, name));
        let of = |number, value| Pcr { number, value };
        let zero = Digest([0; 32]);
        assert_eq!(
            tpm.registers,
            [
                of(4, extended(b"uki")),
                of(7, zero),
                of(11, extended(b"sections")),
                of(12, zero)
            ]
        );
        assert_eq!((tpm.clock.resets, tpm.clock.restarts, tpm.clock.safe), (1, 0, true));
    }
}

#[test]
fn is_for_one_session_and_these_nonces_alone() {
    let asked = qualifying(&SESSION, &nonces()).expect("a digest");
    let other = qualifying(&[0x5f; 16], &nonces()).expect("a digest");
    let error = check(ECC, &[0x5f; 16]).expect_err("another session").to_string();
    let said = format!("the quote is over another nonce: it covers {asked}, not {other}");
    assert_eq!(error, said);

    let mut nonces = nonces();
    nonces[1].nonce.0[15] ^= 1;
    let other = qualifying(&SESSION, &nonces).expect("a digest");
    let said = format!("the quote is over another nonce: it covers {asked}, not {other}");
    refused(RSA, |parts| parts.nonces = nonces, &said);
    let fewer = qualifying(&SESSION, &super::nonces()[..2]).expect("a digest");
    let said = format!("the quote is over another nonce: it covers {asked}, not {fewer}");
    refused(RSA, |parts| parts.nonces.truncate(2), &said);
}

#[test]
fn covers_the_nonce_that_a_member_drew_and_no_other() {
    let quoted = check(ECC, &SESSION).expect("good");
    let drawn = |octet| Bytes(vec![octet; 16]);
    quoted.covers("member-2", &[drawn(9), drawn(2)]).expect("covered");
    let text = |result: Result<(), QuoteError>| result.expect_err("not covered").to_string();
    let other = text(quoted.covers("member-2", &[drawn(3)]));
    assert_eq!(other, "the quote has a nonce for member-2 that member-2 did not draw");
    let absent = text(quoted.covers("member-4", &[drawn(4)]));
    assert_eq!(absent, "the quote does not cover a nonce of member-4");
}

#[test]
fn refuses_a_list_of_nonces_that_is_none() {
    refused(
        ECC,
        |parts| parts.nonces.clear(),
        "the quote covers 0 nonces, not 1 to 64",
    );
    let many = (0..65).map(|n| nonce(&format!("member-{n:02}"), 1)).collect();
    refused(
        ECC,
        |parts| parts.nonces = many,
        "the quote covers 65 nonces, not 1 to 64",
    );
    let error = "the quote has member-1 after member-2, not each member once and in order";
    refused(ECC, |parts| parts.nonces.swap(0, 1), error);
    let error = "the quote has member-1 after member-1, not each member once and in order";
    refused(ECC, |parts| parts.nonces[1] = nonce("member-1", 9), error);
    let error = "the quote covers a nonce of member-1 with 15 octets, not 16";
    refused(ECC, |parts| parts.nonces[0].nonce.0.truncate(15), error);
    let error = "the quote covers a nonce of 'Member 1', which is no member's name";
    refused(ECC, |parts| parts.nonces[0].member = "Member 1".into(), error);
}

#[test]
fn refuses_every_change_of_one_octet_of_what_is_signed_and_of_the_signature() {
    for quote in [RSA, ECC] {
        let parts = Parts::of(quote);
        for bit in [0x01, 0x80] {
            for place in 0..parts.attest.len() {
                let mut changed = parts.clone();
                changed.attest.0[place] ^= bit;
                assert!(changed.check().is_err(), "octet {place} of the attestation");
            }
            for place in 0..parts.signature.len() {
                let mut changed = parts.clone();
                changed.signature.0[place] ^= bit;
                assert!(changed.check().is_err(), "octet {place} of the signature");
            }
        }
    }
    let last = |octets: &mut Bytes| *octets.0.last_mut().expect("octets") ^= 1;
    refused(RSA, |parts| last(&mut parts.signature), BAD_SIGNATURE);
    refused(ECC, |parts| last(&mut parts.signature), BAD_SIGNATURE);
    refused(ECC, |parts| last(&mut parts.attest), BAD_SIGNATURE);
}

/// Attributes are not signed: a key that lies about them has another name.
#[test]
fn a_changed_key_is_refused_or_has_another_name() {
    for quote in [RSA, ECC] {
        let parts = Parts::of(quote);
        for place in 0..parts.key.len() {
            let mut changed = parts.clone();
            changed.key.0[place] ^= 0x40;
            if let Ok(quoted) = changed.check() {
                let Proof::Tpm2(tpm) = quoted.proof else {
                    panic!("a TPM's");
                };
                assert!(![RSA_NAME, ECC_NAME].contains(&tpm.key.hex().as_str()), "octet {place}");
            }
        }
    }
}

#[test]
fn refuses_every_structure_cut_at_every_length_and_with_one_octet_more() {
    for quote in [RSA, ECC] {
        let parts = Parts::of(quote);
        let fields: [fn(&mut Parts) -> &mut Bytes; 3] = [
            |parts| &mut parts.attest,
            |parts| &mut parts.signature,
            |parts| &mut parts.key,
        ];
        for field in fields {
            let whole = field(&mut parts.clone()).len();
            for length in 0..whole {
                let mut cut = parts.clone();
                field(&mut cut).0.truncate(length);
                assert!(cut.check().is_err(), "{length} of {whole}");
            }
            let mut longer = parts.clone();
            field(&mut longer).0.push(0);
            let error = longer.check().expect_err("longer").to_string();
            assert!(error.ends_with(" has 1 octets too many"), "{error}");
        }
        for length in 0..quote.len() {
            assert!(check(&quote[..length], &SESSION).is_err(), "{length}");
        }
    }
    refused(
        ECC,
        |parts| parts.attest.0.truncate(20),
        "the attestation ends too early, after 20 octets",
    );
    let error = "the key has 3000 octets; none has more than 2048";
    refused(ECC, |parts| parts.key.0.resize(3000, 0), error);
    let error = check(&vec![0; QUOTE_LIMIT + 1], &SESSION)
        .expect_err("too long")
        .to_string();
    assert_eq!(error, "the quote has 32769 octets; none has more than 32768");
}

#[test]
fn the_values_beside_the_quote_are_those_that_were_quoted() {
    let attest = Parts::of(ECC).attest;
    let quoted = Digest(attest[attest.len() - 32..].try_into().expect("32 octets"));
    let mut pcrs = Parts::of(ECC).pcrs;
    pcrs[2].value.0[0] ^= 1;
    let values: Vec<u8> = pcrs.iter().flat_map(|pcr| pcr.value.0).collect();
    let listed = Digest::of(&values);
    let error =
        format!("the values beside the quote are not those quoted: their digest is {listed}, the quote has {quoted}");
    refused(ECC, |parts| parts.pcrs = pcrs, &error);
    let error = "the quote is of the registers 4, 7, 11, 12, but beside it are 4, 7, 12, 11";
    refused(ECC, |parts| parts.pcrs.swap(2, 3), error);
    let error = "the quote is of the registers 4, 7, 11, 12, but beside it are 4, 7, 11";
    refused(ECC, |parts| parts.pcrs.truncate(3), error);
}

#[test]
fn refuses_what_a_tpm_makes_and_is_no_quote_of_ours() {
    for (quote, error) in [
        (
            &include_bytes!("../../../../../tests/vectors/boot/reject/sha1-bank.cbor")[..],
            "the quote is of the bank SHA-1, not of SHA-256",
        ),
        (
            include_bytes!("../../../../../tests/vectors/boot/reject/two-banks.cbor"),
            "the quote is of 2 banks of registers, not of SHA-256 alone",
        ),
        (
            include_bytes!("../../../../../tests/vectors/boot/reject/other-registers.cbor"),
            "the quote is of the registers 4, 7, 11, but beside it are 4, 7, 11, 12",
        ),
        (
            include_bytes!("../../../../../tests/vectors/boot/reject/unrestricted-key.cbor"),
            "the key is no attestation key: it lacks restricted (00040072)",
        ),
        (
            include_bytes!("../../../../../tests/vectors/boot/reject/pss.cbor"),
            "the key's scheme is 22, not 20",
        ),
        (
            include_bytes!("../../../../../tests/vectors/boot/reject/certifies-a-key.cbor"),
            "the TPM attested something else than registers: its kind is 8017",
        ),
    ] {
        assert_eq!(check(quote, &SESSION).expect_err("no quote of ours").to_string(), error);
    }
}

#[test]
fn refuses_a_key_that_is_not_for_attestation() {
    let with = |attributes: u32| move |parts: &mut Parts| parts.key.0[4..8].copy_from_slice(&attributes.to_be_bytes());
    let all = 0x0005_0072;
    for (bit, name) in [
        (1, "fixedTPM"),
        (4, "fixedParent"),
        (5, "sensitiveDataOrigin"),
        (16, "restricted"),
        (18, "sign"),
    ] {
        let less = all & !(1u32 << bit);
        let error = format!("the key is no attestation key: it lacks {name} ({less:08x})");
        refused(ECC, with(less), &error);
    }
    let error = "the key is no attestation key: it may decrypt (00070072)";
    refused(ECC, with(all | 1 << 17), error);
    let error = "the key has attributes that nobody knows (80050072)";
    refused(ECC, with(all | 1 << 31), error);
    let put = |place: usize, value: u8| move |parts: &mut Parts| parts.key.0[place] = value;
    refused(
        ECC,
        put(1, 0x25),
        "the key is neither RSA nor of a curve: its kind is 0025",
    );
    refused(ECC, put(3, 0x0c), "the key's name's hash is 12, not 11");
    refused(ECC, put(17, 0x04), "the key's curve is 4, not 3");
    refused(ECC, put(30, 0xff), "the key is none that could have signed");
    refused(RSA, put(16, 0x0c), "the key's size in bits is 3072, not 2048");
    refused(RSA, put(21, 0x03), "the key's exponent is 3, not 65537");
    // 65537 written out instead of zero is the same key under another name.
    let mut written = Parts::of(RSA);
    written.key.0[18..22].copy_from_slice(&65_537u32.to_be_bytes());
    let Proof::Tpm2(tpm) = written.check().expect("the same key").proof else {
        panic!("a TPM's");
    };
    assert_ne!(tpm.key.hex(), RSA_NAME);
}

#[test]
fn refuses_a_signature_of_another_kind_than_the_keys() {
    let signature = Parts::of(RSA).signature;
    let error = "the signature is of another scheme than its key, ECDSA P-256";
    refused(ECC, |parts| parts.signature = signature, error);
    let put = |place: usize, value: u8| move |parts: &mut Parts| parts.signature.0[place] = value;
    refused(ECC, put(1, 0x16), "the signature is of the scheme 0016");
    refused(ECC, put(3, 0x04), "the signature is over a hash 0004, not SHA-256");
    let key = Parts::of(include_bytes!(
        "../../../../../tests/vectors/boot/reject/unrestricted-key.cbor"
    ));
    refused(ECC, |parts| parts.signature = key.signature, BAD_SIGNATURE);
}

#[test]
fn compares_every_register_that_the_manifest_names() {
    let quoted = check(ECC, &SESSION).expect("good");
    let Proof::Tpm2(tpm) = &quoted.proof else {
        panic!("a TPM's");
    };
    let all = manifest(tpm.registers.clone(), Vec::new());
    assert_eq!(quoted.compare(&all).expect("the same"), [4, 7, 11, 12]);
    let none = quoted.compare(&manifest(Vec::new(), Vec::new())).expect("none");
    assert!(none.is_empty());
    let text = |pcrs| {
        let error = quoted.compare(&manifest(pcrs, Vec::new()));
        error.expect_err("other registers").to_string()
    };
    let other = Pcr {
        number: 11,
        value: Digest::of(b"another image"),
    };
    let (found, expected) = (extended(b"sections"), other.value);
    assert_eq!(
        text(vec![other]),
        format!("PCR 11 is {found}, the manifest says {expected}")
    );
    let further = Pcr {
        number: 9,
        value: Digest([0; 32]),
    };
    assert_eq!(
        text(vec![further]),
        "the quote says nothing of PCR 9, which the manifest names"
    );
}
