//! What others say: `ssh-keygen` of proof files and signatures, `openssl` of the world's certificates.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding as _};
use trust::Artifact;

use crate::support::{self, ARTIFACT, Holder, MADE, keys::Key, ssh};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trust-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    /// Whether the program is content, and what it wrote.
    fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> (bool, String) {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.0).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let all = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&all).into_owned())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn public_line(holder: &Holder) -> String {
    let name = match holder.key {
        Key::P384(_) => "ecdsa-sha2-nistp384",
        Key::Ed25519(_) => "ssh-ed25519",
    };
    format!("{name} {}", Base64::encode_string(&ssh::public(&holder.key)))
}

#[test]
fn ssh_keygen_takes_a_proof_file_as_it_is() {
    let world = support::rehearsal();
    let chains: [&[&Holder]; 2] = [&[&world.release], &[&world.subkey, &world.release]];
    for (number, chain) in chains.into_iter().enumerate() {
        let folder = Folder::new(&format!("verify-{number}"));
        folder.write("proof", world.proof_file(chain).to_string());
        folder.write("allowed", format!("signer {}\n", public_line(chain[0])));
        let arguments = [
            "-Y",
            "verify",
            "-f",
            "allowed",
            "-I",
            "signer",
            "-n",
            trust::NAMESPACE,
            "-s",
            "proof",
        ];
        let (good, said) = folder.run("ssh-keygen", &arguments, ARTIFACT);
        assert!(good, "{said}");
        let (good, said) = folder.run("ssh-keygen", &arguments, b"another file");
        assert!(!good, "{said}");
    }
}

#[test]
fn a_signature_of_ssh_keygen_is_taken() {
    let world = support::rehearsal();
    let folder = Folder::new("sign");
    // SEC1 and PKCS#8 are what openssl writes; ssh-keygen reads both.
    let Key::P384(key) = &world.release.key else {
        panic!("P-384")
    };
    let point = world.release.key.public().point().to_vec();
    let inner = support::der::seq(&[
        &[2, 1, 1],
        &support::der::tlv(4, &[&key.to_bytes()]),
        &support::der::tlv(0xa0, &[&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]]),
        &support::der::tlv(0xa1, &[&support::der::tlv(3, &[&[0], &point])]),
    ]);
    let pem = format!(
        "-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n",
        Base64::encode_string(&inner)
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line))
            .collect::<Vec<_>>()
            .join("\n")
    );
    folder.write("key", pem);
    folder.write("key.pub", public_line(&world.release));
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder.0.join("key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    for hash in ["sha512", "sha256"] {
        let option = format!("hashalg={hash}");
        let arguments = ["-Y", "sign", "-f", "key", "-n", trust::NAMESPACE, "-O", &option];
        folder.write("artifact", ARTIFACT);
        let (good, said) = folder.run("ssh-keygen", &[&arguments[..], &["artifact"]].concat(), b"");
        assert!(good, "{said}");
        let armoured = std::fs::read_to_string(folder.0.join("artifact.sig")).unwrap();
        std::fs::remove_file(folder.0.join("artifact.sig")).unwrap();
        let body: String = armoured.lines().filter(|line| !line.starts_with("-----")).collect();
        let signature = Base64::decode_vec(&body).unwrap();
        let file = world.with_signature(&[&world.release], &signature, MADE).to_string();
        assert!(file.starts_with(&armoured), "the armour is OpenSSH's own");
        world.ask(1, &file).unwrap();
    }
}

#[test]
fn our_signatures_are_spelled_as_the_parser_spells_them() {
    let world = support::rehearsal();
    for word in 0..64 {
        let key = Key::p384(&format!("key {word}"));
        let signature = ssh::sign(&key, &Artifact::of(ARTIFACT), "sha256", trust::NAMESPACE);
        let read = trust::Sshsig::parse(&signature).unwrap();
        read.verify(&read.hash_of(&Artifact::of(ARTIFACT)), &key.public())
            .unwrap();
        assert!(read.verify(&read.hash_of(&Artifact::of(b"x")), &key.public()).is_err());
        assert!(
            read.verify(&read.hash_of(&Artifact::of(ARTIFACT)), &world.root.key.public())
                .is_err()
        );
    }
    let other = ssh::sign(&world.root.key, &Artifact::of(ARTIFACT), "sha256", "file");
    assert_eq!(trust::Sshsig::parse(&other), Err(trust::SshsigError::Namespace));
}

#[test]
fn openssl_agrees_on_the_chain() {
    let world = support::rehearsal();
    let folder = Folder::new("openssl");
    folder.write("root.pem", world.root.certificate.to_pem());
    folder.write("release.pem", world.release.certificate.to_pem());
    folder.write("subkey.pem", world.subkey.certificate.to_pem());
    folder.write("root.crl", world.crl(&world.root, &[]).to_pem());
    let time = crate::support::der::at(support::NOW).0.to_string();
    let arguments = [
        "verify",
        "-x509_strict",
        "-attime",
        &time,
        "-CAfile",
        "root.pem",
        "-untrusted",
        "release.pem",
        "subkey.pem",
    ];
    let (good, said) = folder.run("openssl", &arguments, b"");
    assert!(good, "{said}");
    let arguments = [
        "verify",
        "-crl_check",
        "-attime",
        &time,
        "-CAfile",
        "root.pem",
        "-CRLfile",
        "root.crl",
        "release.pem",
    ];
    let (good, said) = folder.run("openssl", &arguments, b"");
    assert!(good, "{said}");
}
