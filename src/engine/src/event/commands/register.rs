//! An approval key becomes known to the HSM: the new user logs in with the password that was made here, and nobody knows
//! it afterwards. The member's admin logs in once beside it, if its key is new.

use hsm::{Hsm, RegistrationToken, Role};
use record::Member;
use record::journal::What;
use record::messages::KeyUse;
use record::plan::{Command, Deed};

use super::Event;
use super::admin::challenges;
use super::second_factor::proves;
use crate::error::Error;
use crate::exchange::rsa_key;
use crate::initialise::{ADMIN_KEY, APPROVER_KEY, APPROVER_PASSWORD, not_theirs, registration_tokens};

/// A login that waits for a member's signatures.
struct Waiting {
    hsm: Box<dyn Hsm>,
    token: RegistrationToken,
}

impl Event {
    pub(super) fn register_approval_key(&mut self, command: &Command) -> Result<(), Error> {
        let (member, roster) = self.subject(command)?;
        let key = rsa_key(&member, KeyUse::Approval).map_err(|cause| Error::input("the next roster", cause))?;
        self.check_cluster()?;
        let mut approver = self.begin_registration(&member)?;
        let proof = match self.has_a_new_admin_key(command) {
            true => Some(self.begin_proof(&member)?),
            false => None,
        };
        let registering = registration_tokens(&member.approver, &approver.token);
        let proving = proof.as_ref().map_or_else(Vec::new, |proof| {
            challenges(&member.admin, &proof.1, &proves(&member.admin))
        });
        let (first, last) = (registering.len(), proving.len());
        let (id, tokens) = (member.id.clone(), [registering, proving].concat());
        let answers = self.with_exchange(&roster, |exchange, console| {
            let round = exchange.next_round();
            exchange.ask(console, round, (&id, PURPOSE), tokens)?;
            exchange.answers(console, round, std::slice::from_ref(&id), 1)
        })?;
        if let Some((mut hsm, token)) = proof {
            let signatures = answers.last(&id, last);
            let done = hsm.finish_login_mfa(&token, &signatures).and_then(|()| hsm.logout());
            done.map_err(Error::from)
                .map_err(not_theirs(&member.admin, ADMIN_KEY))?;
        }
        self.write(What::Spending {
            token: None,
            action: command.action(),
        })?;
        let signatures = answers.first(&id, first);
        let registered = approver
            .hsm
            .register_approval_key(&key.to_pem(), &approver.token, &signatures);
        let registered = registered
            .map_err(Error::from)
            .map_err(not_theirs(&member.approver, APPROVER_KEY));
        let outcome = registered.and_then(|()| self.keep_effect(command));
        if let Err(cause) = outcome {
            return Err(self.lost(command, cause)?);
        }
        // Nobody knows the password from here on.
        self.room.fresh.remove(&member.approver);
        self.keep_done(command, None, false)?;
        if let Err(error) = approver.hsm.logout() {
            self.console.warn(format!("logout: {error}"));
        }
        Ok(())
    }

    fn begin_registration(&mut self, member: &Member) -> Result<Waiting, Error> {
        let user = &member.approver;
        let Some(password) = self.room.fresh.get(user).cloned() else {
            return Err(Error::HsmState {
                what: format!("the password that was made for {user} is gone"),
                hint: "go on with `ceremony resume`: it is made anew",
            });
        };
        let mut hsm = self.sessions.open(user, self.habits, &self.ledger)?;
        let token = hsm
            .login(user, Role::CryptoUser, &password)
            .and_then(|()| hsm.registration_token());
        let token = token
            .map_err(Error::from)
            .map_err(not_theirs(user, APPROVER_PASSWORD))?;
        Ok(Waiting { hsm, token })
    }

    fn has_a_new_admin_key(&self, command: &Command) -> bool {
        let gives = |one: &Command| one.step == command.step && matches!(one.deed, Deed::SecondFactor { .. });
        self.commands().iter().any(gives)
    }
}

const PURPOSE: &str = "registration of the member's approval key";
