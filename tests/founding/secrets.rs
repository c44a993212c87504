//! No secret leaves DIR.private, and none is said aloud.

use std::fs;
use std::path::Path;

use support::judges::openssl;
use support::rehearsal::{self, Rehearsal, text};
use support::scratch::files_under;

#[test]
fn no_secret_is_anywhere_in_what_everybody_may_see() {
    for one in [rehearsal::whole().done(), rehearsal::other().done()] {
        let secrets = secrets(one);
        assert!(secrets.len() > 50, "{} secrets are looked for", secrets.len());
        for file in files_under(&one.dir) {
            let bytes = fs::read(one.dir.join(&file)).expect("a file");
            for (what, secret) in &secrets {
                assert!(!holds(&bytes, secret), "{} holds {what}", file.display());
            }
        }
    }
}

#[test]
fn no_secret_is_shown() {
    for one in [rehearsal::whole().done(), rehearsal::other().done()] {
        for (what, secret) in secrets(one) {
            assert!(!holds(one.outcome.all().as_bytes(), &secret), "{what} was shown");
        }
    }
}

#[test]
fn the_search_would_find_a_secret() {
    let one = rehearsal::plain().done();
    let stored = fs::read(one.private.join("passwords.json")).expect("passwords");
    let found = secrets(one).iter().filter(|(_, secret)| holds(&stored, secret)).count();
    assert!(found >= 20, "{found} are found where they are");
}

#[test]
fn members_and_publishers_keys_are_sealed_where_they_lie() {
    let one = rehearsal::plain().done();
    for file in files_under(&one.private.join("members")) {
        let bytes = fs::read(one.private.join("members").join(&file)).expect("a file");
        assert!(
            !holds(&bytes, b"BEGIN PRIVATE KEY") && !holds(&bytes, b"BEGIN RSA"),
            "{}",
            file.display()
        );
    }
    let key = text(&one.private.join("members/member-1/approval.pem"));
    let told = openssl(&["pkey", "-in", &key, "-noout", "-passin", "pass:wrong"], "").expect(1);
    assert!(!told.err.is_empty(), "{told}");
    for key in ["publisher/log.key", "publisher/sig.key", "outside/transparency.key"] {
        let sealed = fs::read_to_string(rehearsal::whole().done().private.join(key)).expect("a key");
        assert!(sealed.contains("BEGIN ENCRYPTED PRIVATE KEY"), "{key}");
    }
}

/// Every secret there is, in each spelling that it could have: what it is, and its bytes.
fn secrets(one: &Rehearsal) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![("a private key".to_owned(), b"PRIVATE KEY".to_vec())];
    let passwords = fs::read_to_string(one.private.join("passwords.json")).expect("passwords");
    let passwords: serde_json::Value = serde_json::from_str(&passwords).expect("JSON");
    for (whose, password) in passwords.as_object().expect("passwords by name") {
        spell(
            &mut all,
            &format!("the password of {whose}"),
            password.as_str().expect("text").as_bytes(),
        );
    }
    let facts = fs::read_to_string(one.private.join("facts.toml")).expect("facts");
    let salt = facts
        .lines()
        .find_map(|line| line.strip_prefix("salt = \""))
        .expect("a salt")
        .trim_end_matches('"');
    all.push(("the roster's salt".into(), salt.as_bytes().to_vec()));
    all.push((
        "the roster's salt, as octets".into(),
        record::digest::unhex(salt).expect("hexadecimal"),
    ));
    let seal = fs::read_to_string(one.private.join("cluster.key")).expect("the stand-in's seal key");
    all.push(("the stand-in's seal key".into(), seal.trim().as_bytes().to_vec()));
    for folder in ["keepers", "cluster/keys"] {
        for file in files_under(&one.private.join(folder)) {
            private_key(
                &mut all,
                &one.private.join(folder).join(file),
                &one.private.join("cluster.key"),
            );
        }
    }
    all
}

/// The secret part of a key, as openssl shows it: as octets and in hexadecimal. The stand-in's are sealed.
fn private_key(all: &mut Vec<(String, Vec<u8>)>, file: &Path, seal: &Path) {
    let form = if file.extension().is_some_and(|end| end == "p8") {
        "DER"
    } else {
        "PEM"
    };
    let password = format!("file:{}", text(seal));
    let words = [
        "pkey",
        "-in",
        &text(file),
        "-inform",
        form,
        "-passin",
        &password,
        "-noout",
        "-text",
    ];
    let told = openssl(&words, "").expect(0);
    let lines = told.out.lines().skip_while(|line| !line.starts_with("priv:")).skip(1);
    let digits: String = lines
        .take_while(|line| line.starts_with(' '))
        .flat_map(|line| line.trim().split(':'))
        .collect();
    let octets = record::digest::unhex(&digits).expect("hexadecimal");
    assert!(octets.len() >= 32, "{}: {}", file.display(), octets.len());
    // A leading zero octet is a matter of spelling.
    let octets = octets.strip_prefix(&[0]).unwrap_or(&octets).to_vec();
    let what = format!("the private key {}", file.display());
    all.push((
        format!("{what}, in hexadecimal"),
        record::digest::hex(&octets).into_bytes(),
    ));
    all.push((what, octets));
}

fn spell(all: &mut Vec<(String, Vec<u8>)>, what: &str, secret: &[u8]) {
    all.push((what.to_owned(), secret.to_vec()));
    let text = std::str::from_utf8(secret).unwrap_or_default();
    all.extend(record::digest::unhex(text).map(|octets| (format!("{what}, as octets"), octets)));
    all.push((
        format!("{what}, in hexadecimal"),
        record::digest::hex(secret).into_bytes(),
    ));
    let encoded = openssl(&["base64", "-A"], text).expect(0).out;
    all.push((
        format!("{what}, in base64"),
        encoded.trim_end_matches('=').as_bytes().to_vec(),
    ));
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|part| part == secret)
}
