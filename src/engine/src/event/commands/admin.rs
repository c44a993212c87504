//! The admin who gives the commands that admins approve: a member who is present, with password and second factor.

use std::time::{Duration, Instant};

use hsm::{Approved, Hsm, MfaToken, QuorumService, Role, Service, Token};
use record::journal::What;
use record::messages::{KeyToken, KeyUse, Place, TokenRequest};
use record::plan::{Command, ConsentTo, Step};
use record::{Digest, Member};

use super::Event;
use crate::cluster;
use crate::error::Error;
use crate::event::passwords::{Tried, is_no};
use crate::event::stages::At;
use crate::plan::budget::TOKEN_LIFE;

/// An admin who is logged in.
pub(in crate::event) struct Admin {
    pub(super) user: String,
    pub(super) hsm: Box<dyn Hsm>,
}

impl Event {
    /// Gives one command that admins approve. The HSM has one token of a service for each admin at a time.
    pub(super) fn give_as_admin(&mut self, command: &Command) -> Result<(), Error> {
        super::super::begin::check_window(&self.inbound, &self.clock)?;
        self.have_admin()?;
        let secret = self.secret_for(command)?;
        self.check_cluster()?;
        let (token, approved) = self.approve_as_admins(command)?;
        self.check_cluster()?;
        let was_done = self.progress().is_done(&command.action());
        if was_done {
            let reason = "the password that was made is gone with the stop".to_owned();
            let action = command.action();
            self.write(What::Again { action, reason })?;
        }
        self.give_hand_overs()?;
        self.write(What::Spending {
            token: Some(token),
            action: command.action(),
        })?;
        let given = self.given_as_admin(command, secret.as_ref(), &approved);
        let given = given.and_then(|()| self.keep_effect(command));
        match given {
            Ok(()) => {
                self.remember(command, secret);
                self.keep_done(command, Some(token), false)
            }
            Err(cause) => Err(self.lost(command, cause)?),
        }
    }

    /// A token, and as many admins' approvals as the service needs.
    fn approve_as_admins(&mut self, command: &Command) -> Result<(Digest, Approved), Error> {
        let Some(consent) = &command.consent else {
            return Err(Error::Hsm(hsm::Error::ApprovalRequired));
        };
        let service = match consent.service {
            ConsentTo::Quorum => QuorumService::Quorum,
            _ => QuorumService::User,
        };
        let begun = Instant::now();
        let admin = self
            .room
            .admin
            .as_mut()
            .ok_or(Error::Hsm(hsm::Error::ApprovalRequired))?;
        let (user, token) = (admin.user.clone(), admin.hsm.mint(Service::Admin(service), None)?);
        self.console
            .say(format!("It {}: `{}`.", command.said(), command.text()));
        let request = self.request(&user, vec![asked(command, &token)], "command")?;
        let (end, threshold) = (begun + Duration::from_secs(TOKEN_LIFE), usize::from(consent.threshold));
        self.begin_stage(&At::Consent(1));
        self.gather_approvals(&request, end, (threshold, self.able(command)))?;
        if self.clock.is_over(end) {
            return Err(Error::TokensExpired);
        }
        let approved = self.approved(&request, &token, threshold)?;
        Ok((Digest(*token.digest()), approved))
    }

    /// Has an admin log in, if none is: one whom the plan leaves as they are.
    fn have_admin(&mut self) -> Result<(), Error> {
        if self.room.admin.is_some() {
            return Ok(());
        }
        let (member, mut hsm, token) = self.admin_with_password()?;
        let tokens = login_tokens(&member.admin, &token);
        let id = member.id.clone();
        let signatures = self.with_exchange(&self.inbound.roster.clone(), |exchange, console| {
            let round = exchange.next_round();
            exchange.ask(console, round, (&id, PURPOSE), tokens)?;
            let answers = exchange.answers(console, round, std::slice::from_ref(&id), 1)?;
            Ok(answers.first(&id, token.entries().len()))
        })?;
        hsm.finish_login_mfa(&token, &signatures)?;
        self.console.say(format!("{} is logged in.", member.admin));
        let user = member.admin;
        self.room.admin = Some(Admin { user, hsm });
        Ok(())
    }

