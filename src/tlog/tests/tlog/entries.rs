//! Entries: one spelling for each payload.

use tlog::{
    Entry, EntryType, Hash,
    entry::{Body, MAX_ENTRY},
};

#[test]
fn an_entry_is_two_lines_and_its_payload() {
    let entry = Entry::new(EntryType::Certificate, b"\x30\x00\n").unwrap();
    assert_eq!(entry.bytes(), b"pki.rust-lang.org/entry/v1\ncertificate\n\x30\x00\n");
    assert_eq!(entry.leaf(), Hash::leaf(entry.bytes()));
    assert_eq!(Entry::parse(entry.bytes()), Ok(entry));
}

#[test]
fn the_types_are_exactly_those_of_the_design() {
    let names = EntryType::ALL.map(EntryType::name).join(" ");
    let design = "certificate crl record refusal roster policy manifest access-console access-hsm signatures document";
    assert_eq!(names, design);
    for kind in EntryType::ALL {
        assert_eq!(EntryType::parse(kind.name()), Ok(kind));
    }
    for name in ["", "Certificate", "certificate ", "access", "note"] {
        assert_eq!(
            EntryType::parse(name).unwrap_err().to_string(),
            format!("{name:?} is not a type of entry")
        );
    }
}

#[test]
fn a_payload_that_does_not_fit_is_referred_to() {
    let overhead = b"pki.rust-lang.org/entry/v1\ndocument\n".len();
    let largest = Entry::new(EntryType::Document, &vec![7; MAX_ENTRY - overhead]).unwrap();
    assert_eq!(largest.bytes().len(), MAX_ENTRY);
    assert!(matches!(largest.body(), Body::Payload(_)));

    let payload = vec![7; MAX_ENTRY - overhead + 1];
    let entry = Entry::new(EntryType::Document, &payload).unwrap();
    let (hex, length) = (Hash::sha256(&payload).to_hex(), payload.len());
    let text = format!("pki.rust-lang.org/entry-ref/v1\ndocument\n{hex}\n{length}\n/objects/sha256/{hex}\n");
    assert_eq!(entry.bytes(), text.as_bytes());
    assert_eq!(Entry::parse(text.as_bytes()).as_ref(), Ok(&entry));
    let Body::Reference(reference) = entry.body() else {
        panic!("{entry:?}")
    };
    assert_eq!(
        (reference.check(&payload), reference.length()),
        (Ok(()), payload.len() as u64)
    );
    let error = reference.check(&payload[1..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("/objects/sha256/{hex} is not the object that the entry refers to")
    );
}

#[test]
fn a_certificate_is_never_referred_to() {
    let error = Entry::new(EntryType::Certificate, &[0; MAX_ENTRY]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a certificate has 65535 bytes, at most 65496 are allowed"
    );
    let text = reference("certificate", 70_000);
    let error = Entry::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the entry refers to an object, but its payload belongs in the entry"
    );
}

#[test]
fn refuses_references_with_a_second_meaning() {
    let good = reference("document", 70_000);
    assert!(Entry::parse(good.as_bytes()).is_ok());
    let lines = "it has not exactly the lines digest, length and path";
    for (text, why) in [
        (reference("document", 65_499), "its payload belongs in the entry"),
        (
            good.replace("/objects", "objects"),
            "its path is not the one of its digest",
        ),
        (
            good.replace("sha256/a", "sha256/b"),
            "its path is not the one of its digest",
        ),
        (format!("{good}\n"), lines),
        (format!("{good}x"), lines),
        (good.trim_end().to_owned(), lines),
        (good.replace("70000", "70000\n"), lines),
    ] {
        let error = Entry::parse(text.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the entry refers to an object, but {why}"),
            "{text}"
        );
    }
    let refused = |text: String| Entry::parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        refused(good.replace("70000", "070000")),
        "\"070000\" is not a decimal number in its one spelling"
    );
    assert_eq!(
        refused(good.replace("\n/", "\r\n/")),
        "\"70000\\r\" is not a decimal number in its one spelling"
    );
    assert_eq!(
        refused(good.replace('a', "A")),
        "the entry does not begin with a known line and a type"
    );
    assert_eq!(
        refused(good.replace("aaaa", "aaAa")),
        format!("\"{}\" is not lower-case hexadecimal", "aaAa".repeat(16))
    );
    assert_eq!(refused(good.replace("aaaa", "aa")), "a hash has 16 bytes instead of 32");
}

#[test]
fn refuses_entries_of_no_known_form() {
    let refused = |bytes: &[u8]| Entry::parse(bytes).unwrap_err().to_string();
    let header = "the entry does not begin with a known line and a type";
    for bytes in [
        &b""[..],
        b"entry 1\n",
        b"pki.rust-lang.org/entry/v1",
        b"pki.rust-lang.org/entry/v1\n",
        b"pki.rust-lang.org/entry/v1\ncrl",
        b"pki.rust-lang.org/entry/v1\r\ncrl\n",
        b"pki.rust-lang.org/entry/v2\ncrl\n",
    ] {
        assert_eq!(refused(bytes), header);
    }
    assert_eq!(
        refused(b"pki.rust-lang.org/entry/v1\nother\nx"),
        "\"other\" is not a type of entry"
    );
    assert_eq!(
        refused(b"pki.rust-lang.org/entry/v1\ncrl\r\nx"),
        "\"crl\\r\" is not a type of entry"
    );
    assert_eq!(
        refused(&[0; 65_536]),
        "an entry has 65536 bytes, at most 65535 are allowed"
    );
}

fn reference(kind: &str, length: u64) -> String {
    let hex = "a".repeat(64);
    format!("pki.rust-lang.org/entry-ref/v1\n{kind}\n{hex}\n{length}\n/objects/sha256/{hex}\n")
}
