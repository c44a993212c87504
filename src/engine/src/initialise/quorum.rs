//! The admins' quorum: from here on no admin changes a user or a quorum value alone.

use hsm::{Approved, Hsm as _, QuorumService, Role, Secret, Service};
use record::Digest;
use record::messages::{KeyToken, KeyUse};

use super::{Setup, input};
use crate::error::Error;

impl Setup<'_> {
    /// The quorum for changing quorum values first, then, under it, the quorum for changing users.
    pub(super) fn set_quorum(&mut self, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Set the admins' quorum");
        let threshold = usize::from(self.policy.quorum.threshold);
        let member = self.roster.members[0].clone();
        let mut hsm = self.connect("first")?;
        hsm.login(&member.admin, Role::Admin, &admins[0])?;
        let value = threshold as u64;
        hsm.set_quorum_value(QuorumService::Quorum, value, None)?;
        let token = hsm.mint(Service::Admin(QuorumService::Quorum), None)?;
        let allows = format!("setting the quorum of the service user to {threshold}");
        for member in self.roster.members.clone() {
            let tokens = vec![KeyToken {
                user: member.admin.clone(),
                key: KeyUse::Admin,
                approval_data: Some(token.approval_data().into()),
                token: Digest(*token.digest()),
                allows: allows.clone(),
            }];
            self.ask(2, &member.id, "quorum of the admins", tokens)?;
        }
        let answers = self.answers(2, threshold)?;
        let mut approvals = Vec::new();
        for (id, signatures) in answers.into_iter().take(threshold) {
            let member = self
                .roster
                .member(&id)
                .map_err(|cause| input(&self.args.roster, cause))?;
            let signature = signatures.into_iter().next().unwrap_or_default().0;
            approvals.push(hsm::Approval {
                user: member.admin.clone(),
                role: Role::Admin,
                signature,
            });
        }
        hsm.set_quorum_value(QuorumService::User, value, Some(&Approved::new(token, approvals)?))?;
        hsm.logout()?;
        Ok(())
    }
}
