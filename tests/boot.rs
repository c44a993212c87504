//! The proof of what booted: quotes of a TPM that others wrote, and the format as it is described.

use std::fs;

use cddl_cat::validate_cbor_bytes;
use record::boot::{self, Nonce, Proof};
use record::messages::{ImageManifest, Pcr};
use record::{Bytes, Digest, cbor};
use serde_cbor::Value;
use support::Scratch;
use support::process::workspace;
use support::tpm::{Algorithm, Tpm};

const SESSION: [u8; 16] = [0xc0; 16];
const REGISTERS: [u32; 4] = [4, 7, 11, 12];

#[test]
fn a_fresh_quote_by_either_kind_of_key_shows_what_the_tpm_measured() {
    let scratch = Scratch::new("boot-fresh");
    let tpm = Tpm::start(&scratch);
    let zero = Digest([0; 32]);
    let loader = tpm.extend(4, &zero, b"a boot loader");
    let image = tpm.extend(11, &zero, b"an image");
    let expected: Vec<_> = REGISTERS.into_iter().zip([loader, zero, image, zero]).collect();
    for algorithm in [Algorithm::Rsa, Algorithm::Ecc] {
        let name = tpm.attestation_key("key", algorithm);
        let quote = tpm.quote("key", &REGISTERS, &SESSION, nonces(1));
        let quoted = boot::check(&quote, &SESSION).unwrap_or_else(|error| panic!("{algorithm:?}: {error}"));
        quoted
            .covers("member-2", &[Bytes(vec![3; 16])])
            .expect("it is member-2's nonce");
        let Proof::Tpm2(tpm) = &quoted.proof else {
            panic!("a TPM's");
        };
        assert_eq!(name, format!("000b{}", tpm.key));
        let found: Vec<_> = tpm.registers.iter().map(|pcr| (pcr.number, pcr.value)).collect();
        assert_eq!(found, expected);
        let manifest = manifest(tpm.registers.clone());
        assert_eq!(quoted.compare(&manifest).expect("the same"), REGISTERS);
    }
}

#[test]
fn a_quote_is_for_one_session_and_its_nonces() {
    let scratch = Scratch::new("boot-nonce");
    let tpm = Tpm::start(&scratch);
    tpm.attestation_key("key", Algorithm::Ecc);
    let quote = tpm.quote("key", &REGISTERS, &SESSION, nonces(1));
    let error = boot::check(&quote, &[0xc1; 16])
        .expect_err("another session")
        .to_string();
    assert!(
        error.starts_with("the quote is over another nonce: it covers "),
        "{error}"
    );
    // The quote of one event under the nonces of another.
    let mut value: Value = serde_cbor::from_slice(&quote).expect("CBOR");
    *field(field(&mut value, "tpm2"), "nonces") = serde_cbor::value::to_value(nonces(2)).expect("CBOR");
    let error = boot::check(&cbor::encode(&value).expect("CBOR"), &SESSION)
        .expect_err("others' nonces")
        .to_string();
    assert!(
        error.starts_with("the quote is over another nonce: it covers "),
        "{error}"
    );
}

#[test]
fn whatever_was_measured_besides_shows() {
    let scratch = Scratch::new("boot-measured");
    let tpm = Tpm::start(&scratch);
    tpm.attestation_key("key", Algorithm::Rsa);
    let image = tpm.extend(11, &Digest([0; 32]), b"an image");
    let expected = Pcr {
        number: 11,
        value: image,
    };
    let manifest = manifest(vec![expected]);
    let quoted = |nonce| {
        let quote = tpm.quote("key", &REGISTERS, &SESSION, nonces(nonce));
        boot::check(&quote, &SESSION).expect("a good quote")
    };
    assert_eq!(quoted(1).compare(&manifest).expect("as it booted"), [11]);
    let other = tpm.extend(11, &image, b"something that was loaded besides");
    let error = quoted(2).compare(&manifest).expect_err("something else").to_string();
    assert_eq!(error, format!("PCR 11 is {other}, the manifest says {image}"));
    let quote = tpm.quote("key", &[4, 7], &SESSION, nonces(3));
    let quoted = boot::check(&quote, &SESSION).expect("a good quote");
    let error = quoted.compare(&manifest).expect_err("nothing of it").to_string();
    assert_eq!(error, "the quote says nothing of PCR 11, which the manifest names");
}

