//! Signatures: r and s without DER, over raw data or a digest, as openssl checks them.

use base64ct::{Base64, Encoding};
use serde_json::json;

use crate::support::{Cluster, Talk, openssl};

const SIGN: &str = "crypto sign ecdsa --key-filter attr.label=k";
const VERIFY: &str = "crypto verify ecdsa --key-filter attr.label=public-k";

fn signature(talk: &mut Talk, rest: &str) -> String {
    talk.ok(&format!("{SIGN} {rest}"))["signature"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// DER's `SEQUENCE { r, s }` around the bare 96 bytes.
pub fn der(bare: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let start = bytes.iter().position(|byte| *byte != 0).unwrap();
        let sign = usize::from(bytes[start] >= 0x80);
        let mut out = vec![0x02, (bytes.len() - start + sign) as u8];
        out.extend(vec![0; sign]);
        out.extend(&bytes[start..]);
        out
    };
    let body = [integer(&bare[..48]), integer(&bare[48..])].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

#[test]
fn openssl_accepts_every_hash_function() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let (pem, data, file) = (cluster.path("pem"), cluster.path("data"), cluster.path("sig"));
    talk.ok(&format!(
        "key generate-file --encoding pem --path {} --filter attr.label=public-k",
        pem.display()
    ));
    std::fs::write(&data, "abc").unwrap();
    for hash in ["sha224", "sha256", "sha384", "sha512"] {
        let bare = Base64::decode_vec(&signature(&mut talk, &format!("--hash-function {hash} --data YWJj"))).unwrap();
        assert_eq!(bare.len(), 96);
        std::fs::write(&file, der(&bare)).unwrap();
        let verify = [
            "dgst",
            &format!("-{hash}"),
            "-verify",
            pem.to_str().unwrap(),
            "-signature",
            file.to_str().unwrap(),
        ];
        assert_eq!(openssl(&verify, &data), b"Verified OK\n", "{hash}");
    }
}

#[test]
fn verifies_what_it_signed_and_nothing_else() {
    let cluster = Cluster::with(&["owner", "other"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let made = signature(&mut talk, "--hash-function sha384 --data YWJj");
    talk.become_user("other");
    let line = |data: &str| format!("{VERIFY} --hash-function sha384 --data {data} --signature {made}");
    assert_eq!(
        talk.ok(&line("YWJj")),
        json!({ "message": "Signature verified successfully" })
    );
    assert_eq!(talk.err(&line("YWJk")), "Signature verification failed");
    let short = format!("{VERIFY} --hash-function sha384 --data YWJj --signature AAAA");
    assert_eq!(talk.err(&short), "Signature verification failed");
}

#[test]
fn raw_data_and_its_digest_are_one_message() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let digest = Base64::encode_string(&<sha2::Sha384 as sha2::Digest>::digest(b"abc"));
    let made = signature(
        &mut talk,
        &format!("--hash-function sha384 --data-type digest --data {digest}"),
    );
    talk.ok(&format!(
        "{VERIFY} --hash-function sha384 --data YWJj --signature {made}"
    ));
    let short = talk.err(&format!("{SIGN} --hash-function sha384 --data-type digest --data YWJj"));
    assert_eq!(short, "The digest has 3 bytes, not 48");
}

#[test]
fn reads_data_and_signature_from_files() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let (data, file) = (cluster.path("data"), cluster.path("sig"));
    std::fs::write(&data, "abc").unwrap();
    let path = format!("--hash-function sha384 --data-path {}", data.display());
    std::fs::write(&file, Base64::decode_vec(&signature(&mut talk, &path)).unwrap()).unwrap();
    talk.ok(&format!("{VERIFY} {path} --signature-path {}", file.display()));
}

#[test]
fn refuses_wrong_arguments() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    assert!(
        talk.err(&format!("{SIGN} --hash-function sha384"))
            .contains("required arguments")
    );
    assert!(
        talk.err(&format!("{SIGN} --hash-function md5 --data YWJj"))
            .contains("invalid value 'md5'")
    );
    assert_eq!(
        talk.err(&format!("{SIGN} --hash-function sha384 --data '*'")),
        "data is not valid base64"
    );
    let public = talk.err("crypto sign ecdsa --key-filter attr.label=public-k --hash-function sha384 --data YWJj");
    assert_eq!(public, "The key's attribute sign does not allow this");
}
