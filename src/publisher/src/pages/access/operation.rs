//! What an HSM logged, in plain words before its own name.

use maud::{Markup, html};

use crate::pages::parts;

/// `logged in CN_LOGIN`; an operation whose name nobody published keeps its number.
pub fn operation(logged: &str) -> Markup {
    let (name, refused) = match logged.strip_suffix(REFUSED) {
        Some(name) => (name, true),
        None => (logged, false),
    };
    html! {
        @if refused { "was refused: " }
        (words(name)) " " code { (parts::plain(name)) }
    }
}

fn words(name: &str) -> &'static str {
    if name.starts_with("cloudhsm:") {
        return "asked the cloud for";
    }
    if name.starts_with("0x") {
        return "unnamed operation";
    }
    let known = WORDS.iter().find(|(known, _)| *known == name);
    known.map_or("did", |(_, words)| words)
}

/// As the calendar's rows say that the HSM did not do it.
const REFUSED: &str = ", refused";

/// The operations that events here show, by the AWS CloudHSM audit log reference; the others keep their names alone.
const WORDS: &[(&str, &str)] = &[
    ("CN_LOGIN", "logged in"),
    ("CN_LOGOUT", "logged out"),
    ("CN_APP_FINALIZE", "closed the connection"),
    ("CN_CLOSE_SESSION", "closed a session"),
    ("CN_CREATE_USER", "made a user"),
    ("CN_CREATE_CO", "made an admin"),
    ("CN_CREATE_APPLIANCE_USER", "made a user of the cloud's own"),
    ("CN_DELETE_USER", "deleted a user"),
    ("CN_CHANGE_PSWD", "changed a password"),
    ("CN_SET_M_VALUE", "set how many must approve"),
    ("CN_APPROVE_TOKEN", "handed in an approval"),
    ("CN_DELETE_TOKEN", "deleted a token to be approved"),
    ("CN_GET_TOKEN", "asked for a token to be approved"),
    ("CN_GENERATE_KEY", "made a key"),
    ("CN_GENERATE_KEY_PAIR", "made a pair of keys"),
    ("CN_CREATE_OBJECT", "brought a key in"),
    ("CN_MODIFY_OBJECT", "changed a key's attributes"),
    ("CN_DESTROY_OBJECT", "destroyed a key"),
    ("CN_TOMBSTONE_OBJECT", "marked a key as destroyed"),
    ("CN_SHARE_OBJECT", "changed who shares a key"),
    ("CN_WRAP_KEY", "took a key out, wrapped"),
    ("CN_UNWRAP_KEY", "brought a wrapped key in"),
    ("CN_NIST_AES_WRAP", "wrapped or unwrapped a key"),
    ("CN_DERIVE_KEY", "derived a key"),
    (
        "CN_INSERT_MASKED_OBJECT_USER",
        "took a key over from another HSM of the cluster",
    ),
    (
        "CN_EXTRACT_MASKED_OBJECT_USER",
        "handed a key to another HSM of the cluster",
    ),
    ("CN_BACKUP_BEGIN", "began a backup"),
    ("CN_BACKUP_END", "ended a backup"),
    ("CN_RESTORE_BEGIN", "began to restore a backup"),
    ("CN_RESTORE_END", "restored a backup"),
    ("CN_INIT_TOKEN", "was initialised"),
    ("CN_ZEROIZE_HSM", "WIPED THE HSM"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_said_in_words_and_keeps_its_own_name() {
        for (logged, shown) in [
            ("CN_LOGIN", "logged in <code>CN_LOGIN</code>"),
            ("CN_LOGIN, refused", "was refused: logged in <code>CN_LOGIN</code>"),
            ("0x95", "unnamed operation <code>0x95</code>"),
            ("CN_CLUSTER_REGISTER", "did <code>CN_CLUSTER_REGISTER</code>"),
            (
                "cloudhsm:CreateHsm",
                "asked the cloud for <code>cloudhsm:CreateHsm</code>",
            ),
        ] {
            assert_eq!(operation(logged).into_string(), shown);
        }
    }

    #[test]
    fn words_are_for_names_that_a_batch_can_have() {
        for (name, _) in WORDS {
            assert_eq!(record::access::operation(name, None).as_deref(), Some(*name));
        }
    }
}
