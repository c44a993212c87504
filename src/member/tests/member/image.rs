//! `image`: an image file or a console's words, by a manifest that its reproducers signed with `ssh-keygen`.

mod disk;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::messages::{ImageManifest, Pcr};
use record::{Bundle, Digest, words};

use super::scene::event::path;
use super::scene::token::ssh_key;
use super::scene::{NOW, Ran, feed, folder, home, run};
use disk::{SIZE, image, parts};

/// A folder with an image, its manifest, two signatures, and a home.
struct Scene {
    folder: PathBuf,
    home: PathBuf,
    told: ImageManifest,
}

impl Scene {
    fn new(name: &str) -> Self {
        let folder = folder(name);
        let bytes = image();
        fs::write(folder.join("image"), &bytes).expect("written");
        let told = ImageManifest {
            name: "bastion-1".into(),
            size: bytes.len() as u64,
            sha256: Digest::of(&bytes),
            partitions: parts(&bytes),
            verity_root: Some(Digest::of(b"verity")),
            uki: Some(Digest::of(b"uki")),
            pcrs: vec![Pcr {
                number: 11,
                value: Digest::of(b"pcr"),
            }],
            nitro_pcrs: Vec::new(),
            engine: Digest::of(b"engine"),
            revision: Some("v1".into()),
            lock: None,
            sbom: None,
        };
        let home = home(&folder, "member-1");
        let scene = Self { folder, home, told };
        signers(&scene.folder);
        scene.publish(&["member-1", "member-2"]);
        scene
    }

    /// Writes the manifest and has these sign it.
    fn publish(&self, signers: &[&str]) {
        let manifest = self.folder.join("manifest.cbor");
        let bytes = Bundle::new(true, self.told.clone()).encode().expect("encodes");
        fs::write(&manifest, bytes).expect("written");
        sign_manifest(&self.folder, &manifest, signers);
    }

    fn run(&self, more: &[&str], typed: &str) -> Ran {
        let signers = self.folder.join("signers");
        let arguments = ["--now", NOW, "image", "--signers", path(&signers)];
        run(&self.home, &[&arguments[..], more].concat(), typed)
    }

    fn check(&self, image: &str) -> Ran {
        let (image, manifest) = (self.folder.join(image), self.folder.join("manifest.cbor"));
        self.run(&[path(&image), path(&manifest)], "")
    }

    /// The image with some octets changed.
    fn check_changed(&self, change: impl FnOnce(&mut Vec<u8>)) -> Ran {
        let mut bytes = image();
        change(&mut bytes);
        fs::write(self.folder.join("changed"), bytes).expect("written");
        self.check("changed")
    }
}

/// Three keys, and the file `signers` with them.
pub fn signers(folder: &Path) -> PathBuf {
    let mut lines = String::new();
    for id in ["member-1", "member-2", "member-3"] {
        let name = format!("key-{id}");
        let key = match folder.join(&name) {
            made if made.exists() => made,
            _ => ssh_key(folder, &name),
        };
        let line = fs::read_to_string(key.with_extension("pub")).expect("a line");
        lines += &format!("{id} namespaces=\"image@pki.rust-lang.org\" {line}");
    }
    let file = folder.join("signers");
    fs::write(&file, lines).expect("written");
    file
}

