//! The driver's values in the CLI's words, so that one scenario judges both.

use hsm::{Error, Holder, KeyInfo, User};
use serde_json::{Value, json};

use super::people::encode;

/// A key.
pub fn key_told(key: &KeyInfo) -> Value {
    let holders = |holders: &[Holder]| -> Value {
        holders
            .iter()
            .map(|one| json!({ "username": one.username, "key-coverage": one.key_coverage }))
            .collect()
    };
    let (attributes, quorum) = (&key.attributes, key.quorum());
    json!({
        "key-reference": key.reference,
        "key-info": {
            "key-owners": holders(key.owners()),
            "shared-users": holders(key.shared_users()),
            "key-quorum-values": { "manage-key-quorum-value": quorum.manage, "use-key-quorum-value": quorum.use_ },
            "cluster-coverage": key.coverage(),
        },
        "attributes": {
            "label": attributes.label,
            "class": attributes.class,
            "key-type": attributes.key_type,
            "curve": attributes.curve,
            "always-sensitive": attributes.always_sensitive,
            "derive": attributes.derive,
            "destroyable": attributes.destroyable,
            "extractable": attributes.extractable,
            "local": attributes.local,
            "modifiable": attributes.modifiable,
            "never-extractable": attributes.never_extractable,
            "private": attributes.private,
            "sensitive": attributes.sensitive,
            "sign": attributes.sign,
            "token": attributes.token,
            "unwrap": attributes.unwrap,
            "verify": attributes.verify,
            "wrap": attributes.wrap,
        },
    })
}

/// A user.
pub fn user_told(user: &User) -> Value {
    let strategy = |on: bool| match on {
        true => json!([{ "strategy": "token-sign", "status": "enabled" }]),
        false => json!([]),
    };
    json!({
        "username": user.name,
        "role": user.role_text,
        "locked": user.locked.to_string(),
        "mfa": strategy(user.mfa),
        "quorum": strategy(user.quorum_registered),
        "cluster-coverage": user.coverage,
    })
}

/// An error as texts.toml names it: the variant, with its values.
pub fn error_name(error: &Error) -> String {
    match error {
        Error::KeyNotAvailable { .. } => "KeyNotAvailable".into(),
        other => format!("{other:?}"),
    }
}

/// A public key in PEM.
pub fn pem(spki: &[u8]) -> String {
    let text = encode(spki);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line))
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}
