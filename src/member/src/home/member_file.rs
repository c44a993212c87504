//! `member.toml`: who this is, and which keys are theirs. The member may read it.

use std::path::PathBuf;

use record::messages::KeyUse;
use record::{Digest, digest};
use serde::Deserialize;

use crate::keys::{Cost, Keeping, TokenPlace};

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
    /// What the passphrase's protection costs, of keys in files.
    pub cost: Option<Cost>,
    /// The OpenSSH public key line.
    pub ssh_key: String,
    /// The file of the member's own SSH key, its public half, beside keys in a token.
    pub ssh_file: Option<PathBuf>,
    /// The token, of keys in one.
    pub token: Option<TokenPlace>,
    /// SHA-256 of the RSA keys' public halves.
    pub fingerprints: Fingerprints,
}

/// SHA-256 of SubjectPublicKeyInfo, for each of the two RSA keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
    /// Whether it says what its kind of keys needs, and nothing else.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let files = self.cost.is_some() && self.token.is_none() && self.ssh_file.is_none();
        let token = self.cost.is_none() && self.token.is_some() && self.ssh_file.is_some();
        match self.keys {
            Keeping::Files => files,
            Keeping::Token => token,
        }
    }

    /// As it is written; ids and key lines need no escapes in TOML.
    #[must_use]
    pub fn text(&self) -> String {
        let (first, keys) = match self.keys {
            Keeping::Files => ("The keys beside it are sealed with the passphrase.", "files"),
            Keeping::Token => ("The keys are elsewhere, as it says.", "token"),
        };
        let mut lines = vec![
            format!("# Made by `ceremony-member setup`. {first}"),
            format!("version = {}", self.version),
            format!("id = \"{}\"", self.id),
            format!("rehearsal = {}", self.rehearsal),
            format!("keys = \"{keys}\""),
            format!("ssh-key = \"{}\"", self.ssh_key),
        ];
        if let Some(file) = &self.ssh_file {
            lines.push(format!("ssh-file = {}", quoted(&file.to_string_lossy())));
        }
        if let Some(cost) = self.cost {
            lines.push("\n# What an attempt at the passphrase costs.\n[cost]".to_owned());
            lines.push(format!("scrypt-log2-n = {}", cost.scrypt_log2_n));
            lines.push(format!("bcrypt-rounds = {}", cost.bcrypt_rounds));
        }
        if let Some(place) = &self.token {
            lines.push("\n# The PKCS#11 module, the token, and its two keys.\n[token]".to_owned());
            lines.push(format!("module = {}", quoted(&place.module.to_string_lossy())));
            lines.push(format!("token = {}", quoted(&place.token)));
            lines.push(format!("approval = {}", quoted(&place.approval)));
            lines.push(format!("admin = {}", quoted(&place.admin)));
        }
        lines.push("\n# SHA-256 of the public halves (SubjectPublicKeyInfo).\n[fingerprints]".to_owned());
        lines.push(format!("approval = \"{}\"", self.fingerprints.approval));
        lines.push(format!("admin = \"{}\"\n", self.fingerprints.admin));
        lines.join("\n")
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '"' | '\\' => format!("\\{letter}"),
        control if control.is_control() => format!("\\u{:04X}", u32::from(control)),
        other => other.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
