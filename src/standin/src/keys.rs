//! A key: whose it is, who shares it, how many approvals it asks for, its attributes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::attributes::{Attributes, Class};
use crate::session::Identity;
use crate::state::Role;
use crate::switches::{EC_POINT, MAX_SHARED_USERS, Switches};
use crate::words::hex;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    pub reference: u64,
    pub class: Class,
    /// The uncompressed point, in hexadecimal with `0x`.
    pub point: String,
    pub owner: String,
    pub shared_with: Vec<String>,
    /// Approvals for share, unshare and set-attribute; 0 is none.
    pub manage_quorum: u8,
    /// Approvals for signing; 0 is none.
    pub use_quorum: u8,
    pub attributes: Attributes,
}

impl Key {
    pub fn reference_text(&self) -> String {
        reference_text(self.reference)
    }

    /// The uncompressed point.
    pub fn point_bytes(&self) -> Vec<u8> {
        let digits = self.point.trim_start_matches("0x").as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or_default(), 16).unwrap_or(0);
        digits.chunks(2).map(byte).collect()
    }

    pub fn is_owned_by(&self, who: &Identity) -> bool {
        who.role == Role::CryptoUser && self.owner == who.name
    }

    /// Owner or shared user.
    pub fn is_associated(&self, name: &str) -> bool {
        self.owner == name || self.shared_with.iter().any(|user| user == name)
    }

    /// Crypto users see what they own or share, and all public keys.
    pub fn is_visible_to(&self, who: &Identity) -> bool {
        who.role == Role::CryptoUser && (self.class == Class::PublicKey || self.is_associated(&who.name))
    }

    /// Whether another user fits.
    pub fn has_room(&self, switches: &Switches) -> bool {
        may_share_with(switches, self.shared_with.len() + 1)
    }

    /// Owner and shared users together: as many approvals as can ever be had.
    pub fn associated_users(&self) -> usize {
        1 + self.shared_with.len()
    }

    pub fn brief(&self) -> Value {
        json!({ "key-reference": self.reference_text(), "attributes": { "label": self.attributes.get("label") } })
    }

    pub fn whole(&self, switches: &Switches) -> Value {
        let coverage = |name: &String| json!({ "username": name, "key-coverage": "full" });
        let mut attributes = self.attributes.to_json(switches);
        attributes["ec-point"] = json!(self.ec_point(switches));
        json!({
            "key-reference": self.reference_text(),
            "key-info": {
                "key-owners": [coverage(&self.owner)],
                "shared-users": self.shared_with.iter().map(coverage).collect::<Vec<_>>(),
                "key-quorum-values": {
                    "manage-key-quorum-value": self.manage_quorum,
                    "use-key-quorum-value": self.use_quorum,
                },
                "cluster-coverage": "full",
            },
            "attributes": attributes,
        })
    }

    fn ec_point(&self, switches: &Switches) -> String {
        let bare = self.point.trim_start_matches("0x");
        match switches.is(&EC_POINT, "der") {
            // X.690 §8.7: an octet string; its length fits in one byte (97 for P-384).
            true => format!("{}{bare}", hex(&[0x04, (bare.len() / 2) as u8])),
            false => self.point.clone(),
        }
    }
}

/// Whether a key may have so many users beside its owner.
pub fn may_share_with(switches: &Switches, users: usize) -> bool {
    users <= 8 || switches.is(&MAX_SHARED_USERS, "none")
}

/// As the real program writes references.
pub fn reference_text(reference: u64) -> String {
    format!("0x{reference:016x}")
}
