//! Keys: made, found, exported, changed.

use serde::Deserialize;

use super::{Pkcs11Hsm, call::Call, unsupported};
use crate::{Approved, Error, KeyInfo, KeyPair, KeySpec, spki, wire};

pub(super) fn generate(hsm: &mut Pkcs11Hsm, spec: &KeySpec) -> Result<KeyPair, Error> {
    if spec.quorum.is_some() || !spec.shared_with.is_empty() {
        return Err(unsupported("make a key with quorum values or shares"));
    }
    if spec.label == spec.public_label {
        return Err(Error::BadArgument {
            value: spec.label.clone(),
        });
    }
    hsm.ask(&Call::Generate(spec))?.typed::<KeyPair>()?.labelled_as(spec)
}

pub(super) fn all(hsm: &mut Pkcs11Hsm) -> Result<Vec<KeyInfo>, Error> {
    #[derive(Deserialize)]
    struct Keys {
        matched_keys: Vec<KeyInfo>,
    }
    let keys: Keys = hsm.ask(&Call::Keys)?.typed()?;
    Ok(keys.matched_keys)
}

pub(super) fn find(hsm: &mut Pkcs11Hsm, label: &str) -> Result<Option<KeyInfo>, Error> {
    KeyInfo::the_one_labelled(label, all(hsm)?)
}

pub(super) fn set(
    hsm: &mut Pkcs11Hsm,
    key: &KeyInfo,
    name: &str,
    value: &str,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    refuse_approval(approved)?;
    let value = match value {
        "true" => true,
        "false" => false,
        _ => return Err(Error::BadArgument { value: value.into() }),
    };
    hsm.ask(&Call::Set { key, name, value }).map(|_| ())
}

pub(super) fn public_key(hsm: &mut Pkcs11Hsm, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Exported {
        public_key_info: String,
    }
    if !key.is_public() {
        return Err(Error::BadPublicKey {
            why: format!("{} is a {}", key.reference, key.attributes.class),
        });
    }
    let exported: Exported = hsm.ask(&Call::PublicKey(key))?.typed()?;
    let der = wire::parse_base64(&exported.public_key_info).ok_or_else(|| Error::BadPublicKey {
        why: "it is not base64".into(),
    })?;
    spki::of_module(der, key)
}

/// Nothing here counts approvals but for signatures; who gives one expects it to be counted.
fn refuse_approval(approved: Option<&Approved>) -> Result<(), Error> {
    match approved {
        None => Ok(()),
        Some(_) => Err(unsupported("count approvals of a key's change")),
    }
}
