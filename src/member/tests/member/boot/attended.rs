//! A member who attends, and a TPM that others wrote.

use std::path::{Path, PathBuf};

use record::boot::Nonce;
use record::messages::{ApprovalRequest, Attendance, Boot, ImageManifest, Pcr};
use record::{Bytes, Digest};

use super::super::image::{sign_manifest, signers};
use super::super::scene::event::{Event, path, request, typed};
use super::super::scene::tpm::{Algorithm, Tpm};
use super::super::scene::{NOW, Ran, run};

const REGISTERS: [u32; 4] = [4, 7, 11, 12];

/// A member who attends, and the TPM of the console.
pub struct Scene {
    pub event: Event,
    pub tpm: Tpm,
    /// The key's name, in hexadecimal.
    pub key: String,
    /// What register 11 holds.
    pub image: Digest,
}

impl Scene {
    pub fn new(name: &str, algorithm: Algorithm) -> Self {
        Self::of(Event::present(name, "member-1"), algorithm)
    }

    pub fn of(event: Event, algorithm: Algorithm) -> Self {
        let tpm = Tpm::start(&event.path("tpm"));
        let key = tpm.attestation_key("key", algorithm);
        let image = tpm.extend(11, &Digest([0; 32]), b"an image");
        Self { event, tpm, key, image }
    }

    /// A request whose quote is over these nonces.
    pub fn asked(&self, request: ApprovalRequest, key: &str, nonces: Vec<Nonce>) -> ApprovalRequest {
        let quote = self.tpm.quote(key, &REGISTERS, &request.session, nonces);
        ApprovalRequest {
            boot: Boot::Quote(Bytes(quote)),
            ..request
        }
    }

    /// An honest one.
    pub fn honest(&self) -> ApprovalRequest {
        self.asked(request(&self.event), "key", vec![nonce(&self.event, "member-1")])
    }

    /// The manifest of what the console runs.
    pub fn manifest(&self, engine: Digest, pcrs: Vec<(u32, Digest)>) -> PathBuf {
        let name = format!("manifest-{engine}-{}.cbor", pcrs.len());
        let pcr = |(number, value)| Pcr { number, value };
        self.event.put(
            &name,
            ImageManifest {
                name: "console".into(),
                size: 1,
                sha256: Digest::of(b"image"),
                partitions: Vec::new(),
                verity_root: None,
                uki: None,
                pcrs: pcrs.into_iter().map(pcr).collect(),
                nitro_pcrs: Vec::new(),
                engine,
                revision: None,
                lock: None,
                sbom: None,
            },
        );
        self.event.path(&name)
    }

    /// Two sign the manifest, and `image` checks them, as a member does before the event.
    pub fn check_manifest(&self, manifest: &Path) {
        let signers = signers(&self.event.folder);
        sign_manifest(&self.event.folder, manifest, &["member-1", "member-3"]);
        let command = [
            "--now",
            NOW,
            "image",
            "--words",
            "--signers",
            path(&signers),
            path(manifest),
        ];
        let words = format!("{}\n", self.event.opening.image.digest);
        let page = run(&self.event.home("member-1"), &command, &words).good();
        assert!(page.contains("good signatures: 2 of the 3 who could sign"), "{page}");
    }

    pub fn approve(&self, asked: ApprovalRequest, options: &[&str]) -> Ran {
        self.approve_at(NOW, asked, options)
    }

    pub fn approve_at(&self, now: &str, asked: ApprovalRequest, options: &[&str]) -> Ran {
        let name = format!("approval-request-{}.cbor", asked.window);
        let digest = self.event.put(&name, asked);
        let command = [&["approve"], options].concat();
        self.event.act_at(now, "member-1", &command, &name, &typed(&digest))
    }
}

/// The nonce that a member drew at the beginning.
pub fn nonce(event: &Event, id: &str) -> Nonce {
    let word: Attendance = event.answer(&format!("attendance-begin-{id}.cbor"));
    Nonce {
        member: id.into(),
        nonce: word.nonce,
    }
}

pub fn own(scene: &Scene) -> Vec<Nonce> {
    vec![nonce(&scene.event, "member-1")]
}

/// When no earlier token lives.
pub const LATER: &str = "2026-11-22T10:30:00Z";
