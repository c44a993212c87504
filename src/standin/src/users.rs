//! A user: name, role, password, approval key; and the limits of each.

use pkcs8::{DecodePublicKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Broken, Refusal};
use crate::state::Role;
use crate::words::{base64, from_base64, hex, random};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Lower case; unique, whatever the role.
    pub name: String,
    pub role: Role,
    /// As the audit log numbers users.
    pub id: u32,
    /// None: nobody can log in.
    password: Option<Password>,
    failed_logins: u8,
    approval_key: Option<ApprovalKey>,
    /// With MFA: the key whose signature a login takes as well.
    mfa_key: Option<ApprovalKey>,
    /// Changed while an HSM joined, which does not know of it.
    pub diverged: bool,
}

/// Salted SHA-256: a stand-in protects nothing, and logins must be quick.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    salt: String,
    digest: String,
}

/// An RSA-2048 public key whose private key signs quorum tokens (SPKI in DER, as base64).
#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(transparent)]
pub struct ApprovalKey(String);

impl User {
    pub fn new(name: String, role: Role, id: u32, password: &str) -> Result<User, Broken> {
        let mut user = User {
            name,
            role,
            id,
            password: None,
            failed_logins: 0,
            approval_key: None,
            mfa_key: None,
            diverged: false,
        };
        user.set_password(password)?;
        Ok(user)
    }

    /// `admin`, before the cluster's activation.
    pub fn first_admin() -> User {
        User {
            name: "admin".into(),
            role: Role::Admin,
            id: 1,
            password: None,
            failed_logins: 0,
            approval_key: None,
            mfa_key: None,
            diverged: false,
        }
    }

    /// A new password unlocks the account.
    pub fn set_password(&mut self, password: &str) -> Result<(), Broken> {
        let salt = hex(&random::<16>()?);
        self.password = Some(Password {
            digest: digest(&salt, password),
            salt,
        });
        self.failed_logins = 0;
        Ok(())
    }

    /// Five wrong passwords in a row lock the account, for the right one too.
    pub fn log_in(&mut self, password: &str) -> Result<(), Refusal> {
        if self.is_locked() {
            return Err(Refusal::AccountLocked);
        }
        let right = self
            .password
            .as_ref()
            .is_some_and(|kept| kept.digest == digest(&kept.salt, password));
        self.failed_logins = if right { 0 } else { self.failed_logins + 1 };
        if right { Ok(()) } else { Err(Refusal::LoginFailed) }
    }

    pub fn is_locked(&self) -> bool {
        self.failed_logins >= TRIES
    }

    pub fn approval_key(&self) -> Option<&ApprovalKey> {
        self.approval_key.as_ref()
    }

    pub fn register(&mut self, key: Option<ApprovalKey>) {
        self.approval_key = key;
    }

    pub fn mfa_key(&self) -> Option<&ApprovalKey> {
        self.mfa_key.as_ref()
    }

    /// MFA and approvals have one key: they come together, and go together.
    pub fn set_mfa(&mut self, key: Option<ApprovalKey>) {
        self.approval_key = key.clone();
        self.mfa_key = key;
    }
}

impl ApprovalKey {
    /// Reads SPKI in PEM; RSA-2048 and nothing else.
    pub fn from_pem(pem: &str) -> Result<ApprovalKey, Refusal> {
        let key = RsaPublicKey::from_public_key_pem(pem.trim_start())
            .map_err(|_| Refusal::invalid("The public key is not an RSA key in PEM"))?;
        if key.n().bits() != RSA_BITS {
            return Err(Refusal::invalid("The public key is not an RSA-2048 key"));
        }
        let spki = key
            .to_public_key_der()
            .map_err(|_| Refusal::invalid("The public key cannot be encoded"))?;
        Ok(ApprovalKey(base64(spki.as_bytes())))
    }

    /// Whether the signature (PKCS#1 v1.5) is this key's over a SHA-256 digest.
    pub fn signed(&self, digest: &[u8], signature: &[u8]) -> bool {
        let spki = from_base64("the approval key", &self.0).unwrap_or_default();
        RsaPublicKey::from_public_key_der(&spki)
            .is_ok_and(|key| key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature).is_ok())
    }
}

/// At most 31 of a-z, 0-9 and `_`; capitals become small.
pub fn parse_name(name: &str) -> Result<String, Refusal> {
    let name = name.to_ascii_lowercase();
    let fits = (1..=LONGEST_NAME).contains(&name.len());
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match fits && plain {
        true => Ok(name),
        false => Err(Refusal::invalid(
            "A username has at most 31 characters: letters, digits and _",
        )),
    }
}

pub fn check_password(password: &str) -> Result<(), Refusal> {
    match (8..=32).contains(&password.chars().count()) {
        true => Ok(()),
        false => Err(Refusal::invalid("A password has 8 to 32 characters")),
    }
}

fn digest(salt: &str, password: &str) -> String {
    hex(&Sha256::digest(format!("{salt}:{password}")))
}

const TRIES: u8 = 5;
const LONGEST_NAME: usize = 31;
const RSA_BITS: u32 = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_31_letters_and_no_other_sign() {
        assert_eq!(parse_name("Member_1").unwrap(), "member_1");
        assert!(parse_name(&"a".repeat(31)).is_ok());
        for name in ["", "member-1", "a b", "é", &"a".repeat(32)] {
            assert!(parse_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn takes_passwords_of_8_to_32_characters() {
        assert!(check_password("ééééèèèè").is_ok());
        assert!(check_password(&"x".repeat(32)).is_ok());
        assert!(check_password("1234567").is_err());
        assert!(check_password(&"x".repeat(33)).is_err());
    }
}
