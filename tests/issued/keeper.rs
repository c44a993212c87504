//! The release key's keeper, with `openssl` alone, and the publisher that takes what it issues.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::rehearsal::{self, text};
use support::scratch::{Scratch, copy_folder};
use support::{Outcome, ours, run};

/// The extensions of a subkey for code signing, as `openssl` reads them.
pub const CODE_SIGNING: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                                extendedKeyUsage=1.3.6.1.4.1.32473.3579.1.6\nsubjectKeyIdentifier=hash\n\
                                authorityKeyIdentifier=keyid\n";

/// A copy of the plain rehearsal's store and of what its keepers and publisher have.
pub struct Keeper {
    folder: Scratch,
}

impl Keeper {
    pub fn new(test: &str) -> Self {
        let folder = Scratch::new(test);
        let rehearsal = rehearsal::plain().done();
        copy_folder(&rehearsal.store(""), &folder.join("store"));
        copy_folder(&rehearsal.private.join("keepers"), &folder.join("keepers"));
        copy_folder(&rehearsal.private.join("publisher"), &folder.join("publisher"));
        Self { folder }
    }

    pub fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// A certificate for a new key, signed with the release key.
    pub fn issues(&self, name: &str, extensions: &str, options: &str) -> PathBuf {
        self.issues_to("code-signing 1", name, extensions, options)
    }

    /// The same for a subject with these words at its end.
    pub fn issues_to(&self, subject: &str, name: &str, extensions: &str, options: &str) -> PathBuf {
        let file = |ending: &str| text(&self.folder.join(format!("{name}.{ending}")));
        fs::write(file("ext"), extensions).expect("extensions");
        let subject = format!("/CN=Rust Rehearsal Code Signing {subject}/O=Rust Project - REHEARSAL");
        let curve = "ec_paramgen_curve:P-384";
        let request = ["req", "-newkey", "ec", "-pkeyopt", curve, "-noenc", "-subj", &subject];
        let (key, csr, out) = (file("key"), file("csr"), file("pem"));
        run("openssl", request.iter().chain(&["-keyout", &key, "-out", &csr]), "").expect(0);
        let issuer = [
            text(&self.store().join("certs/release-1.pem")),
            text(&self.folder.join("keepers/release.key")),
        ];
        let sign = [
            "x509", "-req", "-sha384", "-in", &csr, "-CA", &issuer[0], "-CAkey", &issuer[1],
        ];
        let ext = file("ext");
        let more = ["-extfile", &ext, "-out", &out];
        let days = if options.is_empty() { "-days 90" } else { options };
        run("openssl", sign.iter().chain(&more).copied().chain(days.split(' ')), "").expect(0);
        out.into()
    }

    /// What the publisher says to it.
    pub fn publishes(&self, certificate: &Path, name: &str) -> Outcome {
        let (store, key) = (text(&self.store()), text(&self.folder.join("publisher/log.key")));
        let words = [
            "issued",
            "--store",
            &store,
            "--log-key",
            &key,
            "--name",
            name,
            "--certificate",
        ];
        let certificate = text(certificate);
        run(
            ours("ceremony-publish"),
            words.iter().chain(&[certificate.as_str()]),
            &passphrase(),
        )
    }

    /// What the verifier says of the store.
    pub fn checks(&self) -> Outcome {
        let (store, root) = (text(&self.store()), text(&self.store().join("certs/root-1.pem")));
        run(
            ours("ceremony-verify"),
            ["store", &store, "--root", &root, "--rehearsal"],
            "",
        )
    }

    /// Puts a certificate into the store without asking anybody.
    pub fn slips_in(&self, certificate: &Path, stem: &str) {
        let to = |ending: &str| text(&self.store().join(format!("certs/{stem}.{ending}")));
        let from = text(certificate);
        for (ending, form) in [("der", "DER"), ("pem", "PEM")] {
            run(
                "openssl",
                ["x509", "-in", &from, "-outform", form, "-out", &to(ending)],
                "",
            )
            .expect(0);
        }
    }

    /// A file in the keeper's folder.
    pub fn writes(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// Every file of the store.
    pub fn listing(&self) -> BTreeSet<String> {
        let found = run("find", [text(&self.store()), "-type".into(), "f".into()], "").expect(0);
        found.out.lines().map(str::to_owned).collect()
    }
}

/// The rehearsal's log key has it.
fn passphrase() -> String {
    let path = rehearsal::plain().private.join("passwords.json");
    let all: serde_json::Value = serde_json::from_slice(&fs::read(path).expect("passwords")).expect("JSON");
    format!("{}\n", all["log key"].as_str().expect("the log key's"))
}
