//! The file that is asked about: its digests, by both hashes that OpenSSH's signatures know.

use sha2::{Digest, Sha256, Sha512};

/// The digests of a file. Which of them is signed, the signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// SHA-512 of its bytes.
    pub sha512: [u8; 64],
}

impl Artifact {
    /// Of a file that is in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }
}

/// Hashes a file as it arrives.
#[derive(Clone, Debug, Default)]
pub struct Hasher {
    sha256: Sha256,
    sha512: Sha512,
}

impl Hasher {
    /// The next bytes of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.sha512.update(bytes);
    }

    /// What the file was.
    #[must_use]
    pub fn finish(self) -> Artifact {
        Artifact {
            sha256: self.sha256.finalize().into(),
            sha512: self.sha512.finalize().into(),
        }
    }
}
