//! Which form of answers.toml a step's answer must have.

use crate::deed::{ClusterDeed, Do, KeyDeed, QuorumDeed, SignatureDeed, UserDeed};

/// A step's command as answers.toml names it, and the user it is about; none where there is no answer, or where it was
/// judged when it came.
pub fn form(deed: &Do) -> Option<(&'static str, &str)> {
    match deed {
        Do::User(deed) => Some(user(deed)),
        Do::Quorum(QuorumDeed::Register { key, .. }) => Some(("user-change-quorum", key)),
        deed => plain(deed).map(|command| (command, "")),
    }
}

fn user(deed: &UserDeed) -> (&'static str, &str) {
    match deed {
        UserDeed::Users => ("user-list", ""),
        UserDeed::Login(user) | UserDeed::LoginWith { user, .. } | UserDeed::LoginMfa { user, .. } => ("login", user),
        UserDeed::Logout => ("logout", ""),
        UserDeed::CreateUser { user, .. } => ("user-create", user),
        UserDeed::DeleteUser { user, .. } => ("user-delete", user),
        UserDeed::ChangePassword { user, .. } => ("user-change-password", user),
        UserDeed::ChangeMfa { user, .. } | UserDeed::RemoveMfa { user, .. } => ("user-change-mfa", user),
    }
}

/// Those whose answers name no user.
fn plain(deed: &Do) -> Option<&'static str> {
    let command = match deed {
        Do::Cluster(ClusterDeed::HsmInfo) => "hsm-info",
        Do::Cluster(ClusterDeed::Activate) => "activate",
        Do::Cluster(ClusterDeed::RegisterAnchor { .. }) => "register-trust-anchor",
        Do::Quorum(QuorumDeed::Values) => "list-quorum-values",
        Do::Quorum(QuorumDeed::SetValue { .. }) => "set-quorum-value",
        Do::Quorum(QuorumDeed::DeleteTokens(_)) => "token-delete",
        Do::Key(KeyDeed::Generate { .. }) => "generate-asymmetric-pair",
        Do::Key(KeyDeed::FindKey(_)) => "list-keys",
        Do::Key(KeyDeed::Share { .. }) => "share",
        Do::Key(KeyDeed::Unshare { .. }) => "unshare",
        Do::Key(KeyDeed::SetAttribute { .. }) => "set-attribute",
        Do::Key(KeyDeed::DeleteKey(_)) => "key-delete",
        Do::Key(KeyDeed::Spki(_)) => "generate-file",
        Do::Signature(SignatureDeed::Sign { .. }) => "sign",
        Do::Signature(SignatureDeed::Verify(_)) => "verify",
        _ => return None,
    };
    Some(command)
}
