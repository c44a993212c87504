//! Assembles signed files from frozen bytes and asks `openssl` about them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use p384::ecdsa::signature::Signer;
use p384::ecdsa::{DerSignature, SigningKey};

/// A folder of one test, empty at its start.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("issue-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// SEQUENCE { tbs, ecdsa-with-SHA384, signature }, as certificates and CRLs have it.
pub fn signed(tbs: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature: DerSignature = key.sign(tbs);
    let mut bits = vec![0];
    bits.extend_from_slice(signature.as_bytes());
    let content = [tbs, ECDSA_WITH_SHA384, &element(0x03, &bits)].concat();
    element(0x30, &content)
}

/// One DER element.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

/// Writes `der` as PEM under `label` and returns the path.
pub fn pem(folder: &Path, name: &str, label: &str, der: &[u8]) -> PathBuf {
    let body = base64(der);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let text = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Runs `openssl` and returns whether it succeeded, and both of its outputs.
pub fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for i in 0..4 {
            let character = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize] as char;
            out.push(if i <= chunk.len() { character } else { '=' });
        }
    }
    out
}

/// SEQUENCE { 1.2.840.10045.4.3.3 }, RFC 5758 §3.2.
const ECDSA_WITH_SHA384: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
