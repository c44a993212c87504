//! Approvers: their RSA keys and signatures, all by `openssl`, and the certificate that mTLS asks for.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use support::judges::openssl;
use support::process::profile_folder;

use super::deed::Form;

/// The private key of that name, made once a build folder. `k1024` and `k3072` have so many bits, all others 2048.
pub fn private_key(name: &str) -> PathBuf {
    let folder = profile_folder().join("fixtures/rsa");
    fs::create_dir_all(&folder).expect("a folder for keys");
    let file = folder.join(format!("{name}.pem"));
    let lock = File::create(folder.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("the lock");
    if !file.exists() {
        let bits = name
            .strip_prefix('k')
            .and_then(|bits| bits.parse::<u32>().ok())
            .unwrap_or(2048);
        let (draft, bits) = (folder.join(format!("{name}.draft")), format!("rsa_keygen_bits:{bits}"));
        let arguments = [
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            &bits,
            "-out",
            text(&draft),
        ];
        let _ = openssl(&arguments, "").expect(0);
        fs::rename(draft, &file).expect("the key gets its name");
    }
    file
}

/// The public key of that name, in PEM.
pub fn public_key(name: &str) -> String {
    openssl(&["pkey", "-in", text(&private_key(name)), "-pubout"], "")
        .expect(0)
        .out
}

/// A CA certificate of that name, in PEM, for mTLS.
pub fn certificate(name: &str) -> String {
    let (key, subject) = (private_key(name), format!("/CN={name}"));
    let arguments = [
        "req",
        "-x509",
        "-new",
        "-key",
        text(&key),
        "-subj",
        &subject,
        "-days",
        "30",
    ];
    openssl(&arguments, "").expect(0).out
}

/// A signature over a digest by the key of that name; `beside` is a path for the files it takes.
pub fn sign(digest: &[u8], key: &str, form: Form, beside: &Path) -> Vec<u8> {
    let (input, output) = (beside.with_extension("digest"), beside.with_extension("signature"));
    let digest = match form {
        Form::OtherDigest => [&[digest[0] ^ 1], &digest[1..]].concat(),
        Form::Sha384 => [digest, &[7; 16]].concat(),
        _ => digest.to_vec(),
    };
    fs::write(&input, digest).expect("the digest");
    let key = private_key(key);
    let mut arguments = vec![
        "pkeyutl",
        "-sign",
        "-inkey",
        text(&key),
        "-in",
        text(&input),
        "-out",
        text(&output),
    ];
    arguments.extend(match form {
        Form::Right | Form::OtherDigest => &["-pkeyopt", "rsa_padding_mode:pkcs1", "-pkeyopt", "digest:sha256"][..],
        Form::Sha384 => &["-pkeyopt", "rsa_padding_mode:pkcs1", "-pkeyopt", "digest:sha384"],
        Form::Pss => &["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "digest:sha256"],
        Form::Bare => &["-pkeyopt", "rsa_padding_mode:pkcs1"],
    });
    let _ = openssl(&arguments, "").expect(0);
    fs::read(output).expect("the signature")
}

/// Has `openssl` check an ECDSA signature `r ‖ s` over SHA-384 of the message.
pub fn judge(spki_pem: &str, message: &[u8], signature: &[u8], beside: &Path) {
    let (key, data, der) = (
        beside.with_extension("key"),
        beside.with_extension("data"),
        beside.with_extension("der"),
    );
    fs::write(&key, spki_pem).expect("the key");
    fs::write(&data, message).expect("the message");
    fs::write(&der, sequence(signature)).expect("the signature");
    let arguments = [
        "dgst",
        "-sha384",
        "-verify",
        text(&key),
        "-signature",
        text(&der),
        text(&data),
    ];
    let said = openssl(&arguments, "").expect(0);
    assert_eq!(said.out.trim(), "Verified OK");
}

/// RFC 3279 section 2.2.3: ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }.
fn sequence(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(body.len()).expect("short")][..], &body].concat()
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.iter().position(|b| *b != 0).expect("not zero");
    let bytes = &bytes[first..];
    let sign: &[u8] = if bytes[0] & 0x80 != 0 { &[0] } else { &[] };
    let length = u8::try_from(sign.len() + bytes.len()).expect("short");
    [&[2, length], sign, bytes].concat()
}

/// Base64, as the CLI has it.
pub fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// The bytes, if it is base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths here are UTF-8")
}
