//! An admin's second factor: challenges that the member signs elsewhere, while the session waits at its prompt.

use hsm::{Hsm, MfaToken, Role, Secret};
use record::messages::{KeyToken, KeyUse};
use record::{Digest, Member};

use super::{Passwords, Setup, input, titles};
use crate::error::Error;
use crate::exchange::rsa_key;

/// A session that waits for a member's signatures.
pub(super) struct Factor {
    pub member: String,
    pub user: String,
    pub hsm: Box<dyn Hsm>,
    pub token: MfaToken,
}

impl Factor {
    /// What the member signs: one challenge of each HSM, of which nothing says what it is for.
    pub fn tokens(&self, allows: &str) -> Vec<KeyToken> {
        let token = |entry: &[u8; 32]| KeyToken {
            user: self.user.clone(),
            key: KeyUse::Admin,
            approval_data: None,
            token: Digest(*entry),
            allows: allows.to_owned(),
        };
        self.token.entries().iter().map(token).collect()
    }
}

impl Setup {
    /// Round 1: every admin key becomes a second factor, which registers it for approvals as well. All sessions wait until
    /// everybody has answered.
    pub(super) fn give_factors(&mut self, passwords: &Passwords) -> Result<(), Error> {
        self.begin(titles::FACTORS)?;
        let mut changing = Vec::new();
        for (member, password) in self.roster.members.iter().zip(&passwords.admins) {
            let factor = self.begin_factor(member, password)?;
            let allows = format!(
                "this key is the second factor of the HSM user {}, and approves for it",
                factor.user
            );
            self.ask(
                1,
                &member.id,
                "second factor of the member's admin",
                factor.tokens(&allows),
            )?;
            changing.push(factor);
        }
        let ids = self.everybody();
        let answers = self.answers(1, &ids, ids.len())?;
        for one in &mut changing {
            let member = self.member(&one.member)?;
            let key = rsa_key(member, KeyUse::Admin).map_err(|cause| input(&self.site.roster, cause))?;
            let signatures = answers.last(&one.member, one.token.entries().len());
            one.hsm.finish_change_mfa(&one.token, &key.to_pem(), &signatures)?;
            if let Err(error) = one.hsm.logout() {
                // No page says whether the login outlives the change. Nobody is logged in now, either way.
                tracing::warn!(%error, user = one.user, "logout after the change of MFA");
            }
        }
        self.console
            .say(format!("{} admins have a second factor.", changing.len()));
        Ok(())
    }

    fn begin_factor(&self, member: &Member, password: &Secret) -> Result<Factor, Error> {
        let user = member.admin.clone();
        let mut hsm = self.connect(&user)?;
        hsm.login(&user, Role::Admin, password)?;
        let token = hsm.begin_change_mfa(&user, Role::Admin, Some(password), None)?;
        Ok(Factor {
            member: member.id.clone(),
            user,
            hsm,
            token,
        })
    }

    /// The first half of an admin's login; the second is the member's.
    pub(super) fn begin_login(&self, member: &Member, password: &Secret) -> Result<Factor, Error> {
        let user = member.admin.clone();
        let mut hsm = self.connect(&user)?;
        let token = hsm.begin_login_mfa(&user, Role::Admin, password)?;
        Ok(Factor {
            member: member.id.clone(),
            user,
            hsm,
            token,
        })
    }
}
