//! Users, their logins and their second factor.

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum UserDeed {
    Users,
    Login(String),
    /// With another password than the usual one.
    LoginWith {
        user: String,
        password: String,
    },
    /// With a second factor, signed with that RSA key.
    LoginMfa {
        user: String,
        key: String,
    },
    Logout,
    CreateUser {
        user: String,
        password: Option<String>,
        token: Option<String>,
    },
    DeleteUser {
        user: String,
        token: Option<String>,
    },
    ChangePassword {
        user: String,
        token: Option<String>,
        #[serde(default)]
        deregister_mfa: bool,
        #[serde(default)]
        deregister_quorum: bool,
    },
    ChangeMfa {
        user: String,
        key: String,
        signed_with: Option<String>,
        token: Option<String>,
    },
    RemoveMfa {
        user: String,
        token: Option<String>,
    },
}
