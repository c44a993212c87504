//! A folder in which `ssh-keygen` works, and keys from seeds.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use p384::ecdsa::signature::Signer as _;
use ssh_key::encoding::base64::{Base64, Encoding as _};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{PrivateKey, PublicKey};

use super::super::SshKey;

/// Gone, with all that is in it, when it is dropped.
pub struct Bench {
    folder: PathBuf,
}

impl Bench {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "sshsig-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    pub fn generate(&self, algorithm: &str, name: &str) -> SshKey {
        let bits: &[&str] = if algorithm == "ecdsa" { &["-b", "384"] } else { &[] };
        self.make(algorithm, &[&["-C", "a comment"], bits].concat(), name);
        SshKey::parse(&std::fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()).unwrap()
    }

    /// A key that our library reads, too: of the elliptic curves' private keys it refuses about one in 256, whose scalar
    /// is an octet shorter than its curve.
    pub fn make(&self, algorithm: &str, options: &[&str], name: &str) {
        for _ in 0..16 {
            for old in [name, &format!("{name}.pub")] {
                let _ = std::fs::remove_file(self.path(old));
            }
            self.keygen(&[&["-t", algorithm, "-N", "", "-q", "-f", name], options].concat());
            if PrivateKey::from_openssh(std::fs::read(self.path(name)).unwrap()).is_ok() {
                return;
            }
        }
        panic!("no {algorithm} key could be read");
    }

    pub fn private(&self, name: &str) -> PrivateKey {
        PrivateKey::from_openssh(std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub fn sign(&self, key: &str, namespace: &str, message: &[u8], hash: &str) -> Vec<u8> {
        self.write("signed", message);
        let _ = std::fs::remove_file(self.path("signed.sig"));
        self.keygen(&[
            "-Y",
            "sign",
            "-q",
            "-f",
            key,
            "-n",
            namespace,
            "-O",
            &format!("hashalg={hash}"),
            "signed",
        ]);
        std::fs::read(self.path("signed.sig")).unwrap()
    }

    /// `ssh-keygen -Y verify`, as of `time` where one is given; what it says, when it refuses.
    pub fn verify(
        &self,
        id: &str,
        namespace: &str,
        message: &[u8],
        armored: &str,
        time: Option<&str>,
    ) -> Result<String, String> {
        self.write("signature", armored.as_bytes());
        let mut command = self.command(&["-Y", "verify", "-f", "allowed_signers", "-I", id, "-n", namespace]);
        command
            .args(["-s", "signature"])
            .args(time.map(|time| format!("-Overify-time={time}")));
        run(command, message)
    }

    /// What it prints.
    pub fn keygen(&self, arguments: &[&str]) -> String {
        run(self.command(arguments), b"").unwrap()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("ssh-keygen");
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("TZ", "Asia/Tokyo");
        command
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(mut command: Command, input: &[u8]) -> Result<String, String> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("ssh-keygen is needed");
    // It may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let said = if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(output.stderr)
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    said.map(text).map_err(text)
}

pub fn ed25519_key(seed: u8) -> PrivateKey {
    PrivateKey::new(KeypairData::from(Ed25519Keypair::from_seed(&[seed; 32])), "").unwrap()
}

/// What an HSM would give: the key, and raw `r` and `s` over `signed`.
pub fn hsm(seed: u8, signed: &[u8]) -> (SshKey, [u8; 96]) {
    let private = p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap();
    let public = PublicKey::from(KeyData::Ecdsa(EcdsaPublicKey::from(private.verifying_key())));
    let signature: p384::ecdsa::Signature = private.sign(signed);
    (
        SshKey::parse(&public.to_openssh().unwrap()).unwrap(),
        signature.to_bytes().as_slice().try_into().unwrap(),
    )
}

/// Any bytes in a frame as `ssh-keygen` writes it.
pub fn armor(bytes: &[u8]) -> String {
    let base64 = Base64::encode_string(bytes);
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(70)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        lines.join("\n")
    )
}
