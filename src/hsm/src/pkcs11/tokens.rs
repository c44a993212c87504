//! The console's own tokens: one use of a key, in the login that minted it, within ten minutes.
//!
//! They have the form of CloudHSM's, so that members approve in the same way on the same devices. But no HSM counts them:
//! what they are worth is the console's word, and the signatures of the members under what was to be signed.

use std::time::{Duration, Instant};

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Approved, Error, File, KeyInfo, Service, Token, wire};

/// The tokens of one login. They die with it.
#[derive(Default)]
pub(super) struct Tokens(Vec<Minted>);

struct Minted {
    token: Token,
    at: Instant,
    spent: bool,
}

impl Tokens {
    /// Keeps a token whose file was just made or was recorded.
    pub(super) fn keep(&mut self, token: Token) -> Token {
        self.0.push(Minted {
            token: token.clone(),
            at: Instant::now(),
            spent: false,
        });
        token
    }

    /// Spends a token on one use of `key`. It is spent before the key is used, and stays so if that fails.
    pub(super) fn spend(&mut self, approved: &Approved, key: &KeyInfo, now: Instant) -> Result<(), Error> {
        approved.check(Service::KeyUsage, Some(key))?;
        let minted = self.0.iter_mut().find(|minted| minted.token == *approved.token());
        let minted = minted.ok_or_else(|| bad("it is not of this login"))?;
        match (minted.spent, now.duration_since(minted.at) < LIFE) {
            (true, _) => Err(bad("it was spent before")),
            (false, false) => Err(bad("it is older than ten minutes")),
            (false, true) => {
                minted.spent = true;
                Ok(())
            }
        }
    }
}

/// A fresh token file for one use of `key`: what is approved names itself as the console's, has 32 random bytes, and the
/// digest of the key's reference and label.
pub(super) fn file(key: &KeyInfo, random: &[u8; 32]) -> File {
    let about = Sha256::digest(format!("key-usage {} {}", key.reference, key.label()));
    let approval_data = [&MARK[..], random, about.as_slice()].concat();
    let token = json!({
        "version": "2.0",
        "service": Service::KeyUsage.as_str(),
        "key_reference": key.reference,
        "approval_data": wire::base64(&approval_data),
        "token": wire::base64(&Sha256::digest(&approval_data)),
        "signatures": [],
    });
    File {
        name: NAME.into(),
        bytes: serde_json::to_vec_pretty(&token).expect("a value of our own"),
    }
}

fn bad(why: &str) -> Error {
    Error::BadToken { why: why.into() }
}

/// CloudHSM's, by default.
const LIFE: Duration = Duration::from_secs(600);
/// 16 bytes, so that the whole has the 80 of one HSM's record.
const MARK: &[u8; 16] = b"console token 1\n";
pub(super) const NAME: &str = "token.json";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Approval, Role};

    #[test]
    fn a_token_lives_ten_minutes() {
        let described = json!({
            "key-reference": "0x0000000000000001",
            "key-info": { "key-owners": [], "cluster-coverage": "full" },
            "attributes": { "label": "root-1" },
        });
        let key: KeyInfo = serde_json::from_value(described).expect("a key");
        let file = file(&key, &[3; 32]);
        let token = Token::parse(&file.bytes, Service::KeyUsage, Some(&key.reference)).expect("a token");
        let mut tokens = Tokens::default();
        tokens.keep(token.clone());
        let approval = Approval {
            user: "approver_member_1".into(),
            role: Role::CryptoUser,
            signature: vec![1],
        };
        let approved = Approved::new(token, vec![approval]).expect("one approval");
        let minted = tokens.0[0].at;
        let refused = tokens.spend(&approved, &key, minted + LIFE).expect_err("too old");
        assert_eq!(
            refused.to_string(),
            "the token file is wrong: it is older than ten minutes"
        );
        let last = minted + LIFE - Duration::from_secs(1);
        tokens.spend(&approved, &key, last).expect("in time");
    }
}
