//! Members' bundles as nobody's own program would make them: altered, copied, signed again with real keys.

use std::process::Command;

use record::{Body, Bundle, Bytes, Digest};

use super::Event;
use super::commands::{PASSPHRASE, run};

impl Event {
    /// Reads a member's bundle in the inbound folder: `"approval-1"`, `"member-3"`.
    #[must_use]
    pub fn bundle<B: Body>(&self, stem: &str, member: &str) -> B {
        let bytes = self.read(&format!("inbound/{stem}-{member}.cbor"));
        Bundle::decode_marked(&bytes, true).expect("the member's bundle reads")
    }

    /// Changes a member's bundle, and has the member sign it again.
    pub fn alter<B: Body>(&self, stem: &str, member: &str, change: impl FnOnce(&mut B)) {
        let mut body = self.bundle(stem, member);
        change(&mut body);
        self.place(stem, member, body, member);
    }

    /// Puts a bundle under a member's name, signed by whoever has the key `signer`.
    pub fn place<B: Body>(&self, stem: &str, member: &str, body: B, signer: &str) {
        let bytes = Bundle::new(true, body).encode().expect("the bundle encodes");
        let name = format!("inbound/{stem}-{member}.cbor");
        self.write(&name, &bytes);
        self.sign(&name, B::NAMESPACE, signer);
    }

    /// Signs a file as `ssh-keygen -Y sign` does; the signature lies beside it.
    pub fn sign(&self, name: &str, namespace: &str, signer: &str) {
        let beside = self.path(&format!("{name}.sig"));
        let _ = std::fs::remove_file(&beside);
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace, "-f"]);
        command
            .arg(self.path(&format!("open-keys/{signer}")))
            .arg(self.path(name));
        let _ = run(&mut command, "").good();
    }

    /// Copies a member's bundle and signature to another member's name.
    pub fn copy_bundle(&self, stem: &str, from: &str, to: &str) {
        for end in ["cbor", "cbor.sig"] {
            self.write(
                &format!("inbound/{stem}-{to}.{end}"),
                self.read(&format!("inbound/{stem}-{from}.{end}")),
            );
        }
    }

    /// Takes a member's bundle and its signature out of the inbound folder.
    pub fn remove_bundle(&self, stem: &str, member: &str) {
        for end in ["cbor", "cbor.sig"] {
            std::fs::remove_file(self.path(&format!("inbound/{stem}-{member}.{end}"))).expect("the file is there");
        }
    }

    /// A member's RSA signature over a token, by `openssl`.
    #[must_use]
    pub fn rsa(&self, member: &str, token: &Digest) -> Bytes {
        self.write("token.bin", token.0);
        let mut command = Command::new("openssl");
        command
            .current_dir(self.root())
            .args(["pkeyutl", "-sign", "-in", "token.bin", "-out", "token.sig"]);
        command.args([
            "-inkey",
            &format!("members/{member}/approval.pem"),
            "-passin",
            &format!("pass:{PASSPHRASE}"),
        ]);
        let _ = run(
            command.args(["-pkeyopt", "rsa_padding_mode:pkcs1", "-pkeyopt", "digest:sha256"]),
            "",
        )
        .good();
        self.read("token.sig").into()
    }

    /// The fingerprint of a key, as `ssh-keygen` shows it.
    #[must_use]
    pub fn fingerprint(&self, signer: &str) -> String {
        let mut command = Command::new("ssh-keygen");
        let shown = run(command.arg("-lf").arg(self.path(&format!("open-keys/{signer}"))), "").good();
        shown.out.split(' ').nth(1).expect("a fingerprint").to_owned()
    }

    /// Makes an SSH key that is nobody's.
    pub fn make_stranger(&self) {
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(self.path("open-keys/stranger"));
        let _ = run(&mut command, "").good();
    }
}
