//! What is not shown, and what is said then.

use record::parcel::{Contents, Parcel, Signature};

use super::*;

#[test]
fn says_why_a_file_cannot_be_shown_and_what_to_do() {
    let mut machine = Machine::default();
    let (large, small) = (plan(transfer::LIMIT), plan(9000));
    let (too_large, stills) = (
        format!("{} octets are too many for these codes: at most 262144 go", large.len()),
        format!("{} octets are too many for these codes: at most 6000 go", small.len()),
    );
    for (file, symbol, error) in [
        (vec![], 0, "there is nothing to show as codes: 0 octets"),
        (large, 400, &too_large),
        (small.clone(), 0, &stills),
        (small, 70_000, "no animation has symbols of 65535 octets"),
    ] {
        show(&mut machine, &[("file", &file)], symbol);
        let told = answer(&machine);
        assert_eq!(told["error"], error);
        assert!(told["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{told}");
        assert_eq!(machine.code(0), 0, "nothing is shown");
    }
}

#[test]
fn what_is_no_bundle_is_not_shown() {
    let none = "this is no bundle, or a damaged one: it is not shown";
    let (review, signature) = signed();
    let mut damaged = review.clone();
    damaged.truncate(review.len() - 1);
    let hex = Digest::of(b"noise").hex().into_bytes();
    let parcel = |name: &str, bundle: Vec<u8>| {
        let signature = Signature {
            member: None,
            signature: String::from_utf8(signature.clone()).expect("armour"),
        };
        let (name, bundle) = (name.to_owned(), Contents::Here(bundle.into()));
        let signatures = vec![signature];
        Bundle::new(
            true,
            Parcel {
                name,
                bundle,
                signatures,
            },
        )
        .encode()
        .expect("encodes")
    };
    let within = parcel("review-member-1.cbor", review);
    let mut machine = Machine::default();
    for (file, error) in [
        ([hex.clone(), hex].concat(), none),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01".to_vec(), none),
        (
            vec![7; 5_000_000],
            "this is no bundle of ours: 5000000 octets are too many; at most 4194304 are read",
        ),
        (damaged, none),
        (envelope("novel", 1, 9), "a bundle of type 'novel' is not known here"),
        (
            envelope("review", 2, 9),
            "a 'review' bundle of version 2 is not known here",
        ),
        (parcel("x.cbor", b"no bundle".to_vec()), none),
        (
            parcel("x.cbor", within.clone()),
            "this is a parcel with another parcel in it",
        ),
        (
            parcel("../x", within.clone()),
            "the parcel is not good: its name is none that a bundle's file has",
        ),
    ] {
        show(&mut machine, &[("file.cbor", &file)], 400);
        let told = answer(&machine);
        assert_eq!(told["error"], error);
        let hint = told["hint"].as_str().expect("a hint");
        assert!(
            hint.starts_with("choose the bundle, ") || hint.starts_with("use the page "),
            "{hint}"
        );
        assert_eq!(machine.code(0), 0, "nothing is shown");
        // Nor with a signature beside it.
        show(
            &mut machine,
            &[("file.cbor", &file), ("file.cbor.sig", &signature)],
            400,
        );
        assert_ne!(answer(&machine)["error"], Value::Null);
        assert_eq!(machine.code(0), 0, "nothing is shown");
    }
    show(&mut machine, &[("parcel.cbor", &within)], 400);
    assert_eq!(answer(&machine)[0]["type"], "review", "a parcel is what codes bring");
}

#[test]
fn files_that_do_not_belong_together_are_not_shown() {
    let (review, signature) = signed();
    let mut machine = Machine::default();
    for (files, error) in [
        (
            vec![("a.cbor", &review[..]), ("b.cbor", &review)],
            "2 of these files are no signatures",
        ),
        (
            vec![("a.sig", &signature[..]), ("b.sig", &signature)],
            "0 of these files are no signatures",
        ),
        (
            vec![("a.cbor", &review[..]), ("a.cbor.sig", &signature)],
            "this cannot be sent with its signatures: a 'review' is in no file called 'a.cbor'",
        ),
        (
            vec![("review-member-1.cbor", &review[..]), ("review (1).sig", &signature)],
            "no signature of review-member-1.cbor is called review (1).sig",
        ),
        (
            vec![("member-1.sig", &signature[..])],
            "this is a signature without the file that it signs",
        ),
    ] {
        show(&mut machine, &files, 0);
        let told = answer(&machine);
        assert_eq!(told["error"], error);
        let hint = told["hint"].as_str().expect("a hint");
        assert!(hint.contains("choose ") && !hint.contains("--"), "{hint}");
        assert_eq!(machine.code(0), 0, "nothing is shown");
    }
}

/// An envelope of a type, around a text of so many letters.
fn envelope(kind: &str, version: u32, letters: usize) -> Vec<u8> {
    let body = "x".repeat(letters);
    let envelope = serde_json::json!({ "type": kind, "version": version, "rehearsal": true, "body": body });
    record::cbor::encode(&envelope).expect("encodes")
}

/// What the page takes for a plan: there are large ones.
fn plan(letters: usize) -> Vec<u8> {
    envelope("plan", 1, letters)
}
