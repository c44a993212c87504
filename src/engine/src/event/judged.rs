//! The HSM judged as a whole, at the beginning and at the end: `ceremony hsm check`, in the event and in its record.

use hsm::ClusterTerms;
use record::facts::HsmCheck;
use record::journal::What;

use super::Event;
use crate::cluster;
use crate::error::Error;

impl Event {
    /// In each run that makes a key, with the owner logged in: on a cluster that falls short, nothing is made. What
    /// falls short is written down before the event stops.
    pub(super) fn judge_at_begin(&mut self) -> Result<(), Error> {
        let progress = self.progress();
        let is_made = |(_, key, _): (&str, &str, bool)| progress.keys.contains_key(key);
        if self.inbound.plan.made_keys().all(is_made) {
            return Ok(());
        }
        let made = self.terms_of(|key| progress.keys.contains_key(key));
        let state = cluster::read(&mut *self.hsm, true)?;
        let findings = hsm::check_cluster(&state, &made);
        let said = findings.iter().map(ToString::to_string).collect();
        self.keep_judgement(HsmCheck::Begin, said)?;
        cluster::demand(&findings)
    }

    /// What policy and roster demand of the HSM, with those of the plan's keys that are asked for.
    pub(super) fn terms_of(&self, asked: impl Fn(&str) -> bool) -> ClusterTerms {
        let inbound = &self.inbound;
        let keys = inbound.plan.made_keys().filter(|(_, key, _)| asked(key));
        let keys = keys
            .map(|(step, key, quorum)| (inbound.label(step, key), quorum))
            .collect();
        let threshold = inbound.policy.quorum.threshold;
        let mut terms = cluster::terms(&*self.hsm, &inbound.roster, &inbound.plan.hsm.owner, threshold, keys);
        terms.nodes_least = terms.nodes_least.max(usize::from(inbound.plan.hsm.nodes_least));
        terms
    }

    pub(super) fn keep_judgement(&mut self, check: HsmCheck, findings: Vec<String>) -> Result<(), Error> {
        for finding in &findings {
            self.console.warn(format!("the HSM falls short: {finding}"));
        }
        self.write(What::Checked {
            of: check.fact().into(),
            findings,
        })
    }
}