#[test]
fn every_quote_is_as_described_and_a_changed_one_is_not() {
    for name in ["rsa", "ecc", "event", "nitro"] {
        let quote = vector(name);
        described(&quote).unwrap_or_else(|error| panic!("{name}: {error}"));
        let whole: Value = serde_cbor::from_slice(&quote).expect("CBOR");
        for (kind, changed) in changes(&whole) {
            let changed = cbor::encode(&changed).expect("CBOR");
            assert!(described(&changed).is_err(), "{name} with {kind}");
            let error = boot::check(&changed, &[0x5e; 16])
                .expect_err("not as described")
                .to_string();
            assert!(error.starts_with("not a quote: "), "{name} with {kind}: {error}");
        }
    }
}

/// Each field left out, and one too many.
fn changes(whole: &Value) -> Vec<(String, Value)> {
    let Value::Map(map) = whole else {
        panic!("a map");
    };
    let (kind, Value::Map(fields)) = map.iter().next().expect("one") else {
        panic!("a map in it");
    };
    let of = |fields| Value::Map([(kind.clone(), Value::Map(fields))].into());
    let without = |name: &Value| {
        let mut fields = fields.clone();
        fields.remove(name);
        (format!("no {name:?}"), of(fields))
    };
    let mut all: Vec<_> = fields.keys().map(without).collect();
    let mut more = fields.clone();
    more.insert(Value::Text("more".into()), Value::Bool(true));
    all.push(("one more".into(), of(more)));
    all
}

#[test]
fn the_worked_example_is_the_committed_file() {
    let quote = vector("ecc");
    let asked = boot::qualifying(&[0x5e; 16], &example_nonces()).expect("a digest");
    let covered = cbor::encode(&("boot-quote@pki.rust-lang.org", Bytes(vec![0x5e; 16]), example_nonces()));
    let covered = covered.expect("CBOR");
    assert_eq!(Digest::of(&covered), asked);
    let page = workspace().join("docs/formats/boot.md");
    let page = fs::read_to_string(page).expect("the page");
    let rows = |bytes: &[u8]| bytes.chunks(32).map(record::digest::hex).collect::<Vec<_>>().join("\n");
    for (what, block) in [
        ("what is covered", rows(&covered)),
        ("the qualifying data", asked.hex()),
        ("the quote", rows(&quote)),
    ] {
        assert!(
            page.contains(&format!("\n{block}\n")),
            "the page lacks {what}:\n{block}"
        );
    }
    let quoted = boot::check(&quote, &[0x5e; 16]).expect("good");
    for (number, value) in quoted.registers() {
        let line = format!("PCR {number:2}  {}", record::digest::hex(value));
        assert!(page.contains(&line), "the page lacks {line}");
    }
    let Proof::Tpm2(tpm) = quoted.proof else {
        panic!("a TPM's");
    };
    assert!(
        page.contains(&format!("key     {}", tpm.key)),
        "the page lacks the key {}",
        tpm.key
    );
}

fn described(quote: &[u8]) -> Result<(), String> {
    let read = |name: &str| fs::read_to_string(workspace().join(format!("docs/formats/{name}.cddl"))).expect("CDDL");
    let rules = format!("{}\n{}", read("common"), read("boot"));
    validate_cbor_bytes("boot-quote", &rules, quote).map_err(|error| error.to_string())
}

fn vector(name: &str) -> Vec<u8> {
    let path = workspace().join(format!("tests/vectors/boot/accept/{name}.cbor"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn example_nonces() -> Vec<Nonce> {
    (1..=3).map(|n| nonce(n, n)).collect()
}

/// Three members', which differ by `first`.
fn nonces(first: u8) -> Vec<Nonce> {
    (1..=3).map(|n| nonce(n, first + n)).collect()
}

fn nonce(member: u8, octet: u8) -> Nonce {
    Nonce {
        member: format!("member-{member}"),
        nonce: Bytes(vec![octet; 16]),
    }
}

fn field<'a>(value: &'a mut Value, name: &str) -> &'a mut Value {
    let Value::Map(map) = value else {
        panic!("a map");
    };
    map.get_mut(&Value::Text(name.into())).expect("the field")
}

fn manifest(pcrs: Vec<Pcr>) -> ImageManifest {
    ImageManifest {
        name: "console".into(),
        size: 1,
        sha256: Digest::of(b"image"),
        partitions: Vec::new(),
        verity_root: None,
        uki: None,
        pcrs,
        nitro_pcrs: Vec::new(),
        engine: Digest::of(b"engine"),
        revision: None,
        lock: None,
        sbom: None,
    }
}
