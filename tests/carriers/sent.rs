//! What is sent: the vector of each type, signed by somebody who has nothing of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::any::{Maker, Signer, TYPES, Type};
use record::parcel::Crossed;
use record::{AnyBundle, Digest};
use support::process::{finish, workspace};
use support::rehearsal::text;
use support::{Outcome, Scratch, ours, run};

/// A bundle's file and its signature.
pub struct Sent {
    pub kind: &'static Type,
    pub file: PathBuf,
    pub signature: PathBuf,
    bytes: Vec<u8>,
    signers: PathBuf,
}

/// One of each type, each under a name that it may have, in a folder `sent`. A parcel is no type beside the others: it is
/// what they cross in.
pub fn all(scratch: &Scratch) -> Vec<Sent> {
    let folder = scratch.join("sent");
    fs::create_dir(&folder).expect("a folder");
    let key = text(&scratch.join("key"));
    let _ = run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key],
        "",
    )
    .expect(0);
    let public = fs::read_to_string(format!("{key}.pub")).expect("a key");
    let signers = scratch.join("allowed_signers");
    fs::write(&signers, format!("somebody {public}")).expect("a file");
    let types = TYPES.iter().filter(|kind| kind.maker != Maker::Codes);
    types.map(|kind| sent(kind, &folder, &key, &signers)).collect()
}

fn sent(kind: &'static Type, folder: &Path, key: &str, signers: &Path) -> Sent {
    let vector = workspace().join(format!("tests/vectors/{}.cbor", kind.name));
    let bytes = fs::read(&vector).unwrap_or_else(|error| panic!("{}: {error}", vector.display()));
    let file = folder.join(name(&AnyBundle::decode(&bytes).expect("a bundle")));
    fs::write(&file, &bytes).expect("a file");
    let _ = run(
        "ssh-keygen",
        ["-q", "-Y", "sign", "-f", key, "-n", kind.namespace, &text(&file)],
        "",
    )
    .expect(0);
    Sent {
        kind,
        signature: PathBuf::from(format!("{}.sig", file.display())),
        file,
        bytes,
        signers: signers.to_owned(),
    }
}

/// The first of the names that it may have.
fn name(bundle: &AnyBundle) -> String {
    let names = bundle.demand_name("").expect_err("no file has no name");
    let first = names.split(" or ").next().unwrap_or_default();
    first.replace("-N", "-1")
}

impl Sent {
    pub fn is_signed(&self) -> bool {
        let bundle = AnyBundle::decode(&self.bytes).expect("a bundle");
        !matches!(bundle.signer(), Signer::Nobody(_))
    }

    /// Whether still codes hold it, and do not hold it with its signature.
    pub fn is_too_large_with_its_signature(&self) -> bool {
        self.bytes.len() > transfer::STILL_LIMIT - 400
    }

    /// The same, with the signature that came along and lies beside it.
    pub fn arrived_signed(&self, file: &Path) {
        self.arrived(file, &PathBuf::from(format!("{}.sig", file.display())));
    }

    /// What came over is what was sent, for us, and for `ssh-keygen` with the signature that came over.
    pub fn arrived(&self, file: &Path, signature: &Path) {
        let found = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(Digest::of(&found), Digest::of(&self.bytes), "{}", self.kind.name);
        assert_eq!(found, self.bytes, "{}", self.kind.name);
        let mut command = Command::new("/bin/sh");
        command.args([
            "-c",
            "exec ssh-keygen -Y verify -f \"$1\" -I somebody -n \"$2\" -s \"$3\" < \"$4\"",
            "sh",
        ]);
        command.args([&text(&self.signers), self.kind.namespace, &text(signature), &text(file)]);
        let _ = finish(&mut command, "").expect(0);
    }

    /// The same where what codes held came in a test's own hands.
    pub fn arrived_as(&self, octets: &[u8]) {
        let folder = self.signers.with_file_name("arrived");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder");
        for (name, octets) in Crossed::open(octets).expect("what we sent").files("x.cbor") {
            fs::write(folder.join(name), octets).expect("a file");
        }
        self.arrived_signed(&folder.join("x.cbor"));
    }
}

pub fn ceremony(arguments: &[&str]) -> Outcome {
    run(ours("ceremony"), arguments, "")
}

pub fn member(arguments: &[&str]) -> Outcome {
    run(ours("ceremony-member"), arguments, "")
}
