//! One call of the module: how it is shown, and what it carries.

use ::pkcs11::{Pin, TokenName};
use sha2::{Digest, Sha256, Sha384};

use crate::{Algorithm, KeyInfo, KeySpec, Secret};

/// A call. What is shown of it names everything but the PIN; long data stands there by digest.
pub(super) enum Call<'a> {
    /// What the token says of itself.
    Info,
    /// Opens a session and logs the user in.
    Login { user: &'a str, pin: &'a Secret },
    /// Logs out and closes the session.
    Logout,
    /// All keys, with their attributes.
    Keys,
    /// Makes a key pair.
    Generate(&'a KeySpec),
    /// Reads a public key.
    PublicKey(&'a KeyInfo),
    /// A token of the console's own for one use of a key; no call of the module, but an answer to be recorded.
    Mint { key: &'a KeyInfo },
    /// ECDSA over the SHA-384 of a message.
    Sign { key: &'a KeyInfo, message: &'a [u8] },
    /// Ed25519 over a message.
    SignEd25519 { key: &'a KeyInfo, message: &'a [u8] },
    /// The module's judgement of a signature.
    Verify {
        key: &'a KeyInfo,
        message: &'a [u8],
        signature: &'a [u8; 96],
    },
    /// Sets a truth value.
    Set {
        key: &'a KeyInfo,
        name: &'a str,
        value: bool,
    },
    /// Destroys one half of a pair.
    Destroy(&'a KeyInfo),
}

impl Call<'_> {
    /// For people and for the journal. `token` is the name by which the token was chosen.
    pub(super) fn shown(&self, token: &TokenName) -> String {
        match self {
            Call::Info => format!("pkcs11 token-info {token}"),
            Call::Login { user, pin } if pin.reveal().is_empty() => {
                format!("pkcs11 login {user} at {token} [at the token's own reader]")
            }
            Call::Login { user, .. } => format!("pkcs11 login {user} at {token} [secret]"),
            Call::Logout => "pkcs11 logout".into(),
            Call::Keys => "pkcs11 list-keys".into(),
            Call::Generate(spec) => format!(
                "pkcs11 generate {} {} key {} public {}{}",
                match spec.algorithm {
                    Algorithm::P384 => "CKM_EC_KEY_PAIR_GEN",
                    Algorithm::Ed25519 => "CKM_EC_EDWARDS_KEY_PAIR_GEN",
                },
                spec.algorithm.curve(),
                spec.label,
                spec.public_label,
                spec.id
                    .as_ref()
                    .map_or(String::new(), |id| format!(" id 0x{}", hex(id)))
            ),
            Call::PublicKey(key) => format!("pkcs11 public-key {}", named(key)),
            Call::Mint { key } => format!("console token key-usage {}", named(key)),
            Call::Sign { key, message } => format!("pkcs11 sign CKM_ECDSA {} {}", named(key), data(message)),
            Call::SignEd25519 { key, message } => format!("pkcs11 sign CKM_EDDSA {} {}", named(key), data(message)),
            Call::Verify {
                key,
                message,
                signature,
            } => format!(
                "pkcs11 verify CKM_ECDSA {} {} signature {}",
                named(key),
                data(message),
                data(&signature[..])
            ),
            Call::Set { key, name, value } => format!("pkcs11 set {} {name}={value}", named(key)),
            Call::Destroy(key) => format!("pkcs11 destroy {}", named(key)),
        }
    }
}

/// We hash: few modules offer CKM_ECDSA_SHA384, and what is signed is then known to the last byte.
pub(super) fn digest(message: &[u8]) -> [u8; 48] {
    Sha384::digest(message).into()
}

pub(super) fn pin(secret: &Secret) -> Pin {
    Pin::new(secret.reveal())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Label and reference: the reference is the driver's, so the label is what people can compare.
fn named(key: &KeyInfo) -> String {
    format!("key {} {}", key.label(), key.reference)
}

fn data(bytes: &[u8]) -> String {
    format!("[{} bytes, sha256:{}]", bytes.len(), hex(&Sha256::digest(bytes)))
}
