//! The admins' quorum: from here on no admin changes a user, a quorum value or the cluster alone.
//!
//! The quorum for quorum values comes first, as long as one admin is enough for it; the other two are set under it. An
//! admin has one token of a service at a time, so two admins mint one each, and the members approve both at once. Where
//! the whole cluster has one such token at a time (AWS's pages differ), the second is minted and approved after the first.

use hsm::{Approval, Approved, QuorumService, Role, Service, Token};
use record::messages::{KeyToken, KeyUse};
use record::{Digest, Member};

use super::factors::Factor;
use super::{Passwords, Setup, titles};
use crate::error::Error;
use crate::exchange::Answers;

/// A change that the members approve.
struct Change {
    service: QuorumService,
    token: Token,
    by: usize,
}

impl Setup {
    /// Sets all three values to the policy's threshold. Returns the number of the next round.
    pub(super) fn set_quorum(&mut self, passwords: &Passwords) -> Result<u32, Error> {
        self.begin(titles::QUORUM)?;
        let threshold = usize::from(self.policy.quorum.threshold);
        let value = threshold as u64;
        let mut admins = self.login_two(passwords)?;
        admins[0].hsm.set_quorum_value(QuorumService::Quorum, value, None)?;
        let mut left = vec![(0, QuorumService::User), (1, QuorumService::Cluster)];
        let mut round = 3;
        loop {
            let changes = mint(&mut admins, &left)?;
            left.drain(..changes.len());
            self.approve(round, &mut admins, changes)?;
            round += 1;
            if left.is_empty() {
                break;
            }
            self.console
                .say("The HSM has one token for quorum values at a time: the members approve once more.");
        }
        for admin in &mut admins {
            admin.hsm.logout()?;
        }
        Ok(round)
    }

    /// One round of the members, and then the changes that they approved.
    fn approve(&mut self, round: u32, admins: &mut [Factor], changes: Vec<Change>) -> Result<(), Error> {
        let threshold = usize::from(self.policy.quorum.threshold);
        for member in &self.roster.members {
            let tokens = changes
                .iter()
                .map(|change| asked(change, member, admins, threshold))
                .collect();
            self.ask(round, &member.id, "quorum of the admins", tokens)?;
        }
        let answers = self.answers(round, &self.everybody(), threshold)?;
        for (number, change) in changes.into_iter().enumerate() {
            let approvals = self.approvals(&answers, number, threshold)?;
            let approved = Approved::new(change.token, approvals)?;
            let hsm = &mut admins[change.by].hsm;
            hsm.set_quorum_value(change.service, threshold as u64, Some(&approved))?;
        }
        Ok(())
    }

    /// The first two members log in as admins: password here, second factor on their own machines.
    fn login_two(&mut self, passwords: &Passwords) -> Result<Vec<Factor>, Error> {
        let members: Vec<Member> = self.roster.members.iter().take(2).cloned().collect();
        let mut factors = Vec::new();
        for (member, password) in members.iter().zip(&passwords.admins) {
            let factor = self.begin_login(member, password)?;
            let allows = format!("one login of the HSM user {}, to set the admins' quorum", factor.user);
            self.ask(2, &member.id, "login of two admins", factor.tokens(&allows))?;
            factors.push(factor);
        }
        let ids: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        let answers = self.answers(2, &ids, ids.len())?;
        for factor in &mut factors {
            let signatures = answers.first(&factor.member, factor.token.entries().len());
            factor.hsm.finish_login_mfa(&factor.token, &signatures)?;
        }
        Ok(factors)
    }

    /// The first `threshold` members' approvals of one change.
    fn approvals(&self, answers: &Answers, number: usize, threshold: usize) -> Result<Vec<Approval>, Error> {
        let approval = |(id, signatures): &(String, Vec<Vec<u8>>)| {
            Ok(Approval {
                user: self.member(id)?.admin.clone(),
                role: Role::Admin,
                signature: signatures.get(number).cloned().unwrap_or_default(),
            })
        };
        answers.all().take(threshold).map(approval).collect()
    }
}

/// A token for each change; for the first alone, where the HSM says no to a second.
fn mint(admins: &mut [Factor], wanted: &[(usize, QuorumService)]) -> Result<Vec<Change>, Error> {
    let mut changes: Vec<Change> = Vec::new();
    for (by, service) in wanted.iter().copied() {
        match admins[by].hsm.mint(Service::Admin(QuorumService::Quorum), None) {
            Ok(token) => changes.push(Change { service, token, by }),
            Err(error) if changes.is_empty() || error.outcome_unknown() => return Err(error.into()),
            Err(_) => break,
        }
    }
    Ok(changes)
}

fn asked(change: &Change, member: &Member, admins: &[Factor], threshold: usize) -> KeyToken {
    let (service, by) = (change.service.as_str(), &admins[change.by].user);
    KeyToken {
        user: member.admin.clone(),
        key: KeyUse::Admin,
        approval_data: Some(change.token.approval_data().into()),
        token: Digest(*change.token.digest()),
        allows: format!("the HSM user {by} sets the quorum of the service {service} to {threshold}"),
    }
}
