//! Every type of bundle, and what holds of each.

use record::any::{AnyBundle, TYPES};
use record::parcel::Crossed;
use record::{Digest, Error, diagnostic, show, words};

/// Reads the bytes as a bundle of any type.
///
/// # Panics
/// If a rule is broken: one encoding for each value, its own type and mark, and pages that a terminal can be trusted with.
pub fn check(data: &[u8]) {
    check_words(&Digest::of(data));
    // Of CBOR that is none of our types too; it may be so deep that no line is wide enough.
    let notation = diagnostic::notation(data);
    let bundle = match AnyBundle::decode(data) {
        Ok(bundle) => bundle,
        Err(error) => {
            // What a person is shown of it.
            let _ = (error.to_string(), error.hint());
            assert!(show::lines(data).is_err());
            return;
        }
    };
    assert!(
        bundle.encode().expect("it encodes") == data,
        "one encoding for each value"
    );
    let kind = bundle.kind();
    assert!(TYPES.contains(kind) && data.len() <= kind.limit);
    assert!(bundle.demand_mark(bundle.rehearsal()).is_ok());
    assert!(matches!(
        bundle.demand_mark(!bundle.rehearsal()),
        Err(Error::OtherMark { .. })
    ));
    let _ = (bundle.signer(), bundle.member());
    check_crossed(data);
    check_page(notation.expect("what decodes has a notation").lines());
    let lines = show::lines(data).expect("what decodes can be shown");
    check_page(lines.iter().map(String::as_str));
}

/// What codes bring is taken apart into files, and no parcel is left; it is opened only if its signatures are of its bundle.
fn check_crossed(data: &[u8]) {
    let crossed = Crossed::take_apart(data).expect("what decodes can be taken apart");
    match Crossed::open(data) {
        Ok(opened) => assert!(opened == crossed),
        Err(Error::Parcel { what }) => {
            assert!(crossed.bundle.is_some() && what.starts_with("a signature in it is not of its bundle: "));
        }
        Err(other) => panic!("what decodes can be opened, or has another's signature: {other}"),
    }
    if let (Some(octets), Some(kind)) = (&crossed.bundle, &crossed.kind) {
        assert!(kind != "parcel" && kind == AnyBundle::decode(octets).expect("it was read").kind().name);
        assert!(
            crossed.digest == Digest::of(octets),
            "people compare the bundle's digest"
        );
    }
    let files = crossed.files("x.cbor");
    assert!(files.len() == crossed.signatures.len() + usize::from(crossed.bundle.is_some()));
    assert!(
        crossed
            .said()
            .iter()
            .all(|line| line.chars().all(|c| c == ' ' || c.is_ascii_graphic()))
    );
}

/// No line is wider than 80 columns, and none holds what a terminal would obey.
fn check_page<'a>(mut lines: impl Iterator<Item = &'a str>) {
    // Latin letters are shown as they are: people have them in their names.
    let letter = |c: char| ('\u{c0}'..='\u{24f}').contains(&c) && c.is_alphabetic();
    let shown = |c: char| c == ' ' || c.is_ascii_graphic() || letter(c);
    let fits = |line: &str| line.chars().count() <= 80 && line.chars().all(shown);
    let wrong = lines.find(|line| !fits(line));
    assert!(wrong.is_none(), "a line that must not be shown: {wrong:?}");
}

/// What is read aloud is heard as what was read.
fn check_words(digest: &Digest) {
    let lines = words::lines(&digest.0).join("\n");
    assert_eq!(words::from_words(&lines), Ok(digest.0));
}
