//! The HSM judged as a whole, at the beginning and at the end: `ceremony hsm check`, in the event and in its record.

use hsm::Finding;
use record::facts::HsmCheck;
use record::journal::What;

use super::Event;
use crate::cluster;
use crate::error::Error;

impl Event {
    /// Before the first key is made, with the owner logged in: on a cluster that falls short, nothing is made.
    pub(super) fn judge_at_begin(&mut self) -> Result<(), Error> {
        let check = HsmCheck::Begin;
        if self.progress().checks.contains_key(check.fact()) {
            return Ok(());
        }
        let findings = self.judge(Vec::new())?;
        cluster::demand(&findings)?;
        self.keep_judgement(check, &findings)
    }

    /// After the last signature: what falls short now is in the record, which is written in any case.
    pub(super) fn judge_at_end(&mut self) -> Result<(), Error> {
        let check = HsmCheck::End;
        if self.progress().record.is_some() || self.progress().checks.contains_key(check.fact()) {
            return Ok(());
        }
        let inbound = &self.inbound;
        let made = inbound.plan.made_keys();
        let keys = made
            .map(|(step, key, quorum)| (inbound.label(step, key), quorum))
            .collect();
        self.login_owner()?;
        let findings = self.judge(keys);
        self.leave();
        let findings = findings?;
        for finding in &findings {
            self.console.warn(format!("the HSM falls short: {finding}"));
        }
        self.keep_judgement(check, &findings)
    }

    fn keep_judgement(&mut self, check: HsmCheck, findings: &[Finding]) -> Result<(), Error> {
        self.write(What::Checked {
            of: check.fact().into(),
            findings: findings.iter().map(ToString::to_string).collect(),
        })
    }

    fn judge(&mut self, keys: Vec<(String, bool)>) -> Result<Vec<Finding>, Error> {
        let state = cluster::read(&mut *self.hsm, true)?;
        let (roster, owner) = (&self.inbound.roster, &self.inbound.plan.hsm.owner);
        let threshold = self.inbound.policy.quorum.threshold;
        let terms = cluster::terms(&*self.hsm, roster, owner, threshold, keys);
        Ok(hsm::check_cluster(&state, &terms))
    }
}
