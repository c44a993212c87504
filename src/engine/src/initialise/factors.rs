//! An admin's second factor: challenges that the member signs elsewhere, while the session waits at its prompt.

use hsm::{Hsm, MfaToken};
use record::Digest;
use record::messages::{KeyToken, KeyUse};

/// A session that waits for a member's signatures.
pub(super) struct Factor {
    pub member: String,
    pub user: String,
    pub hsm: Box<dyn Hsm>,
    pub token: MfaToken,
}

/// What the member signs: one challenge of each HSM, of which nothing says what it is for.
pub(super) fn tokens(one: &Factor, allows: &str) -> Vec<KeyToken> {
    let token = |entry: &[u8; 32]| KeyToken {
        user: one.user.clone(),
        key: KeyUse::Admin,
        approval_data: None,
        token: Digest(*entry),
        allows: allows.to_owned(),
    };
    one.token.entries().iter().map(token).collect()
}
