//! `member.toml`: who this is, and which keys are theirs. The member may read it.

use record::messages::KeyUse;
use record::{Digest, digest};
use serde::Deserialize;

use crate::keys::{Cost, Keeping};

/// What `member.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MemberFile {
    /// The file's version: 1.
    pub version: u32,
    /// The member's id.
    pub id: String,
    /// Whether these keys are for rehearsals.
    pub rehearsal: bool,
    /// Where the RSA keys are.
    pub keys: Keeping,
    /// What the passphrase's protection costs.
    pub cost: Cost,
    /// The OpenSSH public key line.
    pub ssh_key: String,
    /// SHA-256 of the RSA keys' public halves.
    pub fingerprints: Fingerprints,
}

/// SHA-256 of SubjectPublicKeyInfo, for each of the two RSA keys.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fingerprints {
    /// The approval key's.
    #[serde(deserialize_with = "digest::toml_hex::deserialize")]
    pub approval: Digest,
    /// The admin key's.
    #[serde(deserialize_with = "digest::toml_hex::deserialize")]
    pub admin: Digest,
}

impl Fingerprints {
    /// One of the two.
    #[must_use]
    pub fn of(&self, key: KeyUse) -> Digest {
        match key {
            KeyUse::Approval => self.approval,
            KeyUse::Admin => self.admin,
        }
    }
}

impl MemberFile {
    /// As it is written; ids and key lines need no escapes in TOML.
    #[must_use]
    pub fn text(&self) -> String {
        let (Keeping::Files, fingerprints, cost) = (self.keys, self.fingerprints, self.cost);
        [
            "# Made by `ceremony-member setup`. The keys beside it are sealed with the passphrase.".to_owned(),
            format!("version = {}", self.version),
            format!("id = \"{}\"", self.id),
            format!("rehearsal = {}", self.rehearsal),
            "keys = \"files\"".to_owned(),
            format!("ssh-key = \"{}\"", self.ssh_key),
            "\n# What an attempt at the passphrase costs.\n[cost]".to_owned(),
            format!("scrypt-log2-n = {}", cost.scrypt_log2_n),
            format!("bcrypt-rounds = {}", cost.bcrypt_rounds),
            "\n# SHA-256 of the public halves (SubjectPublicKeyInfo).\n[fingerprints]".to_owned(),
            format!("approval = \"{}\"", fingerprints.approval),
            format!("admin = \"{}\"\n", fingerprints.admin),
        ]
        .join("\n")
    }
}
