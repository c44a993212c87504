//! The examples on the pages: each is a committed vector, in hexadecimal, in diagnostic notation, and its digest.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cbor_diag::parse_diag;
use record::any::TYPES;
use record::parcel::Crossed;
use record::{AnyBundle, diagnostic, show};
use support::process::workspace;

use super::vectors;
use crate::{check_page, rows, valid};

#[test]
fn the_vectors_are_what_the_formats_say_today() {
    let mut missed = Vec::new();
    for (name, bytes) in vectors::all() {
        let vector = vector(name);
        if fs::read(&vector).ok().as_ref() != Some(&bytes) {
            fs::write(vector.with_extension("actual.cbor"), &bytes).expect("the bundle as it is");
            missed.push(vector.display().to_string());
        }
    }
    assert!(
        missed.is_empty(),
        "the formats must never change, and these differ: {missed:?}"
    );
}

#[test]
fn every_type_has_a_vector_and_every_vector_is_as_described() {
    let found: BTreeSet<_> = vectors::all().iter().map(|one| one.0).collect();
    let known: BTreeSet<_> = TYPES.iter().map(|one| one.name).collect();
    assert_eq!(found, known);
    for (name, bytes) in vectors::all() {
        valid("bundles", name, &bytes).expect("as described");
        valid("bundles", "any-bundle", &bytes).expect("as described");
        let read = AnyBundle::decode(&bytes).expect("it is read");
        assert_eq!((read.kind().name, read.encode().expect("encodes")), (name, bytes));
    }
}

#[test]
fn the_notation_means_the_same_octets_to_a_reader_of_others() {
    for (name, bytes) in vectors::all() {
        let notation = diagnostic::notation(&bytes).expect("a notation");
        let read = parse_diag(&notation).unwrap_or_else(|error| panic!("{name}: {error}\n{notation}"));
        assert_eq!(read.to_bytes(), bytes, "{name}\n{notation}");
    }
}

#[test]
fn the_examples_are_those_of_the_vectors() {
    let page = workspace().join("docs/formats/examples.md");
    check_page(&page, |_| {
        let parts: Vec<String> = vectors::all()
            .iter()
            .map(|(name, bytes)| example(name, bytes))
            .collect();
        format!("{HEAD}{}", parts.concat())
    });
}

#[test]
fn the_worked_example_of_the_first_page_is_the_review() {
    let bytes = fs::read(vector("review")).expect("the vector");
    let readme = workspace().join("docs/formats/README.md");
    check_page(&readme, |page| {
        [
            ("cbor-diag", diagnostic::notation(&bytes).expect("a notation")),
            ("hex", rows(&bytes)),
            ("words", spoken(&bytes)),
        ]
        .iter()
        .fold(page.to_owned(), |page, (name, block)| with_block(&page, name, block))
    });
}

fn vector(name: &str) -> PathBuf {
    workspace().join(format!("tests/vectors/{name}.cbor"))
}

fn example(name: &str, bytes: &[u8]) -> String {
    let bundle = AnyBundle::decode(bytes).expect("a bundle");
    let blocks = [
        ("hex", rows(bytes)),
        ("cbor-diag", diagnostic::notation(bytes).expect("a notation")),
        ("words", spoken(bytes)),
        ("text", show::lines(bytes).expect("lines").join("\n")),
    ];
    let blocks = blocks.map(|(name, block)| format!("```{name}\n{block}\n```\n"));
    format!(
        "\n## `{name}`\n\n{}: `tests/vectors/{name}.cbor`, {} octets.\n\n{}",
        bundle.kind().about,
        bytes.len(),
        blocks.join("\n")
    )
}

fn spoken(bytes: &[u8]) -> String {
    let digest = Crossed::open(bytes).expect("a bundle").digest;
    [digest.blocks().to_vec(), digest.spoken()].concat().join("\n")
}

fn with_block(text: &str, name: &str, block: &str) -> String {
    let mark = format!("```{name}\n");
    let begin = text
        .find(&mark)
        .unwrap_or_else(|| panic!("the page has no block {name}"))
        + mark.len();
    let end = begin + text[begin..].find("```").expect("the block ends");
    format!("{}{block}\n{}", &text[..begin], &text[end..])
}

const HEAD: &str = "\
# Worked examples

One bundle of each type, as small as it can be, in the order of an event. Each is a file under `tests/vectors/`. It stands here in
hexadecimal, 32 octets a line; in diagnostic notation (RFC 8949, section 8; long byte strings in rows and texts in pieces, RFC 8610,
appendix G); then its SHA-256, in blocks and in words (of the parcel that of the bundle in it, which people compare); and last what
`ceremony bundle show` says of it.

Member, event, dates and digests are made up. SSH keys and signatures are real, with a key from a seed of ones; RSA keys and
signatures only look like some. `tests/formats.rs` makes this page and the vectors, and compares.
";

/// A key that leaves no room puts its value on a line of its own: the same map to a reader of others.
#[test]
fn a_value_below_its_key_is_read_by_others() {
    let mut below = 0;
    for letters in 40..80 {
        let key = format!("{}\u{fffd}", "x".repeat(letters));
        // A map of one field: that text, and 1.
        let bytes = [&[0xa1, 0x78, key.len() as u8][..], key.as_bytes(), &[0x01]].concat();
        let notation = diagnostic::notation(&bytes).expect("a notation");
        below += usize::from(notation.lines().any(|line| line.trim() == ": 1"));
        let read = parse_diag(&notation).unwrap_or_else(|error| panic!("{error}\n{notation}"));
        assert_eq!(read.to_bytes(), bytes);
    }
    assert!(below > 0);
}
