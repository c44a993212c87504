//! A look at the users when the quorum stands, and before anybody's approval key is registered.

use hsm::{Finding, Role};
use record::journal::What;

use super::Setup;
use crate::cluster;
use crate::error::Error;

impl Setup {
    /// From here on no admin changes a user alone, so what is found good here and in the last round stays good. An admin
    /// too many now could help to undo later what it did before.
    pub(super) fn look_between(&mut self) -> Result<(), Error> {
        let mut hsm = self.connect("first")?;
        let state = cluster::read(&mut *hsm, false)?;
        if self.dry.is_some() {
            return Ok(());
        }
        hsm::same_cluster(&self.nodes, &state.nodes, hsm.least_nodes())?;
        let terms = cluster::terms(
            &*hsm,
            &self.roster,
            &self.site.owner,
            self.policy.quorum.threshold,
            Vec::new(),
        );
        let approves = |name: &String| {
            let found = state.users.iter().flatten();
            let mut same = found.filter(|user| user.name == *name && user.role() == Some(Role::CryptoUser));
            same.any(|user| user.quorum_registered)
        };
        if let Some(user) = terms.approvers.iter().find(|name| approves(name)) {
            return Err(Error::HsmState {
                what: format!(
                    "the HSM user {user} has an approval key, and no member was asked for one yet: it is somebody \
                     else's, who could approve in its member's place"
                ),
                hint: "no key may be made on this HSM",
            });
        }
        let unregistered = |finding: &Finding| {
            let approver = |name: &String| finding.subject == format!("{} {name}", Role::CryptoUser);
            finding.what == "approval key" && terms.approvers.iter().any(approver)
        };
        let mut findings = hsm::check_cluster(&state, &terms);
        findings.retain(|finding| !unregistered(finding));
        self.write(What::Checked {
            of: "quorum".into(),
            findings: findings.iter().map(ToString::to_string).collect(),
        })?;
        cluster::demand(&findings)
    }
}
