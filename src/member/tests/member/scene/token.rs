//! A token of the test's own, in SoftHSM, with keys that OpenSC's tool made or that a member had in files; and the member's
//! own SSH key, made by `ssh-keygen`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::event::{Event, path};
use super::judge::openssl;
use super::{PASSPHRASE, Ran, feed, home, run_in};

pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// No secret: the token lives as long as a test.
pub const PIN: &str = "1234-5678";

/// One token, empty at first.
pub struct SoftHsm {
    pub folder: PathBuf,
    pub label: String,
}

impl SoftHsm {
    pub fn new(folder: &Path, label: &str) -> Self {
        let (folder, label) = (folder.join(format!("softhsm-{label}")), label.to_owned());
        fs::create_dir_all(folder.join("tokens")).expect("made");
        let text = format!(
            "directories.tokendir = {}/tokens\nobjectstore.backend = file\n",
            folder.display()
        );
        fs::write(folder.join("conf"), text).expect("written");
        let token = Self { folder, label };
        token.judge(
            "softhsm2-util",
            &[
                "--init-token",
                "--free",
                "--label",
                &token.label,
                "--so-pin",
                "8765-4321",
                "--pin",
                PIN,
            ],
        );
        token
    }

    /// What every program needs to find the token.
    pub fn env(&self) -> Vec<(String, String)> {
        vec![("SOFTHSM2_CONF".into(), path(&self.folder.join("conf")).into())]
    }

    /// Another program at work on the token.
    #[track_caller]
    pub fn judge(&self, program: &str, arguments: &[&str]) -> String {
        let output = feed(Command::new(program).args(arguments).envs(self.env()), b"");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{program}: {said}");
        said
    }

    /// OpenSC's tool, logged in.
    #[track_caller]
    pub fn tool(&self, arguments: &[&str]) -> String {
        let login = [
            "--module",
            MODULE,
            "--token-label",
            &self.label,
            "--login",
            "--pin",
            PIN,
        ];
        self.judge("pkcs11-tool", &[&login[..], arguments].concat())
    }

    /// SubjectPublicKeyInfo (RFC 5280) of the key with this label, in DER: OpenSC reads it, and OpenSSL writes it anew.
    pub fn public_key(&self, label: &str) -> Vec<u8> {
        let file = self.folder.join(format!("{label}.der"));
        let object = ["--read-object", "--type", "pubkey", "--label", label];
        self.tool(&[&object[..], &["--output-file", path(&file)]].concat());
        let read = ["pkey", "-pubin", "-inform", "DER", "-in", path(&file)];
        openssl(&[&read[..], &["-pubout", "-outform", "DER"]].concat(), b"")
    }

    #[track_caller]
    pub fn rsa(&self, label: &str, id: &str, more: &[&str]) {
        let make = ["--keypairgen", "--key-type", "RSA:2048", "--label", label, "--id", id];
        self.tool(&[&make[..], more].concat());
    }

    /// Puts a key of a member's files into the token.
    pub fn import(&self, sealed: &Path, label: &str, id: &str) {
        let plain = self.folder.join(format!("{label}.pem"));
        let opened = openssl(
            &["pkey", "-in", path(sealed), "-passin", "stdin"],
            PASSPHRASE.as_bytes(),
        );
        fs::write(&plain, opened).expect("written");
        self.judge(
            "softhsm2-util",
            &[
                "--import",
                path(&plain),
                "--token",
                &self.label,
                "--label",
                label,
                "--id",
                id,
                "--pin",
                PIN,
            ],
        );
    }

    /// `setup` with this token.
    pub fn setup(&self, home: &Path, ssh: &Path, more: &[&str], typed: &str) -> Ran {
        let (out, ssh) = (home.with_extension("out"), ssh.with_extension("pub"));
        let own = ["setup", "--id", "member-1", "--module", MODULE, "--token", &self.label];
        let places = ["--ssh-key", path(&ssh), "--out", path(&out)];
        run_in(&self.env(), home, &[&own[..], &places, more].concat(), typed)
    }
}

/// A key that `ssh-keygen` made, without passphrase.
pub fn ssh_key(folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    let output = feed(
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "mine", "-f", path(&file)]),
        b"",
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

/// An event at which member-1 has the registered keys in a token, and the SSH key without passphrase.
pub fn event(name: &str) -> (Event, SoftHsm) {
    let mut event = Event::new(name);
    let token = SoftHsm::new(&event.folder, "members");
    event.env = token.env();
    let away = event.path("away");
    fs::create_dir(&away).expect("made");
    let files = home(&away, "member-1");
    token.import(&files.join("approval.pem"), "approval", "02");
    token.import(&files.join("admin.pem"), "admin", "03");
    let ssh = files.join("ssh");
    let change = ["-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", path(&ssh)];
    let output = feed(Command::new("ssh-keygen").args(change), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let more = ["--rehearsal", "--approval-key", "id:02", "--admin-key", "id:03"];
    token
        .setup(&event.path("member-1"), &ssh, &more, &format!("{PIN}\n"))
        .good();
    (event, token)
}
