//! SSHSIG: armour, what is in it, and lines of public keys. Nothing that nobody signed is ever a signature.
//!
//! The first byte says what the rest is: armour as it comes, the blob that the harness armours, a line of a key, or the
//! blob of one.
#![no_main]

use std::sync::LazyLock;

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use record::sshsig::namespace::{RECORD, REVIEW};
use record::sshsig::{SshKey, allowed_signers_line, verify};

fuzz_target!(|data: &[u8]| check(data));

fn check(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    match choice % 4 {
        0 => check_armor(bytes),
        1 => check_armor(armored(bytes).as_bytes()),
        2 => check_line(&String::from_utf8_lossy(bytes)),
        _ => check_line(&line(bytes)),
    }
}

/// The private keys of those known are gone: whatever else verifies was forged. (Of an ECDSA signature `r, s` there is a
/// second form, `r, n - s`, that anybody can make; no mutation finds it by chance.)
fn check_armor(armor: &[u8]) {
    for Known { key, armors } in KNOWN.iter() {
        let made = armors.iter().any(|made| made.as_bytes() == armor);
        match verify(key, RECORD, MESSAGE, armor) {
            Ok(verified) => {
                assert!(made, "a signature that nobody made");
                assert_eq!(verified.fido_counter.is_some(), key.is_fido());
                assert!(verify(key, REVIEW, MESSAGE, armor).is_err());
                assert!(verify(key, RECORD, &MESSAGE[1..], armor).is_err());
            }
            Err(error) => {
                let text = error.to_string();
                assert!(!made && !text.chars().any(char::is_control), "{text:?}");
            }
        }
    }
}

fn check_line(line: &str) {
    match SshKey::parse(line) {
        Ok(key) => {
            assert!(line.starts_with(key.line()), "one spelling for each key");
            assert_eq!(SshKey::parse(key.line()).as_ref(), Ok(&key));
            let signer = allowed_signers_line("member-1", &key, &[RECORD], None, None).expect("a line");
            assert!(!signer.chars().any(char::is_control));
        }
        Err(error) => {
            let text = error.to_string();
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
    }
}

/// As `ssh-keygen` writes it: 70 columns.
fn armored(blob: &[u8]) -> String {
    let text = Base64::encode_string(blob);
    let rows = text
        .as_bytes()
        .chunks(70)
        .map(|row| str::from_utf8(row).expect("base64 is ASCII"));
    let rows: Vec<_> = rows.collect();
    format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        rows.join("\n")
    )
}

/// `algorithm base64`, the algorithm being the blob's first string.
fn line(blob: &[u8]) -> String {
    let name = blob
        .split_first_chunk()
        .and_then(|(length, rest)| rest.get(..u32::from_be_bytes(*length) as usize));
    format!(
        "{} {}",
        String::from_utf8_lossy(name.unwrap_or_default()),
        Base64::encode_string(blob)
    )
}

struct Known {
    key: SshKey,
    armors: &'static [&'static str],
}

macro_rules! known {
    ($key:literal, $($armor:literal),+) => {
        Known {
            key: SshKey::parse(include_str!(concat!("../known/", $key, ".pub"))).expect("a key"),
            armors: &[$(include_str!(concat!("../known/", $armor, ".sig"))),+],
        }
    };
}

static KNOWN: LazyLock<[Known; 4]> = LazyLock::new(|| {
    [
        known!("ed25519", "ed25519", "ed25519-sha256"),
        known!("p384", "p384"),
        // Touched, and touched with a PIN given.
        known!("sk-ed25519", "sk-ed25519", "sk-ed25519-pin"),
        known!("sk-p256", "sk-p256", "sk-p256-pin"),
    ]
});

/// What those known signed, in the namespace of records.
const MESSAGE: &[u8] = b"what was signed, once, by keys that are gone";
