//! An admin's second factor, given by another admin under the quorum: the member signs challenges with the new key, while
//! the command waits at its prompt. A login shows afterwards that the HSM has that key and no other.

use hsm::{Approved, Hsm, MfaToken, Role, Secret};
use record::messages::KeyUse;
use record::plan::{Command, Deed, Step};
use record::{Member, Roster};

use super::Event;
use super::admin::challenges;
use crate::error::Error;
use crate::event::passwords::Tried;
use crate::exchange::rsa_key;
use crate::initialise::{ADMIN_KEY, ADMIN_PASSWORD, not_theirs};

impl Event {
    pub(super) fn give_second_factor(
        &mut self,
        command: &Command,
        (user, replaces): (&str, bool),
        secret: Option<&Secret>,
        approved: &Approved,
    ) -> Result<(), Error> {
        let (member, roster) = self.subject(command)?;
        let key = rsa_key(&member, KeyUse::Admin).map_err(|cause| Error::input("the next roster", cause))?;
        let Some(admin) = &mut self.room.admin else {
            return Err(Error::Hsm(hsm::Error::ApprovalRequired));
        };
        let (hsm, approved) = (&mut admin.hsm, Some(approved));
        let token = match replaces {
            true => hsm.begin_replace_mfa(user, Role::Admin, secret, approved)?,
            false => hsm.begin_change_mfa(user, Role::Admin, secret, approved)?,
        };
        let allows = format!("this key is the second factor of the HSM user {user}, and approves for it");
        let signatures = self.signed_by(&member, &roster, &token, (FACTOR, &allows))?;
        let Some(admin) = &mut self.room.admin else {
            return Err(Error::Hsm(hsm::Error::ApprovalRequired));
        };
        admin.hsm.finish_change_mfa(&token, &key.to_pem(), &signatures)?;
        let registers = |one: &Command| one.step == command.step && matches!(one.deed, Deed::Register { .. });
        // Where an approval key is registered in the same step, the login is asked for together with it.
        match self.commands().iter().any(registers) {
            true => {
                self.room
                    .typed
                    .extend(secret.map(|secret| (user.to_owned(), secret.clone())));
                Ok(())
            }
            false => self.prove_admin(&member, &roster, secret),
        }
    }

    /// A login of the admin alone.
    fn prove_admin(&mut self, member: &Member, roster: &Roster, secret: Option<&Secret>) -> Result<(), Error> {
        self.room
            .typed
            .extend(secret.map(|secret| (member.admin.clone(), secret.clone())));
        let (mut hsm, token) = self.begin_proof(member)?;
        let signatures = self.signed_by(member, roster, &token, (PROOF, &proves(&member.admin)))?;
        let done = hsm.finish_login_mfa(&token, &signatures).and_then(|()| hsm.logout());
        done.map_err(Error::from).map_err(not_theirs(&member.admin, ADMIN_KEY))
    }

    /// The first half of a login by which a member's admin shows its key: with the password of this run, or, after a stop,
    /// with one that is asked for.
    pub(super) fn begin_proof(&mut self, member: &Member) -> Result<(Box<dyn Hsm>, MfaToken), Error> {
        let user = &member.admin;
        loop {
            let known = self.room.typed.get(user).cloned();
            let (asked, password) = match known {
                Some(known) => (false, known),
                None => (true, self.password_of(member)?),
            };
            let mut hsm = self.sessions.open(user, self.habits, &self.ledger)?;
            let begun = hsm.begin_login_mfa(user, Role::Admin, &password);
            let tried = match asked {
                true => self.tried(user, begun),
                // It was given to the user in this run: nobody mistypes it.
                false => begun.map(Tried::In).map_err(Error::from),
            };
            if let Tried::In(token) = tried.map_err(not_theirs(user, ADMIN_PASSWORD))? {
                return Ok((hsm, token));
            }
        }
    }

    fn password_of(&mut self, member: &Member) -> Result<Secret, Error> {
        self.console.secret(&format!(
            "Password of the admin {}, entered by {}{}",
            member.admin,
            member.id,
            self.once_more(&member.admin)
        ))
    }

    /// One round in which one member's admin key signs.
    fn signed_by(
        &mut self,
        member: &Member,
        roster: &Roster,
        token: &MfaToken,
        (purpose, allows): (&str, &str),
    ) -> Result<Vec<Vec<u8>>, Error> {
        let tokens = challenges(&member.admin, token, allows);
        let id = member.id.clone();
        self.with_exchange(roster, |exchange, console| {
            let round = exchange.next_round();
            exchange.ask(console, round, (&id, purpose), tokens)?;
            let answers = exchange.answers(console, round, std::slice::from_ref(&id), 1)?;
            Ok(answers.first(&id, token.entries().len()))
        })
    }

    /// The member whom a command's step is about, with the roster that has the new keys.
    pub(super) fn subject(&self, command: &Command) -> Result<(Member, Roster), Error> {
        let step = self.inbound.plan.step.iter().find(|step| step.id() == command.step);
        let id = match step {
            Some(Step::AddMember { member, .. } | Step::ReplaceMemberKeys { member, .. }) => member.as_str(),
            _ => "",
        };
        let roster = self.inbound.roster_of(id).clone();
        let member = roster
            .member(id)
            .map_err(|cause| Error::input("the next roster", cause))?;
        Ok((member.clone(), roster))
    }
}

/// What a login shows.
pub(super) fn proves(user: &str) -> String {
    format!("one login of the HSM user {user}, which shows that the HSM has this key for it and no other")
}

const FACTOR: &str = "second factor of the member's admin";
const PROOF: &str = "a login of the member's admin";
