//! Signatures as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig), written a second time.

use trust::Artifact;

use super::keys::Key;

pub fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// RFC 4251's mpint.
fn mpint(scalar: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = scalar.iter().copied().skip_while(|byte| *byte == 0).collect();
    let pad = if digits[0] >= 0x80 { vec![0] } else { vec![] };
    string(&[pad, digits].concat())
}

pub fn public(key: &Key) -> Vec<u8> {
    let point = key.public().point().to_vec();
    match key {
        Key::P384(_) => [string(b"ecdsa-sha2-nistp384"), string(b"nistp384"), string(&point)].concat(),
        Key::Ed25519(_) => [string(b"ssh-ed25519"), string(&point)].concat(),
    }
}

pub fn sign(key: &Key, artifact: &Artifact, hash: &str, namespace: &str) -> Vec<u8> {
    let digest = if hash == "sha512" {
        &artifact.sha512[..]
    } else {
        &artifact.sha256
    };
    let signed = [
        b"SSHSIG".to_vec(),
        string(namespace.as_bytes()),
        string(b""),
        string(hash.as_bytes()),
        string(digest),
    ];
    let signature = key.sign(&signed.concat());
    let (name, body) = match key {
        Key::Ed25519(_) => ("ssh-ed25519", signature),
        Key::P384(_) => {
            let raw = x509::ecdsa_raw_from_der(&signature).unwrap();
            ("ecdsa-sha2-nistp384", [mpint(&raw[..48]), mpint(&raw[48..])].concat())
        }
    };
    [
        b"SSHSIG\x00\x00\x00\x01".to_vec(),
        string(&public(key)),
        string(namespace.as_bytes()),
        string(b""),
        string(hash.as_bytes()),
        string(&[string(name.as_bytes()), string(&body)].concat()),
    ]
    .concat()
}
