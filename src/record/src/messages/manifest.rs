//! The manifest of an image: what whoever builds it again must get, and what a booted console must show.

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, Digest, sshsig};

/// How many must have signed an image's manifest, unless somebody says another number: one who built the image, and one
/// who built it again.
pub const MANIFEST_SIGNERS: u8 = 2;

/// What an image is, to the octet. Those who reproduced it sign it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImageManifest {
    /// The image's name.
    pub name: String,
    /// Octets of the raw image.
    pub size: u64,
    /// SHA-256 of the raw image.
    pub sha256: Digest,
    /// Its partitions, in the order of their numbers.
    pub partitions: Vec<Partition>,
    /// The root hash of dm-verity over the store: what the console's screen shows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verity_root: Option<Digest>,
    /// SHA-256 of the unified kernel image.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uki: Option<Digest>,
    /// What a TPM's registers hold after this image booted, in the order of their numbers.
    pub pcrs: Vec<Pcr>,
    /// The same of a NitroTPM, which quotes another bank.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub nitro_pcrs: Vec<NitroPcr>,
    /// SHA-256 of the `ceremony` binary in it.
    pub engine: Digest,
    /// Where the sources are, as the builder names their revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// SHA-256 of the file that pins all inputs of the build.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lock: Option<Digest>,
    /// SHA-256 of the list of what the engine was built from (CycloneDX).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sbom: Option<Digest>,
}

impl Body for ImageManifest {
    const TYPE: &'static str = "image-manifest";
    const NAMESPACE: &'static str = sshsig::namespace::IMAGE;
}

/// One partition of a GPT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Partition {
    /// Its number, from 1.
    pub number: u32,
    /// Its name in the table.
    pub label: String,
    /// Its type's GUID: 16 octets, as in the table.
    pub kind: Bytes,
    /// Where it begins, in octets from the image's beginning.
    pub start: u64,
    /// Its size in octets.
    pub size: u64,
    /// SHA-256 of all of it.
    pub sha256: Digest,
}

/// A register of a TPM, in its SHA-256 bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pcr {
    /// Its number, 0 to 23.
    pub number: u32,
    /// Its value.
    pub value: Digest,
}

/// A register of a NitroTPM, in its SHA-384 bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NitroPcr {
    /// Its number, 0 to 23.
    pub number: u32,
    /// Its value: 48 octets.
    pub value: Bytes,
}
