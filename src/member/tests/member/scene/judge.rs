//! Judges that we did not write: `openssl` and `ssh-keygen`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::feed;

/// `ssh-keygen -Y verify` of a file and the signature beside it.
#[track_caller]
pub fn ssh_verifies(file: &Path, signature: &Path, namespace: &str, member: &str, key_line: &str) {
    let signers = signature.with_extension("allowed");
    fs::write(&signers, format!("{member} {key_line}\n")).expect("written");
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-Y", "verify", "-n", namespace, "-I", member, "-f"])
        .arg(&signers)
        .arg("-s")
        .arg(signature);
    let output = feed(&mut command, &fs::read(file).expect("there"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_file(signers).expect("removed");
}

/// `openssl pkeyutl -verify` of PKCS#1 v1.5 over 32 octets taken as a SHA-256 digest.
#[track_caller]
pub fn rsa_verifies(folder: &Path, spki: &[u8], token: &[u8; 32], signature: &[u8]) {
    let [key, data, sig] = ["judge.der", "judge.token", "judge.sig"].map(|name| folder.join(name));
    for (path, bytes) in [(&key, spki), (&data, token), (&sig, signature)] {
        fs::write(path, bytes).expect("written");
    }
    let mut command = Command::new("openssl");
    command
        .args([
            "pkeyutl",
            "-verify",
            "-pubin",
            "-keyform",
            "DER",
            "-pkeyopt",
            "digest:sha256",
            "-inkey",
        ])
        .arg(&key);
    let output = feed(command.arg("-in").arg(&data).arg("-sigfile").arg(&sig), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    [key, data, sig]
        .iter()
        .for_each(|path| fs::remove_file(path).expect("removed"));
}

/// Standard output of `openssl`, which must succeed.
#[track_caller]
pub fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = feed(Command::new("openssl").args(arguments), input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
