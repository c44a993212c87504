//! Operations that an HSM logs, by name. The names are those of the AWS CloudHSM audit log reference.

/// What a batch calls an operation: its name if it is one of those known, else its number.
///
/// A name from a log that is not known is not taken over: it could be any text.
#[must_use]
pub fn operation(name: &str, number: Option<u64>) -> Option<String> {
    let known = KNOWN.iter().find(|known| **known == name);
    match (known, number) {
        (Some(known), _) => Some((*known).to_owned()),
        (None, number) => number.map(|number| format!("0x{number:x}")),
    }
}

/// What a call to the cloud's service is called: `cloudhsm:CreateHsm`.
#[must_use]
pub fn name_of(event: &str) -> Option<String> {
    let letters = (1..=60).contains(&event.len()) && event.bytes().all(|octet| octet.is_ascii_alphanumeric());
    letters.then(|| format!("{SERVICE}{event}"))
}

/// Whether a batch may call an operation so.
pub(super) fn is_known_or_number(operation: &str) -> bool {
    let number = || u64::from_str_radix(operation.strip_prefix("0x")?, 16).ok();
    let called = operation.strip_prefix(SERVICE).and_then(name_of);
    KNOWN.contains(&operation)
        || number().is_some_and(|number| format!("0x{number:x}") == operation)
        || called.as_deref() == Some(operation)
}

const SERVICE: &str = "cloudhsm:";

/// "AWS CloudHSM audit log reference", and the names in the examples of "Interpreting AWS CloudHSM audit logs".
const KNOWN: &[&str] = &[
    "CN_LOGIN",
    "CN_LOGOUT",
    "CN_APP_FINALIZE",
    "CN_CLOSE_SESSION",
    "CN_CREATE_USER",
    "CN_CREATE_CO",
    "CN_CREATE_APPLIANCE_USER",
    "CN_DELETE_USER",
    "CN_CHANGE_PSWD",
    "CN_SET_M_VALUE",
    "CN_APPROVE_TOKEN",
    "CN_DELETE_TOKEN",
    "CN_GET_TOKEN",
    "CN_GENERATE_KEY",
    "CN_GENERATE_KEY_PAIR",
    "CN_CREATE_OBJECT",
    "CN_MODIFY_OBJECT",
    "CN_DESTROY_OBJECT",
    "CN_TOMBSTONE_OBJECT",
    "CN_SHARE_OBJECT",
    "CN_WRAP_KEY",
    "CN_UNWRAP_KEY",
    "CN_DERIVE_KEY",
    "CN_NIST_AES_WRAP",
    "CN_INSERT_MASKED_OBJECT_USER",
    "CN_EXTRACT_MASKED_OBJECT_USER",
    "CN_BACKUP_BEGIN",
    "CN_BACKUP_END",
    "CN_RESTORE_BEGIN",
    "CN_RESTORE_END",
    "CN_CERT_AUTH_AUTHORIZE_SESSION",
    "CN_CERT_AUTH_VALIDATE_PEER_CERTS",
    "CN_CERT_AUTH_SOURCE_KEY_EXCHANGE",
    "CN_CLUSTER_REGISTER",
    "CN_INIT_TOKEN",
    "CN_GEN_PSWD_ENC_KEY",
    "CN_GEN_PARTITION_CERT",
    "CN_ZEROIZE_HSM",
];