/// Has these of the [`signers`] sign a manifest, with their signatures beside it.
pub fn sign_manifest(folder: &Path, manifest: &Path, signers: &[&str]) {
    for id in signers {
        let beside = manifest.with_extension(format!("cbor.{id}.sig"));
        let _ = fs::remove_file(&beside);
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-Y", "sign", "-n", "image@pki.rust-lang.org", "-f"])
            .arg(folder.join(format!("key-{id}")));
        let output = feed(command.arg(manifest), b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::rename(manifest.with_extension("cbor.sig"), beside).expect("moved");
    }
}

const AGAIN: &str =
    "do not boot this image; fetch it anew, and if it stays so keep it and show it to the other members";

#[test]
fn an_image_is_the_one_of_its_manifest_to_the_octet() {
    let scene = Scene::new("image-good");
    let page = scene.check("image").good();
    for said in [
        "The manifest of the image bastion-1",
        "signed by: member-1",
        "good signatures: 2 of the 3 who could sign",
        "a TPM's register 11:",
        "The image is the one of the manifest, to the octet",
        "partition 2: store, 131072 octets from octet 98304, the same",
        "Every octet of the image was read and hashed here.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
}

/// `sfdisk` reads our table as we mean it, where it is there.
#[test]
fn sfdisk_reads_the_tests_own_table() {
    let folder = folder("image-sfdisk");
    fs::write(folder.join("image"), image()).expect("written");
    let mut command = Command::new("sfdisk");
    command.arg("--dump").arg(folder.join("image"));
    let Ok(output) = command.output() else {
        return crate::skip::skip("sfdisk_reads_the_tests_own_table", "sfdisk is not installed (fdisk)");
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("start=          64, size=         128") && said.contains("name=\"store\""),
        "{said}"
    );
}

#[test]
fn names_the_first_partition_that_differs() {
    let scene = Scene::new("image-partitions");
    for (at, number, label, from, to) in [
        (40_000_usize, 1, "boot", 32_768_usize, 98_304_usize),
        (98_304, 2, "store", 98_304, 229_376),
        (300_000, 3, "verity", 229_376, 360_448),
    ] {
        let mut found = image();
        found[at] ^= 1;
        let error = format!(
            "partition {number}, '{label}', is another one: its SHA-256 is {}, and the manifest says {}",
            Digest::of(&found[from..to]),
            Digest::of(&image()[from..to])
        );
        // A later one differs, too; the first is named.
        let ran = scene.check_changed(|bytes| {
            bytes[at] ^= 1;
            bytes[360_447] ^= u8::from(number < 3);
        });
        ran.refused(1, &error, AGAIN);
    }
}

#[test]
fn names_what_differs_outside_of_partitions() {
    let scene = Scene::new("image-outside");
    let said = |ran: Ran, what: &str| {
        assert_eq!(ran.code, 1, "{}", ran.errors);
        assert!(
            ran.errors.contains(&format!("error: {what}; the image's SHA-256 is ")),
            "{}",
            ran.errors
        );
    };
    let checksum = "the partition table is damaged: its header's checksum does not fit";
    said(scene.check_changed(|bytes| bytes[512 + 60] ^= 1), checksum);
    let entries = "the partition table is damaged: its entries' checksum does not fit";
    said(scene.check_changed(|bytes| bytes[1024 + 60] ^= 1), entries);
    let copy = "the partition table is damaged: its copy at the end: block 1023 is no header of a partition table";
    said(scene.check_changed(|bytes| bytes[SIZE - 512..].fill(0)), copy);
    let none = "the partition table is damaged: block 1 is no header of a partition table";
    said(scene.check_changed(|bytes| bytes[..1024].fill(0)), none);
    let beside = "what differs lies outside of all partitions, beside the table";
    said(scene.check_changed(|bytes| bytes[20_000] ^= 1), beside);
    said(
        scene.check_changed(|bytes| disk::rename(bytes, 1, b'B')),
        "partition 1 has another name in the table",
    );
}

#[test]
fn an_image_that_was_cut_or_goes_on_is_told_by_its_size() {
    let scene = Scene::new("image-size");
    let hint = "fetch or write the image anew; if it stays so, do not boot it, and tell infra";
    let ran = scene.check_changed(|bytes| bytes.truncate(SIZE - 1));
    ran.refused(
        1,
        "the image is cut off: it has 524287 octets, and the manifest says 524288",
        hint,
    );
    let ran = scene.check_changed(|bytes| bytes.push(0));
    ran.refused(
        1,
        "the image is longer: it has 524289 octets, and the manifest says 524288",
        hint,
    );
    let folder = scene.folder.join("folder");
    fs::create_dir(&folder).expect("made");
    let error = format!("{} is a folder, and no image", folder.display());
    let hint = "name the image's file, or the disk that it was written to";
    scene.check("folder").refused(3, &error, hint);
}

#[test]
fn a_manifest_that_its_own_image_contradicts_is_refused() {
    let mut scene = Scene::new("image-manifest");
    let hint = "do not boot the image; show the manifest to those who signed it";
    scene.told.partitions[1].label = "other".into();
    scene.publish(&["member-1", "member-2"]);
    scene.check("image").refused(
        3,
        "the manifest is wrong: partition 2 has another name in the table",
        hint,
    );
    scene.told.partitions[1].size = u64::MAX;
    scene.publish(&["member-1", "member-2"]);
    scene
        .check("image")
        .refused(3, "the manifest is wrong: its partition 2 ends beyond the image", hint);
}

#[test]
fn a_manifest_that_too_few_signed_is_refused() {
    let scene = Scene::new("image-signed");
    let hint = "fetch the signatures of those who reproduced the image; until then do not boot it";
    // The same signature twice is one signer.
    fs::copy(
        scene.folder.join("manifest.cbor.member-1.sig"),
        scene.folder.join("manifest.cbor.sig"),
    )
    .expect("copied");
    fs::remove_file(scene.folder.join("manifest.cbor.member-2.sig")).expect("removed");
    let ran = scene.check("image");
    ran.refused(1, "the manifest has 1 good signature of the 2 that are needed", hint);
    fs::remove_file(scene.folder.join("manifest.cbor.sig")).expect("removed");
    let stranger = ssh_key(&scene.folder, "key-stranger");
    scene.publish(&["stranger"]);
    assert!(stranger.exists());
    let ran = scene.check("image");
    ran.refused(1, "the manifest has 1 good signature of the 2 that are needed", hint);
    let flat = ran.page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("which nobody known has"), "{}", ran.page);
    // Signed before the manifest was changed.
    let mut changed = Scene::new("image-changed");
    changed.told.engine = Digest::of(b"another");
    changed.publish(&[]);
    let ran = changed.check("image");
    ran.refused(1, "the manifest has 0 good signatures of the 2 that are needed", hint);
    assert!(ran.page.contains("NOT A GOOD SIGNATURE"), "{}", ran.page);
}

#[test]
fn whose_signatures_count_must_be_said() {
    let scene = Scene::new("image-unsigned");
    let (file, manifest) = (scene.folder.join("image"), scene.folder.join("manifest.cbor"));
    let ran = run(&scene.home, &["image", path(&file), path(&manifest)], "");
    let hint = "say --signers FILE with a roster or allowed_signers; or --unsigned, and know that you trust the sender";
    ran.refused(2, "nobody said whose signatures of the manifest count", hint);
    let page = run(&scene.home, &["image", "--unsigned", path(&file), path(&manifest)], "").good();
    assert!(page.contains("NOT CHECKED, as you said"), "{page}");
    let ran = run(&scene.home, &["image", path(&manifest)], "");
    ran.refused(
        2,
        "an image and its manifest are compared, and one is missing",
        "say image IMAGE MANIFEST, or image --words MANIFEST",
    );
}

#[test]
fn the_words_that_a_console_shows_are_compared() {
    let scene = Scene::new("image-words");
    let manifest = scene.folder.join("manifest.cbor");
    let typed = |typed: &str| scene.run(&["--words", path(&manifest)], typed);
    let root = Digest::of(b"verity");
    let shown = words::lines(&root.0).join("\n") + "\n";
    let plain = words::to_words(&root.0).join(" ").to_uppercase() + "\n";
    let blocks = root.blocks().join("\n") + "\n";
    for good in [&shown, &plain, &blocks] {
        let page = typed(good).good();
        assert!(page.contains("The console shows what the manifest says"), "{good}");
    }
    for line in typed(&shown).errors.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let other = Digest::of(b"another console");
    let (theirs, other_words) = (words::to_words(&root.0), words::to_words(&other.0));
    let error = format!(
        "the console shows another root hash of dm-verity, {other} instead of {root}: word 1 is '{}' where the manifest has '{}'",
        other_words[0], theirs[0]
    );
    let hint = "do not attend; leave the console as it is, and compare with the other members: this is not the image that was \
                signed";
    typed(&(words::lines(&other.0).join("\n") + "\n")).refused(1, &error, hint);
    let hint = "read the console's screen again, all 32 words and the one after `check:`";
    let ran = typed("acid acid\n\n");
    assert_eq!(ran.code, 3, "{}", ran.errors);
    assert!(
        ran.errors.contains("error: what you typed is no digest: ") && ran.errors.contains(hint),
        "{}",
        ran.errors
    );
}

#[test]
fn without_a_verity_root_the_engines_digest_is_compared() {
    let mut scene = Scene::new("image-engine");
    scene.told.verity_root = None;
    scene.publish(&["member-1", "member-2"]);
    let manifest = scene.folder.join("manifest.cbor");
    let typed = Digest::of(b"engine").hex() + "\n";
    let page = scene.run(&["--words", path(&manifest)], &typed).good();
    assert!(page.contains("digest of the program `ceremony`"), "{page}");
}

/// A roster says as well who may sign: members in office.
#[test]
fn a_roster_names_signers() {
    let scene = Scene::new("image-roster");
    let roster: &Path = &scene.folder.join("roster.cbor");
    let inbound = super::scene::plan::inbound();
    fs::write(roster, Bundle::new(true, inbound.roster).encode().expect("encodes")).expect("written");
    let (file, manifest) = (scene.folder.join("image"), scene.folder.join("manifest.cbor"));
    let arguments = [
        "--now",
        NOW,
        "image",
        "--signers",
        path(roster),
        path(&file),
        path(&manifest),
    ];
    let ran = run(&scene.home, &arguments, "");
    assert_eq!(ran.code, 1, "{}", ran.errors);
    assert!(
        ran.page.contains("good signatures: 0 of the 9 who could sign"),
        "{}",
        ran.page
    );
}
