//! Key lines and SubjectPublicKeyInfo: what is taken, and under which name the rest is refused.

use p384::pkcs8::EncodePublicKey as _;
use ssh_key::encoding::base64::{Base64, Encoding as _};
use ssh_key::public::KeyData;

use super::super::*;
use super::bench::{self, Bench, ed25519_key};
use super::text;

#[test]
fn a_key_line_loses_its_comment_and_keeps_its_fingerprint() {
    let bench = Bench::new();
    for (algorithm, name) in [("ed25519", "ssh-ed25519"), ("ecdsa", "ecdsa-sha2-nistp384")] {
        let key = bench.generate(algorithm, algorithm);
        assert_eq!((key.algorithm(), key.is_fido()), (name, false));
        assert_eq!(key.line().split(' ').count(), 2);
        assert_eq!(SshKey::parse(key.line()).as_ref(), Ok(&key));
        assert_eq!(SshKey::from_private(&bench.private(algorithm)).as_ref(), Ok(&key));
    }
}

#[test]
fn the_fingerprint_is_that_of_ssh_keygen() {
    let bench = Bench::new();
    for algorithm in ["ed25519", "ecdsa"] {
        let key = bench.generate(algorithm, algorithm);
        let shown = bench.keygen(&["-l", "-f", algorithm]);
        assert_eq!(shown.split(' ').nth(1), Some(key.fingerprint().as_str()));
    }
}

#[test]
fn refuses_other_algorithms_by_name() {
    let bench = Bench::new();
    for (algorithm, bits, name) in [
        ("rsa", "2048", "ssh-rsa"),
        ("ecdsa", "256", "ecdsa-sha2-nistp256"),
        ("ecdsa", "521", "ecdsa-sha2-nistp521"),
    ] {
        bench.make(algorithm, &["-b", bits], name);
        let line = bench.private(name).public_key().to_openssh().unwrap();
        assert_eq!(
            text(SshKey::parse(&line)),
            format!("SSH keys of algorithm '{name}' are not accepted")
        );
    }
    let certificate = "ssh-ed25519-cert-v01@openssh.com AAAA";
    let refusal = "SSH keys of algorithm 'ssh-ed25519-cert-v01@openssh.com' are not accepted";
    assert_eq!(text(SshKey::parse(certificate)), refusal);
    let hostile = "SSH keys of algorithm '\\u{202e}evil' are not accepted";
    assert_eq!(text(SshKey::parse("\u{202e}evil AAAA")), hostile);
}

#[test]
fn refuses_lines_that_are_not_one_key() {
    let line = SshKey::from_private(&ed25519_key(1)).unwrap().line().to_owned();
    assert!(SshKey::parse(&format!("{line} a comment of words\n")).is_ok());
    for wrong in [
        format!("{line}\n{line}"),
        format!("{line} a\tb"),
        format!("{line}\r\n"),
        format!("{line}\n\n"),
    ] {
        assert_eq!(
            text(SshKey::parse(&wrong)),
            "the key is not one line of text",
            "{wrong:?}"
        );
    }
    for wrong in [
        format!(" {line}"),
        format!("cert-authority {line}"),
        line.replacen(' ', "  ", 1),
        format!("{line}="),
    ] {
        assert!(SshKey::parse(&wrong).is_err(), "{wrong:?}");
    }
    let p384_name = line.replacen("ssh-ed25519", "ecdsa-sha2-nistp384", 1);
    assert!(text(SshKey::parse(&p384_name)).starts_with("not in OpenSSH's form: "));
    let long = format!("{line} {}", "c".repeat(2048));
    assert_eq!(
        text(SshKey::parse(&long)),
        format!("{} bytes are more than the 2048 allowed", long.len())
    );
}

/// RFC 8032's neutral element: with it, one signature fits any message.
#[test]
fn refuses_an_ed25519_key_of_small_order() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let expected = "the ssh-ed25519 key is not a usable point of its curve";
    assert_eq!(text(SshKey::parse(&ed25519_line(neutral))), expected);
    assert!(
        SshKey::parse(&ed25519_line(
            ed25519_key(1).public_key().key_data().ed25519().unwrap().0
        ))
        .is_ok()
    );
}

#[test]
fn refuses_points_that_are_not_on_their_curve_or_compressed() {
    let (key, _) = bench::hsm(1, b"");
    let KeyData::Ecdsa(point) = key.data() else {
        panic!("{key}")
    };
    let point = point.as_sec1_bytes();
    assert_eq!(p384_line(point), key.line());
    let expected = "the ecdsa-sha2-nistp384 key is not a usable point of its curve";

    let mut moved = point.to_vec();
    moved[96] ^= 1;
    assert_eq!(text(SshKey::parse(&p384_line(&moved))), expected);
    assert_eq!(
        text(SshKey::from_p384_spki(&[&SPKI_P384[..], &moved].concat())),
        expected
    );

    let compressed = [&[2 + (point[96] & 1)][..], &point[1..49]].concat();
    assert_eq!(text(SshKey::parse(&p384_line(&compressed))), expected);
}

/// `ssh-keygen -i` converts as well; it takes no Ed25519 in this form, there RFC 8410's example must do.
#[test]
fn the_key_of_a_certificate_is_its_spki() {
    let bench = Bench::new();
    let private = p384::ecdsa::SigningKey::from_slice(&[1; 48]).unwrap();
    let spki = private.verifying_key().to_public_key_der().unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        Base64::encode_string(spki.as_bytes())
    );
    bench.write("spki.pem", pem.as_bytes());
    let theirs = bench.keygen(&["-i", "-m", "PKCS8", "-f", "spki.pem"]);
    assert_eq!(SshKey::from_p384_spki(spki.as_bytes()), SshKey::parse(&theirs));

    let der = ed25519_spki();
    let line = ed25519_line(der[12..].try_into().unwrap());
    assert_eq!(SshKey::from_ed25519_spki(&der).unwrap().line(), line);
}

#[test]
fn refuses_an_spki_of_another_kind_or_length() {
    let p384 = [&SPKI_P384[..], &[4; 97]].concat();
    let expected = "not the SubjectPublicKeyInfo of an ecdsa-sha2-nistp384 key";
    for wrong in [&p384[..119], &[&p384[..], &[0]].concat(), &ed25519_spki(), &[]] {
        assert_eq!(text(SshKey::from_p384_spki(wrong)), expected);
    }
    let expected = "not the SubjectPublicKeyInfo of an ssh-ed25519 key";
    for wrong in [&ed25519_spki()[..43], &[&ed25519_spki()[..], &[0]].concat(), &p384, &[]] {
        assert_eq!(text(SshKey::from_ed25519_spki(wrong)), expected);
    }
}

/// RFC 8410 section 10.1.
fn ed25519_spki() -> Vec<u8> {
    Base64::decode_vec("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").unwrap()
}

fn ed25519_line(point: [u8; 32]) -> String {
    line("ssh-ed25519", &[b"ssh-ed25519", &point])
}

fn p384_line(point: &[u8]) -> String {
    line("ecdsa-sha2-nistp384", &[b"ecdsa-sha2-nistp384", b"nistp384", point])
}

fn line(name: &str, strings: &[&[u8]]) -> String {
    let mut bytes = Vec::new();
    for string in strings {
        bytes.extend((string.len() as u32).to_be_bytes());
        bytes.extend(*string);
    }
    format!("{name} {}", Base64::encode_string(&bytes))
}

/// Of RFC 5480, by hand.
const SPKI_P384: [u8; 23] = [
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
    0x22, 0x03, 0x62, 0x00,
];