    /// Those in the room are asked first; whoever leaves the line empty lets another do it, and so does whoever the HSM
    /// refused so often that the next wrong password would lock the account.
    fn admin_with_password(&mut self) -> Result<(Member, Box<dyn Hsm>, MfaToken), Error> {
        for member in self.possible_admins() {
            while !self.is_at_the_last_try(&member.admin) {
                let prompt = format!(
                    "{ADMIN}{}, entered by {}{}{OR_ANOTHER}",
                    member.admin,
                    member.id,
                    self.once_more(&member.admin)
                );
                let password = self.console.pin(&prompt)?;
                if password.reveal().is_empty() {
                    break;
                }
                let names = cluster::names(self.inbound.roster_after(), &self.inbound.plan.hsm.owner);
                password.check_told_apart(names.iter().map(String::as_str))?;
                let mut hsm = self.sessions.open("admin", self.habits, &self.ledger)?;
                let begun = hsm.begin_login_mfa(&member.admin, Role::Admin, &password);
                if let Some(token) = self.begun(&member.admin, begun)? {
                    return Ok((member, hsm, token));
                }
            }
        }
        Err(Error::NoAnswer {
            question: "which member logs in as admin".into(),
        })
    }

    /// The first half of an admin's login, where the HSM took the password; others can log in where it did not.
    fn begun(&mut self, user: &str, begun: Result<MfaToken, hsm::Error>) -> Result<Option<MfaToken>, Error> {
        if begun.as_ref().is_err_and(is_no) && self.is_at_the_last_try(user) {
            self.console.warn(format!(
                "One more wrong password locks {user} on each HSM, if it is not locked by now: another member logs in."
            ));
            return Ok(None);
        }
        Ok(match self.tried(user, begun)? {
            Tried::In(token) => Some(token),
            Tried::Again => None,
        })
    }

    fn possible_admins(&self) -> Vec<Member> {
        let changed = |id: &str| {
            self.inbound.plan.step.iter().any(|step| match step {
                Step::RemoveMember { member, .. } | Step::ReplaceMemberKeys { member, .. } => member == id,
                _ => false,
            })
        };
        let here = self.places_of_members();
        let members = self.inbound.roster.members.iter();
        let mut possible: Vec<Member> = members
            .filter(|member| here.contains_key(&member.id) && !changed(&member.id))
            .cloned()
            .collect();
        possible.sort_by_key(|member| here.get(&member.id) != Some(&Place::Local));
        possible
    }

    /// Ends the admin's login; tokens end with it.
    pub(super) fn leave_as_admin(&mut self) {
        let Some(mut admin) = self.room.admin.take() else {
            return;
        };
        match admin.hsm.logout() {
            Ok(()) | Err(hsm::Error::Broken { .. }) => {}
            Err(error) => self.console.warn(format!("logout: {error}")),
        }
    }
}

/// A token, and the command that it is for.
pub(super) fn asked(command: &Command, token: &Token) -> TokenRequest {
    let consent = command.consent.as_ref();
    TokenRequest {
        service: token.service().as_str().to_owned(),
        key: consent.and_then(|consent| consent.key.clone()),
        key_reference: token.key_reference().map(str::to_owned),
        approval_data: token.approval_data().into(),
        token: Digest(*token.digest()),
        action: command.action(),
    }
}

/// What a login's second factor signs: one challenge of each HSM, of which nothing says what it is for.
pub(super) fn login_tokens(user: &str, token: &hsm::MfaToken) -> Vec<KeyToken> {
    challenges(
        user,
        token,
        &format!("one login of the HSM user {user}, to carry out commands of the plan"),
    )
}

/// Challenges for an admin's key.
pub(super) fn challenges(user: &str, token: &hsm::MfaToken, allows: &str) -> Vec<KeyToken> {
    let one = |entry: &[u8; 32]| KeyToken {
        user: user.to_owned(),
        key: KeyUse::Admin,
        approval_data: None,
        token: Digest(*entry),
        allows: allows.to_owned(),
    };
    token.entries().iter().map(one).collect()
}

/// How an admin's password is asked for where another may log in instead; a replay knows the prompt by it.
pub const ADMIN: &str = "Password of the admin ";
/// The end of the prompt.
pub const OR_ANOTHER: &str = "; leave it empty if another member logs in";
const PURPOSE: &str = "login of the admin who carries out commands of the plan";
