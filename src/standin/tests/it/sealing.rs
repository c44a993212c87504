//! The seal: private keys are nothing without the key beside the folder, and openssl opens them with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Cluster, PASSWORD, openssl, sign_line};

/// A cluster with the private key `k` of `owner`, and its sealed file.
fn sealed() -> (Cluster, PathBuf) {
    let cluster = Cluster::with(&["owner"]);
    cluster.talk_as("owner").pair("k", "");
    let file = only_file(&cluster.folder.join("keys"));
    (cluster, file)
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    files[0].path()
}

fn seal_key(cluster: &Cluster) -> PathBuf {
    cluster.path("cluster.key")
}

fn open(file: &Path, password: &str) -> Output {
    Command::new("openssl")
        .args(["pkey", "-inform", "DER", "-passin", password, "-text", "-in"])
        .arg(file)
        .output()
        .unwrap()
}

fn refused(cluster: &Cluster) -> (Option<i32>, String) {
    let output = cluster.command().args(["user", "list"]).output().unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn openssl_opens_a_private_key_with_the_seal_key_alone() {
    let (cluster, file) = sealed();
    let password = format!("file:{}", seal_key(&cluster).display());
    let opened = open(&file, &password);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    let (public, pem) = (cluster.path("public"), cluster.path("pem"));
    cluster.talk_as("owner").ok(&format!(
        "key generate-file --encoding pem --path {} --filter attr.label=public-k",
        pem.display()
    ));
    fs::write(&public, opened.stdout).unwrap();
    let derived = openssl(&["pkey", "-pubout", "-in"], &public);
    assert_eq!(
        String::from_utf8(derived).unwrap().trim(),
        fs::read_to_string(pem).unwrap().trim()
    );
    assert!(!open(&file, "pass:").status.success());
    let told = String::from_utf8(openssl(&["asn1parse", "-inform", "DER", "-in"], &file)).unwrap();
    assert!(told.contains(":PBES2") && told.contains(":aes-256-cbc"), "{told}");
}

#[test]
fn nothing_in_the_folder_holds_the_private_key_the_seal_key_or_a_password() {
    let (cluster, file) = sealed();
    let opened = open(&file, &format!("file:{}", seal_key(&cluster).display()));
    let text = String::from_utf8(opened.stdout).unwrap();
    let digits: String = text
        .lines()
        .skip_while(|line| *line != "priv:")
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .flat_map(|line| line.trim().split(':'))
        .collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let scalar: Vec<u8> = digits.as_bytes().chunks(2).map(octet).collect();
    assert_eq!(scalar.len(), 48, "{text}");
    let seal = fs::read_to_string(seal_key(&cluster)).unwrap();
    let secrets = [
        &scalar[..],
        digits.as_bytes(),
        seal.trim().as_bytes(),
        PASSWORD.as_bytes(),
    ];
    let mut searched = 0;
    for folder in ["", "keys", "sessions"] {
        for file in fs::read_dir(cluster.folder.join(folder)).unwrap().flatten() {
            let Ok(bytes) = fs::read(file.path()) else { continue };
            searched += 1;
            for secret in secrets {
                let found = bytes.windows(secret.len()).any(|part| part == secret);
                assert!(!found, "{}", file.path().display());
            }
        }
    }
    assert!(searched >= 3, "{searched}");
}

#[test]
fn the_seal_key_is_beside_the_folder_and_private() {
    let (cluster, _) = sealed();
    let mode = fs::metadata(seal_key(&cluster)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn refuses_a_missing_seal_key() {
    let (cluster, _) = sealed();
    fs::remove_file(seal_key(&cluster)).unwrap();
    let (code, told) = refused(&cluster);
    assert_eq!(code, Some(3));
    assert!(
        told.contains("cluster.key is missing\ncloudhsm-standin: hint: bring the file back"),
        "{told}"
    );
    assert!(
        !seal_key(&cluster).exists(),
        "another key would only look like a repair"
    );
}

#[test]
fn refuses_another_clusters_seal_key_and_what_is_none() {
    let (cluster, _) = sealed();
    let (other, _) = sealed();
    fs::copy(seal_key(&other), seal_key(&cluster)).unwrap();
    let (code, told) = refused(&cluster);
    assert_eq!(code, Some(3));
    assert!(
        told.contains("is not the key that seals this cluster\ncloudhsm-standin: hint: "),
        "{told}"
    );
    for nonsense in [&b""[..], b"secret\n", &[0xff; 65], &[b'a'; 4096]] {
        fs::write(seal_key(&cluster), nonsense).unwrap();
        let (code, told) = refused(&cluster);
        assert_eq!(code, Some(3));
        assert!(
            told.contains("cluster.key is not a seal key\ncloudhsm-standin: hint: "),
            "{told}"
        );
    }
}

#[test]
fn a_damaged_key_is_refused_and_the_others_sign() {
    let (cluster, file) = sealed();
    let mut talk = cluster.talk_as("owner");
    talk.pair("l", "");
    let whole = fs::read(&file).unwrap();
    // The first octets of what is encrypted: CBC lets the change pass into the number itself.
    for place in [10, whole.len() - 150, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        fs::write(&file, damaged).unwrap();
        let text = talk.err(&sign_line("k", None));
        assert!(
            text.ends_with("is damaged: it does not open with the seal key"),
            "{text}"
        );
    }
    talk.ok(&sign_line("l", None));
    fs::write(&file, whole).unwrap();
    talk.ok(&sign_line("k", None));
}

#[test]
fn the_seal_key_can_be_elsewhere_and_serve_two_clusters() {
    let cluster = Cluster::new();
    let place = cluster.path("elsewhere.key");
    cluster.order(&["init", "--nodes", "2", "--seal-key", place.to_str().unwrap()]);
    cluster.activate(&["owner"]);
    cluster.talk_as("owner").pair("k", "");
    assert!(!seal_key(&cluster).exists());
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    let other = Cluster::new();
    other.order(&["init", "--seal-key", place.to_str().unwrap()]);
    other.activate(&[]);
    cluster.talk_as("owner").ok(&sign_line("k", None));
    fs::remove_file(place).unwrap();
    assert!(refused(&other).1.contains("elsewhere.key is missing"));
}

#[test]
fn folder_and_key_move_together() {
    let (mut cluster, _) = sealed();
    let moved = cluster.path("moved");
    fs::rename(&cluster.folder, &moved).unwrap();
    fs::rename(seal_key(&cluster), cluster.path("moved.key")).unwrap();
    cluster.folder = moved;
    cluster.talk_as("owner").ok(&sign_line("k", None));
}

#[test]
fn refuses_a_folder_that_remembers_no_seal() {
    let (cluster, _) = sealed();
    fs::remove_file(cluster.folder.join("keeping.json")).unwrap();
    let (code, told) = refused(&cluster);
    assert_eq!(code, Some(3));
    assert!(
        told.contains("keeping.json is missing: nothing says what seals the keys"),
        "{told}"
    );
}

#[test]
fn the_seal_key_is_never_within_the_folder() {
    let cluster = Cluster::new();
    for place in ["cluster/seal.key", "cluster/keys/../seal.key"] {
        let place = cluster.path(place);
        let words = ["standin", "init", "--seal-key", place.to_str().unwrap()];
        let output = cluster.command().args(words).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.contains("the seal key would lie in the folder that it seals"),
            "{told}"
        );
        assert!(!cluster.folder.join("cluster.json").exists());
    }
    // Named by a dot, the folder is the same, and its key lies beside it as ever.
    cluster.order(&["init"]);
    let mut command = cluster.command();
    command.current_dir(&cluster.folder).env("CLOUDHSM_STANDIN_DIR", ".");
    assert!(command.args(["user", "list"]).output().unwrap().status.success());
}
