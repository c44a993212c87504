//! The last round: the approvers' keys become known to the HSM, and everybody shows that their user is still their own.
//!
//! Until the quorum stood, one admin alone could give any user another password and another key. So each approver now
//! logs in with the random password that was made when it was created, and each admin with the password that it was given
//! and with the key that the roster names: where somebody took a user over, its login fails. The owner, whose password
//! was made or typed here, logs in as well. Each token lives in its own login, so all stay open until everybody has answered.

use hsm::{Hsm, RegistrationToken, Role, Secret};
use record::messages::{KeyToken, KeyUse};
use record::{Bytes, Digest, Member};

use super::factors::Factor;
use super::{Passwords, Setup, input, titles};
use crate::error::Error;
use crate::exchange::{Answers, rsa_key};

/// An approver whose key is being registered.
struct Registering {
    member: String,
    user: String,
    hsm: Box<dyn Hsm>,
    token: RegistrationToken,
}

impl Setup {
    /// Registers every member's approval key, and has every user log in once.
    pub(super) fn register(&mut self, round: u32, passwords: &Passwords, approvers: Vec<Secret>) -> Result<(), Error> {
        self.begin(titles::REGISTER)?;
        self.try_owner(&passwords.owner)?;
        let members = self.roster.members.clone();
        let (mut registering, mut proving) = (Vec::new(), Vec::new());
        for ((member, approver), admin) in members.iter().zip(&approvers).zip(&passwords.admins) {
            registering.push(self.begin_registration(member, approver)?);
            let begun = self.begin_login(member, admin);
            proving.push(begun.map_err(not_theirs(&member.admin, ADMIN_PASSWORD))?);
        }
        // From here on nobody knows an approver's password.
        drop(approvers);
        for ((member, approver), admin) in members.iter().zip(&registering).zip(&proving) {
            let tokens = [
                registration_tokens(&approver.user, &approver.token),
                admin.tokens(&proves(&admin.user)),
            ]
            .concat();
            self.ask(round, &member.id, PURPOSE, tokens)?;
        }
        let ids = self.everybody();
        let answers = self.answers(round, &ids, ids.len())?;
        for one in &mut registering {
            self.finish_registration(one, &answers)?;
        }
        for one in &mut proving {
            let finished = finish_proof(one, &answers);
            finished.map_err(not_theirs(&one.user, ADMIN_KEY))?;
        }
        self.console.say(format!(
            "{} approval keys are registered, and the approvers' passwords are gone. The owner and {} admins have logged \
             in.",
            registering.len(),
            proving.len()
        ));
        Ok(())
    }

    fn try_owner(&self, password: &Secret) -> Result<(), Error> {
        let owner = &self.site.owner;
        let mut hsm = self.connect(owner)?;
        let done = hsm.login(owner, Role::CryptoUser, password).and_then(|()| hsm.logout());
        done.map_err(Error::from).map_err(not_theirs(owner, OWNER_PASSWORD))
    }

    fn begin_registration(&self, member: &Member, password: &Secret) -> Result<Registering, Error> {
        let user = member.approver.clone();
        let mut hsm = self.connect(&user)?;
        let token = hsm
            .login(&user, Role::CryptoUser, password)
            .and_then(|()| hsm.registration_token());
        let token = token
            .map_err(Error::from)
            .map_err(not_theirs(&user, APPROVER_PASSWORD))?;
        Ok(Registering {
            member: member.id.clone(),
            user,
            hsm,
            token,
        })
    }

    fn finish_registration(&self, one: &mut Registering, answers: &Answers) -> Result<(), Error> {
        let member = self.member(&one.member)?;
        let key = rsa_key(member, KeyUse::Approval).map_err(|cause| input(&self.site.roster, cause))?;
        // A member's answer has the approver's signatures first, then the admin's.
        let signatures = answers.first(&one.member, one.token.tokens().len());
        let hsm = &mut one.hsm;
        let done = hsm
            .register_approval_key(&key.to_pem(), &one.token, &signatures)
            .and_then(|()| hsm.logout());
        done.map_err(Error::from).map_err(not_theirs(&one.user, APPROVER_KEY))
    }
}

/// What a member signs so that their approval key becomes that of an HSM user.
pub fn registration_tokens(user: &str, token: &RegistrationToken) -> Vec<KeyToken> {
    let one = |entry: &hsm::Unsigned| KeyToken {
        user: user.to_owned(),
        key: KeyUse::Approval,
        approval_data: entry.approval_data.clone().map(Bytes),
        token: Digest(entry.digest),
        allows: format!("this key approves for the HSM user {user}"),
    };
    token.tokens().iter().map(one).collect()
}

fn finish_proof(one: &mut Factor, answers: &Answers) -> Result<(), Error> {
    let signatures = answers.last(&one.member, one.token.entries().len());
    one.hsm.finish_login_mfa(&one.token, &signatures)?;
    Ok(one.hsm.logout()?)
}

fn proves(user: &str) -> String {
    format!("one login of the HSM user {user}, which shows that the HSM has this key for it and no other")
}

/// What the HSM says of a user is told with what hangs on it.
pub fn not_theirs(user: &str, what: &'static str) -> impl FnOnce(Error) -> Error {
    let user = user.to_owned();
    move |error| match error {
        Error::Hsm(cause) => Error::NotTheirs {
            user,
            what,
            cause: Box::new(cause),
        },
        other => other,
    }
}

const PURPOSE: &str = "registration of the member's approval key, and a login of the member's admin";

/// What a user did not do, and what that lets somebody else.
pub const OWNER_PASSWORD: &str =
    "did not log in with the password that it was given here; whoever gave it another could make and use its keys";
/// What a user did not do, and what that lets somebody else.
pub const APPROVER_PASSWORD: &str =
    "did not log in with the password that was made here; whoever gave it another could approve in its member's place";
/// What a user did not do, and what that lets somebody else.
pub const APPROVER_KEY: &str =
    "did not get its member's key; whoever has the key that it has could approve in its member's place";
/// What a user did not do, and what that lets somebody else.
pub const ADMIN_PASSWORD: &str = "did not begin its login with the password that it was given here; whoever gave it another could change \
                              users in its member's place";
/// What a user did not do, and what that lets somebody else.
pub const ADMIN_KEY: &str = "did not log in with its member's key; whoever has the key that it has could change users in its \
                         member's place";
