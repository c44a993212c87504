//! Keys: what is asked when one is made, and what the HSM says of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::{Error, wire};

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-384.
    P384,
    /// Ed25519. Behind PKCS#11 where the module offers it; not on CloudHSM.
    Ed25519,
}

impl Algorithm {
    /// The curve's name in keys' attributes.
    pub fn curve(self) -> &'static str {
        match self {
            Algorithm::P384 => "secp384r1",
            Algorithm::Ed25519 => "ed25519",
        }
    }
}

/// A signing key to be made. Attributes are not a choice: the private key signs and is neither extractable nor
/// destroyable nor modifiable, because some of that can be said at creation only and AWS's defaults are the opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The private key's label; it must be new.
    pub label: String,
    /// The public key's label; it must be new and another one.
    pub public_label: String,
    /// An id for both keys.
    pub id: Option<Vec<u8>>,
    /// The crypto users who approve; not the owner.
    pub shared_with: Vec<String>,
    /// The key's quorum; it cannot be changed later.
    pub quorum: Option<KeyQuorum>,
}

/// A key's quorum values; both 0 where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct KeyQuorum {
    /// Approvals for sharing, wrapping and changing attributes.
    #[serde(rename = "manage-key-quorum-value", deserialize_with = "wire::number")]
    pub manage: u64,
    /// Approvals for signing.
    #[serde(rename = "use-key-quorum-value", deserialize_with = "wire::number")]
    pub use_: u64,
}

/// Both halves of a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct KeyPair {
    /// The public key.
    #[serde(rename = "public_key")]
    pub public: KeyInfo,
    /// The private key.
    #[serde(rename = "private_key")]
    pub private: KeyInfo,
}

impl KeyPair {
    /// The pair, if it is labelled as was asked.
    pub(crate) fn labelled_as(self, spec: &KeySpec) -> Result<KeyPair, Error> {
        for (key, label) in [(&self.public, &spec.public_label), (&self.private, &spec.label)] {
            if key.label() != label {
                return Err(Error::WrongAnswer {
                    what: "key",
                    expected: label.clone(),
                    found: key.label().into(),
                });
            }
        }
        Ok(self)
    }
}

/// A key as the HSM describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct KeyInfo {
    /// The reference, `0x` and hexadecimal digits.
    #[serde(rename = "key-reference")]
    pub reference: String,
    #[serde(rename = "key-info")]
    info: Info,
    /// The attributes.
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Info {
    key_owners: Vec<Holder>,
    #[serde(default)]
    shared_users: Vec<Holder>,
    #[serde(default)]
    key_quorum_values: KeyQuorum,
    cluster_coverage: String,
}

/// A user who owns a key or may use it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Holder {
    /// The user.
    pub username: String,
    /// `full` when so on all HSMs present.
    pub key_coverage: String,
}

/// A key's attributes. `None` where the HSM does not name one, which a check must not take for either value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[expect(missing_docs, reason = "the names are those of the HSM's own table")]
pub struct Attributes {
    pub key_type: String,
    pub label: String,
    #[serde(deserialize_with = "wire::hex")]
    pub id: Vec<u8>,
    pub check_value: String,
    /// `private-key` or `public-key`.
    pub class: String,
    pub encrypt: Option<bool>,
    pub decrypt: Option<bool>,
    pub token: Option<bool>,
    pub always_sensitive: Option<bool>,
    pub derive: Option<bool>,
    pub destroyable: Option<bool>,
    pub extractable: Option<bool>,
    pub local: Option<bool>,
    pub modifiable: Option<bool>,
    pub never_extractable: Option<bool>,
    pub private: Option<bool>,
    pub sensitive: Option<bool>,
    pub sign: Option<bool>,
    pub trusted: Option<bool>,
    pub unwrap: Option<bool>,
    pub verify: Option<bool>,
    pub wrap: Option<bool>,
    pub wrap_with_trusted: Option<bool>,
    pub key_length_bytes: Option<u64>,
    /// The bare point, or a DER OCTET STRING around it: the documents disagree.
    #[serde(deserialize_with = "wire::hex")]
    pub ec_point: Vec<u8>,
    pub curve: Option<String>,
    /// What newer versions add.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl KeyInfo {
    /// The one of these keys that has the label, if any has it.
    pub(crate) fn the_one_labelled(label: &str, mut keys: Vec<KeyInfo>) -> Result<Option<KeyInfo>, Error> {
        keys.retain(|key| key.label() == label);
        match keys.len() {
            0 | 1 => Ok(keys.pop()),
            matched => Err(Error::LabelNotUnique {
                label: label.into(),
                matched,
            }),
        }
    }

    /// The label.
    pub fn label(&self) -> &str {
        &self.attributes.label
    }

    /// Who owns it.
    pub fn owners(&self) -> &[Holder] {
        &self.info.key_owners
    }

    /// With whom it is shared.
    pub fn shared_users(&self) -> &[Holder] {
        &self.info.shared_users
    }

    /// Its quorum values.
    pub fn quorum(&self) -> KeyQuorum {
        self.info.key_quorum_values
    }

    /// `full` when the key is the same on all HSMs present, even if that is one.
    pub fn coverage(&self) -> &str {
        &self.info.cluster_coverage
    }

    /// Is it the public half of a pair?
    pub fn is_public(&self) -> bool {
        self.attributes.class == "public-key"
    }
}
