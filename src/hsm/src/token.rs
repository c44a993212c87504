//! Quorum tokens: what the HSM hands out, what members sign, and the file that brings their approvals back.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Error, KeyInfo, QuorumService, Role, wire};

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// One signature with a key.
    KeyUsage,
    /// One share, unshare, wrap, unwrap or attribute change of a key.
    KeyManagement,
    /// One operation of an admin.
    Admin(QuorumService),
}

impl Service {
    /// The CLI's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Service::KeyUsage => "key-usage",
            Service::KeyManagement => "key-management",
            Service::Admin(service) => service.as_str(),
        }
    }

    pub(crate) fn is_for_a_key(self) -> bool {
        !matches!(self, Service::Admin(_))
    }
}

/// A token: one use, in the login that minted it, within ten minutes. Nothing in it says what will be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    service: Service,
    key_reference: Option<String>,
    approval_data: Vec<u8>,
    digest: [u8; 32],
    file: Vec<u8>,
}

#[derive(Deserialize)]
struct TokenFile {
    version: String,
    service: Option<String>,
    key_reference: Option<String>,
    approval_data: String,
    token: String,
    #[serde(default)]
    signatures: Vec<Value>,
}

impl Token {
    /// Reads a fresh token file: for this service and key, without approvals, its hash recomputed.
    pub fn parse(file: &[u8], service: Service, key_reference: Option<&str>) -> Result<Token, Error> {
        let parsed: TokenFile = wire::token_file(file)?;
        let approval_data =
            wire::parse_base64(&parsed.approval_data).ok_or_else(|| bad("approval_data is not base64"))?;
        let token = wire::parse_base64(&parsed.token).ok_or_else(|| bad("token is not base64"))?;
        let digest: [u8; 32] = Sha256::digest(&approval_data).into();
        parsed.check(service, key_reference)?;
        match token == digest && !approval_data.is_empty() {
            true => Ok(Token {
                service,
                key_reference: key_reference.map(str::to_owned),
                approval_data,
                digest,
                file: file.to_vec(),
            }),
            false => Err(bad("token is not the SHA-256 of approval_data")),
        }
    }

    /// What it allows.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The key it is for, if it is a key's.
    pub fn key_reference(&self) -> Option<&str> {
        self.key_reference.as_deref()
    }

    /// What an approver signs with SHA256withRSA; one record for each HSM, and opaque.
    pub fn approval_data(&self) -> &[u8] {
        &self.approval_data
    }

    /// The SHA-256 of the approval data: what an approver's token signs as a digest.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The file as the CLI wrote it.
    pub fn file(&self) -> &[u8] {
        &self.file
    }
}

impl TokenFile {
    fn check(&self, service: Service, key_reference: Option<&str>) -> Result<(), Error> {
        if self.version != "2.0" {
            return Err(bad(format!("version {:?} is not 2.0", self.version)));
        }
        // Admin tokens name neither service nor key.
        let named = self.service.as_deref();
        if named.is_some_and(|named| named != service.as_str()) || (named.is_none() && service.is_for_a_key()) {
            return Err(bad(format!(
                "it is for the service {named:?}, not {}",
                service.as_str()
            )));
        }
        let number = |text: Option<&str>| text.and_then(wire::parse_reference);
        if number(self.key_reference.as_deref()) != number(key_reference)
            || key_reference.is_some() != service.is_for_a_key()
        {
            return Err(bad(format!(
                "it is for the key {:?}, not {key_reference:?}",
                self.key_reference
            )));
        }
        match self.signatures.len() {
            0 => Ok(()),
            count => Err(bad(format!("a fresh token has {count} signatures"))),
        }
    }
}

/// One member's RSA signature over a token's approval data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The approving HSM user.
    pub user: String,
    /// Its role: crypto user for keys, admin for admin services.
    pub role: Role,
    /// RSA-2048, PKCS#1 v1.5, SHA-256.
    pub signature: Vec<u8>,
}

/// A token with its approvals, ready to be spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    token: Token,
    approvals: Vec<Approval>,
}

impl Approved {
    /// Refuses two approvals of one user: whether the HSM counts them once is undocumented. Whether it takes more than its
    /// quorum asks for is undocumented too (`surplus-approvals`), so give just as many. Whether the signatures verify is
    /// for those who know the members' keys.
    pub fn new(token: Token, approvals: Vec<Approval>) -> Result<Approved, Error> {
        for (at, approval) in approvals.iter().enumerate() {
            if approvals[..at]
                .iter()
                .any(|earlier| earlier.user.eq_ignore_ascii_case(&approval.user))
            {
                return Err(Error::DuplicateApprover {
                    user: approval.user.clone(),
                });
            }
        }
        match approvals.is_empty() {
            true => Err(Error::NoApprovals),
            false => Ok(Approved { token, approvals }),
        }
    }

    /// The token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The approvals.
    pub fn approvals(&self) -> &[Approval] {
        &self.approvals
    }

    /// The token file with its approvals, all else as the CLI wrote it. `role` is written although one page leaves it out.
    pub fn file(&self) -> Vec<u8> {
        self.file_in_form(true)
    }

    /// The same, with the approvers' roles or without ([`crate::Habits::approval_role`]).
    pub(crate) fn file_in_form(&self, with_role: bool) -> Vec<u8> {
        let entry = |approval: &Approval| {
            let mut entry = json!({
                "username": approval.user,
                "signature": wire::base64(&approval.signature),
            });
            if with_role {
                entry["role"] = json!(approval.role.as_str());
            }
            entry
        };
        let mut file: Value = serde_json::from_slice(&self.token.file).expect("parsed as an object before");
        file["signatures"] = self.approvals.iter().map(entry).collect();
        let mut text = serde_json::to_vec_pretty(&file).expect("a value that was read can be written");
        text.push(b'\n');
        text
    }

    /// Is it for this service, and for this key?
    pub(crate) fn check(&self, service: Service, key: Option<&KeyInfo>) -> Result<(), Error> {
        let token = &self.token;
        match token.service == service && token.key_reference() == key.map(|key| key.reference.as_str()) {
            true => Ok(()),
            false => Err(bad(format!(
                "it is for {} of {}, not {}",
                token.service.as_str(),
                token.key_reference().unwrap_or("no key"),
                service.as_str()
            ))),
        }
    }
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadToken { why: why.into() }
}
