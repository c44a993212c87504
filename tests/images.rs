//! `ceremony-verify image`: what an auditor runs who built the image again, on a disk image with a partition table, a
//! manifest that `ssh-keygen` signed, and `allowed_signers` as everybody writes them.

#[path = "../src/member/tests/member/image/disk.rs"]
mod disk;

use std::fs;

use record::messages::ImageManifest;
use record::{Bundle, Digest};
use support::{Outcome, Scratch, ours, run};

use disk::{image, parts, rename};

/// An image, its manifest, three who may sign it, and signatures of two.
struct Scene {
    folder: Scratch,
    told: ImageManifest,
}

impl Scene {
    fn new(test: &str) -> Self {
        let bytes = image();
        let told = ImageManifest {
            name: "bastion-1".into(),
            size: bytes.len() as u64,
            sha256: Digest::of(&bytes),
            partitions: parts(&bytes),
            verity_root: None,
            uki: None,
            pcrs: Vec::new(),
            nitro_pcrs: Vec::new(),
            engine: Digest::of(b"engine"),
            revision: None,
            lock: None,
            sbom: None,
        };
        let scene = Self {
            folder: Scratch::new(test),
            told,
        };
        scene.write("image", &bytes);
        let mut signers = String::new();
        for id in ["member-1", "member-2", "member-3"] {
            let key = scene.path(id);
            let _ = run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", &key], "").expect(0);
            let line = fs::read_to_string(format!("{key}.pub")).expect("a key");
            signers += &format!("{id} namespaces=\"image@pki.rust-lang.org\" {line}");
        }
        scene.write("allowed_signers", signers.as_bytes());
        scene.publish();
        scene
    }

    fn publish(&self) {
        let manifest = Bundle::new(true, self.told.clone()).encode().expect("encodes");
        self.write("manifest.cbor", &manifest);
        for id in ["member-1", "member-2"] {
            let (key, manifest) = (self.path(id), self.path("manifest.cbor"));
            let words = [
                "-q",
                "-Y",
                "sign",
                "-n",
                "image@pki.rust-lang.org",
                "-f",
                &key,
                &manifest,
            ];
            let _ = run("ssh-keygen", words, "").expect(0);
            let made = self.path("manifest.cbor.sig");
            fs::rename(made, self.path(&format!("manifest.cbor.{id}.sig"))).expect("moved");
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).expect("written");
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("UTF-8").to_owned()
    }

    fn check(&self, more: &[&str]) -> Outcome {
        let signers = self.path("allowed_signers");
        self.run(&[&["--signers", &signers], more].concat())
    }

    fn run(&self, more: &[&str]) -> Outcome {
        let (image, manifest) = (self.path("image"), self.path("manifest.cbor"));
        let first = ["image", "--rehearsal", &image, &manifest];
        run(ours("ceremony-verify"), [&first, more].concat(), "")
    }
}

fn said(outcome: &Outcome) -> String {
    outcome.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_image_is_the_one_that_those_who_reproduced_it_signed() {
    let scene = Scene::new("image-verified");
    let good = scene.check(&[]).expect(0);
    for words in [
        "the manifest is of the image 'bastion-1', ",
        &format!("SHA-256 {}", scene.told.sha256),
        "of the 3 who could sign it, these did: member-1, member-2",
        "every octet of the image is the manifest's, with 3 partitions and their table",
        "that a machine boots from it, and from nothing else",
        "whether they are in office",
        "Nothing is wrong. What was checked rests on keys in the files given, and no root leads to them",
    ] {
        assert!(said(&good).contains(words), "{words}: {good}");
    }
    for line in good.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let json = scene.check(&["--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["ok"], true);
}

#[test]
fn another_image_and_too_few_signers_are_findings() {
    let scene = Scene::new("image-other");
    let few = scene.check(&["--need", "3"]).expect(1);
    assert!(
        few.out.contains("[manifest-unsigned]")
            && said(&few).contains("of the 3 who could sign it 2 did, and 3 are needed"),
        "{few}"
    );
    let mut bytes = image();
    bytes[100_000] ^= 1;
    scene.write("image", &bytes);
    let other = scene.check(&[]).expect(1);
    assert!(
        other.out.contains("/image [image-differs]") && said(&other).contains("partition 2, 'store', is another one"),
        "{other}"
    );
    assert!(said(&other).contains("do not boot this image"), "{other}");
    let mut renamed = image();
    rename(&mut renamed, 1, b'x');
    scene.write("image", &renamed);
    let renamed = scene.check(&[]).expect(1);
    assert!(
        said(&renamed).contains(" in the table; the image's SHA-256 is "),
        "{renamed}"
    );
    bytes.truncate(bytes.len() / 2);
    scene.write("image", &bytes);
    let cut = scene.check(&[]).expect(1);
    assert!(said(&cut).contains("the image is cut off: it has "), "{cut}");
}

#[test]
fn a_signature_of_another_file_counts_for_nobody_and_is_told() {
    let mut scene = Scene::new("image-changed");
    let old = fs::read(scene.folder.join("manifest.cbor.member-2.sig")).expect("a signature");
    scene.told.name = "bastion-2".into();
    scene.publish();
    scene.write("manifest.cbor.member-2.sig", &old);
    let refused = scene.check(&[]).expect(1);
    assert!(
        said(&refused).contains("manifest.cbor.member-2.sig: no good signature: "),
        "{refused}"
    );
    assert!(refused.out.contains("[manifest-unsigned]"), "{refused}");
}

#[test]
fn whose_signatures_count_must_be_said_or_that_none_do() {
    let scene = Scene::new("image-unsigned");
    let nobody = scene.run(&[]).expect(2);
    assert!(nobody.err.contains("--signers <FILE>"), "{nobody}");
    let unsigned = scene.run(&["--unsigned"]).expect(0);
    assert!(
        said(&unsigned).contains("who signed the manifest, as you said: it is the word of whoever sent it to you")
            && said(&unsigned).contains("No signature stands behind it, so nothing says whose it is"),
        "{unsigned}"
    );
    scene.write("allowed_signers", b"* ssh-ed25519 AAAA\n");
    let pattern = scene.check(&[]).expect(3);
    assert!(
        pattern.err.contains("line 1 of ") && pattern.err.contains("'*' is not one plain name"),
        "{pattern}"
    );
    let folder = scene.path("");
    let folder = run(
        ours("ceremony-verify"),
        [
            "image",
            "--rehearsal",
            "--unsigned",
            &folder,
            &scene.path("manifest.cbor"),
        ],
        "",
    )
    .expect(3);
    assert!(
        folder.err.contains("is a folder, and no image") && folder.err.contains("hint: name the image's file"),
        "{folder}"
    );
}
