//! Chains as AWS describes them, good and bad, made by openssl once for each test program.
#![allow(dead_code, reason = "each test program uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub fn pem(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All keys and certificates, made once.
pub fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("ca.ext"),
            "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n",
        )
        .unwrap();
        fs::write(
            folder.join("strange.ext"),
            "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n1.2.3.4=critical,ASN1:UTF8String:x\n\
             1.2.3.5=ASN1:UTF8String:x\n",
        )
        .unwrap();
        fs::write(folder.join("no-ca.ext"), "basicConstraints=critical,CA:FALSE\n").unwrap();
        make(&folder);
        folder
    })
}

fn make_with(folder: &Path, line: &str) {
    let done = Command::new("openssl")
        .args(line.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "openssl {line}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn make(folder: &Path) {
    let run = |line: &str| make_with(folder, line);
    let key = |name: &str, kind: &str| run(&format!("genpkey {kind} -out {name}.key"));
    let root = |name: &str, key: &str, subject: &str, hash: &str| {
        run(&format!(
            "req -x509 -key {key}.key -out {name}.pem -subj /CN={subject} -{hash} {DAYS} -addext keyUsage=keyCertSign"
        ));
    };
    let request = |name: &str, key: &str, subject: &str| {
        run(&format!("req -new -key {key}.key -out {name}.csr -subj /CN={subject}"));
    };
    let sign = |name: &str, csr: &str, ca: &str, ca_key: &str, rest: &str| {
        run(&format!(
            "x509 -req -in {csr}.csr -CA {ca}.pem -CAkey {ca_key}.key -out {name}.pem {DAYS} {rest}"
        ));
    };
    for name in ["aws", "other-aws", "hardware", "other-hardware", "hsm", "other"] {
        key(name, "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    }
    key("short", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024");
    key("maker", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384");
    key("customer", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    root("aws-root", "aws", "Root", "sha384");
    root("other-root", "other-aws", "Root", "sha256");
    root("short-root", "short", "Short", "sha256");
    root("maker-root", "maker", "MakerRoot", "sha384");
    root("customer", "customer", "Customer", "sha256");
    request("hardware", "hardware", "Hardware");
    request("other-hardware", "other-hardware", "Hardware");
    request("hsm", "hsm", "HSM");
    request("other", "other", "HSM");
    sign("aws-hardware", "hardware", "aws-root", "aws", "-sha512 -extfile ca.ext");
    sign(
        "aws-hardware-strange",
        "hardware",
        "aws-root",
        "aws",
        "-sha256 -extfile strange.ext",
    );
    run(&format!(
        "req -x509 -key aws.key -out aws-root-short.pem -subj /CN=Root -sha256 {DAYS} -addext keyUsage=keyCertSign \
         -addext basicConstraints=critical,CA:TRUE,pathlen:0"
    ));
    sign(
        "hardware-by-aws",
        "hardware",
        "aws-root",
        "aws",
        "-sha384 -extfile ca.ext",
    );
    sign(
        "aws-hardware-no-ca",
        "hardware",
        "aws-root",
        "aws",
        "-sha256 -extfile no-ca.ext",
    );
    sign(
        "aws-hardware-sha1",
        "hardware",
        "aws-root",
        "aws",
        "-sha1 -extfile ca.ext",
    );
    sign(
        "maker-hardware",
        "hardware",
        "maker-root",
        "maker",
        "-sha384 -extfile ca.ext",
    );
    sign(
        "maker-other-hardware",
        "other-hardware",
        "maker-root",
        "maker",
        "-sha384 -extfile ca.ext",
    );
    sign("hsm", "hsm", "aws-hardware", "hardware", "-sha256");
    run(&format!(
        "x509 -req -in other-hardware.csr -key other-hardware.key -out other-hardware.pem {DAYS} -extfile ca.ext"
    ));
    sign("other-hsm", "hsm", "other-hardware", "other-hardware", "-sha256");
    sign("cluster", "hsm", "customer", "customer", "-sha256");
    sign("other-cluster", "other", "customer", "customer", "-sha256");
    break_signature(folder);
}

/// The request of the HSM with the last octet of its signature changed.
fn break_signature(folder: &Path) {
    let run = |line: &str| make_with(folder, line);
    run("req -in hsm.csr -outform DER -out broken.der");
    let mut der = fs::read(folder.join("broken.der")).unwrap();
    *der.last_mut().unwrap() ^= 1;
    fs::write(folder.join("broken.der"), der).unwrap();
    run("req -in broken.der -inform DER -out broken.csr");
}

pub fn openssl(arguments: &[&str]) -> String {
    let done = Command::new("openssl")
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

/// A minute after the certificates were made.
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs() + 60
}

const DAYS: &str = "-days 3650";
