//! What this console runs: the image's identity, or, where there is no image, that of this very binary.

use record::Digest;
use record::messages::{Image, ImageKind};
use record::screen::Shown;

use crate::console::Console;
use crate::error::Error;
use crate::files;

/// What runs here.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What members compare with the manifest.
    pub image: Image,
    /// SHA-256 of this binary.
    pub tool: Digest,
    /// Its version.
    pub version: String,
}

/// No `ceremony` binary is larger.
const BINARY_LIMIT: usize = 256 * 1024 * 1024;

impl Identity {
    /// Hashes the binary that runs, not the file that now has its name.
    pub fn read() -> Result<Self, Error> {
        let exe = std::path::Path::new("/proc/self/exe");
        let path = std::fs::canonicalize(exe).map_err(|cause| Error::File {
            act: "find",
            path: exe.display().to_string(),
            cause,
        })?;
        let tool = Digest::of(&files::read(&path, BINARY_LIMIT)?);
        Ok(Self {
            image: Image {
                kind: ImageKind::Binary,
                digest: tool,
            },
            tool,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Shows it, to be read aloud.
    pub fn show(&self, console: &Console) {
        match self.image.kind {
            ImageKind::Verity => console.show(&Shown::digest("image", &self.image.digest)),
            ImageKind::Binary => {
                console.show(&Shown::digest(
                    "image (there is none: this is the ceremony binary)",
                    &self.image.digest,
                ));
            }
        }
        console.show(&Shown::Warning {
            text: "boot unproven: no TPM says what this machine booted".into(),
        });
    }
}
