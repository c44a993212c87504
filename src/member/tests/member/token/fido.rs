//! A FIDO key: a token is played, by PROTOCOL.u2f, behind a program that stands where `ssh-keygen` is.

use std::fs;
use std::path::Path;
use std::process::Command;

use record::messages::Registration;
use record::sshsig::ssh_key::private::Ed25519Keypair;
use record::sshsig::ssh_key::public::{KeyData, SkEd25519};
use record::sshsig::ssh_key::{Algorithm, HashAlg, LineEnding, PublicKey, Signature, SshSig};
use record::{Bundle, Bytes};
use sha2::{Digest as _, Sha256};
use signature::Signer as _;

use crate::scene::event::path;
use crate::scene::judge::ssh_verifies;
use crate::scene::token::{MODULE, PIN, SoftHsm};
use crate::scene::{Ran, folder, run_in};

const NAMESPACE: &str = "roster@pki.rust-lang.org";

#[test]
fn a_touched_fido_key_signs_and_one_that_nobody_touched_is_refused() {
    let folder = folder("fido");
    let token = SoftHsm::new(&folder, "fido");
    token.rsa("approval", "02", &[]);
    token.rsa("admin", "03", &[]);
    let key = Played::new();
    let bundle = Bundle::new(false, registration(&token, &key))
        .encode()
        .expect("encodes");
    let setup = |name: &str, armored: Option<String>| setup(&token, &folder, &key, name, armored);

    let ran = setup("untouched", Some(key.sign(&bundle, 0)));
    let hint = "touch the security key when it blinks; a key made with no-touch-required cannot be used here";
    let error = "the SSH key cannot sign: nobody touched the FIDO key for this signature (flags 0x00)";
    ran.refused(4, error, hint);
    let other = "the SSH key cannot sign: the signature does not fit the key and what is signed";
    let ran = setup("other", Some(key.sign(b"something else", 1)));
    assert!(ran.errors.contains(other), "{}", ran.errors);
    let ran = setup("silent", None);
    let hint = "plug the security key in, start again, and touch it when it blinks";
    ran.refused(
        4,
        "`ssh-keygen` did not sign: the security key was not there, or not touched in time",
        hint,
    );

    let ran = setup("touched", Some(key.sign(&bundle, 1)));
    assert!(
        ran.errors
            .contains("Signature 3 of 3, by your SSH key: when the security key blinks, touch it now."),
        "{}",
        ran.errors
    );
    let page = ran.good();
    assert!(
        page.contains("Your SSH key is a FIDO key and makes 1 signature: touch it when it blinks, 1\n  time."),
        "{page}"
    );
    let out = folder.join("touched.out");
    let [file, sig] = ["registration-member-1.cbor", "registration-member-1.cbor.sig"].map(|name| out.join(name));
    ssh_verifies(&file, &sig, NAMESPACE, "member-1", &key.line());
}

#[test]
fn a_machine_without_ssh_keygen_is_told_what_to_install() {
    let folder = folder("fido-none");
    let token = SoftHsm::new(&folder, "fido");
    token.rsa("approval", "02", &[]);
    token.rsa("admin", "03", &[]);
    fs::create_dir(folder.join("bin")).expect("made");
    let ran = run(&token, &folder, &Played::new(), "none");
    let error = "`ssh-keygen` cannot be started: No such file or directory (os error 2)";
    ran.refused(4, error, "install OpenSSH's programs, 8.2 or later");
}

/// `setup`, with a program in the place of `ssh-keygen` that delivers this signature, or fails.
fn setup(token: &SoftHsm, folder: &Path, key: &Played, name: &str, armored: Option<String>) -> Ran {
    let bin = folder.join("bin");
    let _ = fs::create_dir(&bin);
    let (program, signature) = (bin.join("ssh-keygen"), folder.join("signature"));
    let text = match armored {
        None => "#!/bin/sh\nexit 255\n".to_owned(),
        Some(armored) => {
            fs::write(&signature, armored).expect("written");
            format!(
                "#!/bin/sh\nfor file; do :; done\n/bin/cp '{}' \"$file.sig\"\n",
                signature.display()
            )
        }
    };
    let _ = fs::remove_file(&program);
    write_program(&program, &text);
    run(token, folder, key, name)
}

/// Another process writes it: a test beside this one that forks while it is open for writing would make its start fail with
/// "Text file busy".
fn write_program(path: &Path, text: &str) {
    let words = ["-c", "printf '%s' \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let done = Command::new("/bin/sh").args(words).arg(path).arg(text).status();
    assert!(done.expect("a shell").success());
}

fn run(token: &SoftHsm, folder: &Path, key: &Played, name: &str) -> Ran {
    let public = folder.join("id_sk.pub");
    fs::write(&public, format!("{} mine\n", key.line())).expect("written");
    let mut env = token.env();
    env.push(("PATH".into(), path(&folder.join("bin")).into()));
    let (home, out) = (folder.join(name), folder.join(format!("{name}.out")));
    let arguments = [
        "setup",
        "--id",
        "member-1",
        "--module",
        MODULE,
        "--token",
        "fido",
        "--ssh-key",
        path(&public),
        "--out",
        path(&out),
    ];
    run_in(&env, &home, &arguments, &format!("{PIN}\n"))
}

/// What setup will register: the token's keys as OpenSC reads them.
fn registration(token: &SoftHsm, key: &Played) -> Registration {
    let public = |label: &str| Bytes(token.public_key(label));
    Registration {
        member: "member-1".into(),
        approval_key: public("approval"),
        admin_key: public("admin"),
        ssh_key: key.line(),
    }
}

/// A key from a seed, which plays one in a FIDO token.
struct Played {
    pair: Ed25519Keypair,
    public: KeyData,
}

impl Played {
    fn new() -> Self {
        let pair = Ed25519Keypair::from_seed(&[9; 32]);
        let public = SkEd25519::new(pair.public, "ssh:").into();
        Self { pair, public }
    }

    fn line(&self) -> String {
        PublicKey::from(self.public.clone()).to_openssh().expect("a line")
    }

    /// PROTOCOL.u2f: the digest of the application, flags, counter, and the digest of what is signed.
    fn sign(&self, message: &[u8], flags: u8) -> String {
        let touch = [&[flags][..], &7_u32.to_be_bytes()].concat();
        let blob = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).expect("a blob");
        let signed = [&Sha256::digest(b"ssh:")[..], &touch, &Sha256::digest(&blob)[..]].concat();
        let body: Signature = self.pair.sign(&signed);
        let signature = Signature::new(Algorithm::SkEd25519, [body.as_bytes(), &touch].concat()).expect("a signature");
        let armored = SshSig::new(self.public.clone(), NAMESPACE, HashAlg::Sha512, signature).expect("an envelope");
        armored.to_pem(LineEnding::LF).expect("armour")
    }
}
