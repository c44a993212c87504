//! The members' keys become known to the HSM: the approvers register theirs, and the admins get theirs as a second
//! factor. Each token lives in its own login, so all logins stay open until everybody has answered.

use hsm::{Hsm, RegistrationToken, Role, Secret};
use record::messages::{KeyToken, KeyUse};
use record::{Bytes, Digest, Member};

use super::exchange::{Answers, rsa_key};
use super::factors::{self, Factor};
use super::{Passwords, Setup, input};
use crate::error::Error;

/// An approver whose key is being registered.
struct Registering {
    member: String,
    user: String,
    hsm: Box<dyn Hsm>,
    token: RegistrationToken,
}

impl Setup<'_> {
    /// Registers every member's approval key, and makes every admin key a second factor, which registers it as well.
    pub(super) fn register(&mut self, passwords: &Passwords, approvers: Vec<Secret>) -> Result<(), Error> {
        self.begin("Register the members' approval keys, and give the admins their second factor")?;
        let members = self.roster.members.clone();
        let (mut registering, mut changing) = (Vec::new(), Vec::new());
        for ((member, approver), admin) in members.iter().zip(&approvers).zip(&passwords.admins) {
            registering.push(self.begin_registration(member, approver)?);
            changing.push(self.begin_factor(member, admin)?);
        }
        // From here on nobody knows an approver's password.
        drop(approvers);
        for ((member, approver), admin) in members.iter().zip(&registering).zip(&changing) {
            let allows = format!(
                "this key is the second factor of the HSM user {}, and approves for it",
                admin.user
            );
            let mut tokens = registration_tokens(approver);
            tokens.extend(factors::tokens(admin, &allows));
            self.ask(1, &member.id, "registration of the member's keys with the HSM", tokens)?;
        }
        let ids: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        let answers = self.answers(1, &ids, ids.len())?;
        for one in &mut registering {
            self.finish_registration(one, &answers)?;
        }
        for one in &mut changing {
            self.finish_factor(one, &answers)?;
        }
        self.console.say(format!(
            "{} approval keys are registered, and the approvers' passwords are gone; {} admins have a second factor.",
            registering.len(),
            changing.len()
        ));
        Ok(())
    }

    fn begin_registration(&self, member: &Member, password: &Secret) -> Result<Registering, Error> {
        let user = member.approver.clone();
        let mut hsm = self.connect(&user)?;
        hsm.login(&user, Role::CryptoUser, password)?;
        let token = hsm.registration_token()?;
        Ok(Registering {
            member: member.id.clone(),
            user,
            hsm,
            token,
        })
    }

    fn finish_registration(&self, one: &mut Registering, answers: &Answers) -> Result<(), Error> {
        let member = self.member(&one.member)?;
        let key = rsa_key(member, KeyUse::Approval).map_err(|cause| input(&self.args.roster, cause))?;
        // A member's answer has the approver's signatures first, then the admin's.
        let signatures = answers.first(&one.member, one.token.tokens().len());
        one.hsm.register_approval_key(&key.to_pem(), &one.token, &signatures)?;
        one.hsm.logout()?;
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

    fn finish_factor(&self, one: &mut Factor, answers: &Answers) -> Result<(), Error> {
        let member = self.member(&one.member)?;
        let key = rsa_key(member, KeyUse::Admin).map_err(|cause| input(&self.args.roster, cause))?;
        let signatures = answers.last(&one.member, one.token.entries().len());
        one.hsm.finish_change_mfa(&one.token, &key.to_pem(), &signatures)?;
        if let Err(error) = one.hsm.logout() {
            // No page says whether the login outlives the change. Nobody is logged in now, either way.
            tracing::warn!(%error, user = one.user, "logout after the change of MFA");
        }
        Ok(())
    }
}

fn registration_tokens(one: &Registering) -> Vec<KeyToken> {
    let token = |entry: &hsm::Unsigned| KeyToken {
        user: one.user.clone(),
        key: KeyUse::Approval,
        approval_data: entry.approval_data.clone().map(Bytes),
        token: Digest(entry.digest),
        allows: format!("this key approves for the HSM user {}", one.user),
    };
    one.token.tokens().iter().map(token).collect()
}
