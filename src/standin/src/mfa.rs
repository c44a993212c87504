//! MFA by signed tokens: one digest for each HSM, signed by the key that the user also approves with.

use serde::Deserialize;
use serde_json::json;

use crate::error::{Broken, Refusal};
use crate::token_file::{VERSION, check_version};
use crate::users::ApprovalKey;
use crate::words::{base64, from_base64, random};

/// What is to be signed: a digest for each HSM.
pub struct Challenge(Vec<[u8; 32]>);

impl Challenge {
    pub fn new(nodes: usize) -> Result<Challenge, Broken> {
        (0..nodes).map(|_| random()).collect::<Result<_, _>>().map(Challenge)
    }

    /// The file that its user signs.
    pub fn file(&self) -> String {
        let entry = |digest: &[u8; 32]| json!({ "unsigned": base64(digest), "signed": "" });
        let file = json!({ "version": VERSION, "tokens": self.0.iter().map(entry).collect::<Vec<_>>() });
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Every HSM of the cluster, no more and no fewer, has its digest signed by the key.
    pub fn check(&self, nodes: usize, signed: &[u8], key: &ApprovalKey) -> Result<(), Refusal> {
        let file: File = serde_json::from_slice(signed)
            .map_err(|source| Refusal::invalid(format!("The MFA token file does not parse: {source}")))?;
        check_version(&file.version)?;
        let complete = self.0.len() == nodes && file.tokens.len() == nodes;
        let mut pairs = self.0.iter().zip(&file.tokens);
        match complete && pairs.all(|(digest, entry)| entry.is_signed(digest, key)) {
            true => Ok(()),
            false => Err(Refusal::InvalidMfaSignature),
        }
    }
}

/// The file as it comes back. Fields that we do not know are left alone.
#[derive(Deserialize)]
struct File {
    version: String,
    tokens: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    unsigned: String,
    signed: String,
}

impl Entry {
    fn is_signed(&self, digest: &[u8; 32], key: &ApprovalKey) -> bool {
        let unsigned = from_base64("unsigned", &self.unsigned);
        let signed = from_base64("signed", &self.signed);
        unsigned.is_ok_and(|unsigned| unsigned == digest) && signed.is_ok_and(|signed| key.signed(digest, &signed))
    }
}
