//! The members' keys become known to the HSM, each within the login that its token lives in.

use hsm::{CloudHsm, Hsm as _, RegistrationToken, Role, Secret};
use record::messages::{KeyToken, KeyUse};
use record::{Bytes, Digest, Member};

use super::{Setup, exchange::rsa_key, input};
use crate::error::Error;
use crate::random;

/// A user whose key is being registered: the token lives in this login only, so the login stays open.
struct Registering {
    user: String,
    key: KeyUse,
    member: String,
    hsm: CloudHsm,
    token: RegistrationToken,
}

impl Setup<'_> {
    /// Creates the approvers with random passwords that nobody keeps, and registers every member's two keys.
    pub(super) fn register(&mut self, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Register the members' approval and admin keys");
        let mut open = Vec::new();
        let members = self.roster.members.clone();
        let mut hsm = self.connect("first")?;
        hsm.login(&members[0].admin, Role::Admin, &admins[0])?;
        let mut approvers = Vec::new();
        for member in &members {
            let password = random::password()?;
            hsm.create_user(&member.approver, Role::CryptoUser, &password, None)?;
            approvers.push(password);
        }
        hsm.logout()?;
        for ((member, approver), admin) in members.iter().zip(&approvers).zip(admins) {
            open.push(self.begin_registration(member, KeyUse::Approval, approver)?);
            open.push(self.begin_registration(member, KeyUse::Admin, admin)?);
        }
        // From here on nobody knows an approver's password.
        drop(approvers);
        for member in &members {
            let tokens = open
                .iter()
                .filter(|one| one.member == member.id)
                .flat_map(registration_tokens)
                .collect();
            self.ask(1, &member.id, "registration of the member's keys with the HSM", tokens)?;
        }
        let answers = self.answers(1, members.len())?;
        for one in &mut open {
            self.finish_registration(one, &answers)?;
        }
        self.console.say(format!(
            "{} keys are registered; the approvers' passwords are gone.",
            open.len()
        ));
        Ok(())
    }

    fn begin_registration(&self, member: &Member, key: KeyUse, password: &Secret) -> Result<Registering, Error> {
        let (user, role) = match key {
            KeyUse::Approval => (member.approver.clone(), Role::CryptoUser),
            KeyUse::Admin => (member.admin.clone(), Role::Admin),
        };
        let mut hsm = self.connect(&user)?;
        hsm.login(&user, role, password)?;
        let token = hsm.registration_token()?;
        Ok(Registering {
            user,
            key,
            member: member.id.clone(),
            hsm,
            token,
        })
    }

    fn finish_registration(&self, one: &mut Registering, answers: &[(String, Vec<Bytes>)]) -> Result<(), Error> {
        let member = self
            .roster
            .member(&one.member)
            .map_err(|cause| input(&self.args.roster, cause))?;
        let key = rsa_key(member, one.key).map_err(|cause| input(&self.args.roster, cause))?;
        let count = one.token.tokens().len();
        let signatures = answers
            .iter()
            .find(|answer| answer.0 == one.member)
            .map(|answer| answer.1.as_slice());
        // A member's answer has the approval key's signatures first, then the admin key's.
        let part = match one.key {
            KeyUse::Approval => signatures.and_then(|all| all.get(..count)),
            KeyUse::Admin => signatures.and_then(|all| all.get(all.len().saturating_sub(count)..)),
        };
        let part: Vec<Vec<u8>> = part.unwrap_or_default().iter().map(|bytes| bytes.0.clone()).collect();
        one.hsm.register_approval_key(&key.to_pem(), &one.token, &part)?;
        one.hsm.logout()?;
        Ok(())
    }
}

fn registration_tokens(one: &Registering) -> Vec<KeyToken> {
    let token = |entry: &hsm::Unsigned| KeyToken {
        user: one.user.clone(),
        key: one.key,
        approval_data: entry.approval_data.clone().map(Bytes),
        token: Digest(entry.digest),
        allows: format!("this key approves for the HSM user {}", one.user),
    };
    one.token.tokens().iter().map(token).collect()
}
