//! The HSM judged as a whole, at the beginning and at the end: `ceremony hsm check`, in the event and in its record.

use hsm::{ClusterState, ClusterTerms, KeyTerms};
use record::facts::HsmCheck;
use record::journal::What;
use record::plan::EventKey;

use super::Event;
use crate::cluster;
use crate::error::Error;

impl Event {
    /// In each run that makes or finds a key, with the owner logged in: on a cluster that falls short, nothing is made. What
    /// falls short is written down before the event stops.
    pub(super) fn judge_at_begin(&mut self) -> Result<(), Error> {
        let progress = self.progress();
        let known = |wanted: &EventKey| progress.keys.contains_key(&wanted.key);
        let short = progress.checks.get(HsmCheck::Begin.fact());
        let short = short.is_some_and(|judged| !judged.findings.is_empty());
        // What fell short when a run began, and was mended, is judged again.
        if self.wanted().iter().all(known) && !short {
            return Ok(());
        }
        let state = cluster::read(&mut *self.hsm, true)?;
        let terms = self.terms_of(|key| progress.keys.contains_key(&key.key) || is_there(&state, key));
        let findings = hsm::check_cluster(&state, &terms);
        let said = findings.iter().map(ToString::to_string).collect();
        self.keep_judgement(HsmCheck::Begin, said)?;
        cluster::demand(&findings)
    }

    /// What policy and roster demand of the HSM, with those of the plan's keys that are asked for.
    pub(super) fn terms_of(&self, asked: impl Fn(&EventKey) -> bool) -> ClusterTerms {
        let inbound = &self.inbound;
        let made = inbound.keys().into_iter().filter(|key| key.made && asked(key));
        let made = made.map(|key| (key.label, key.quorum));
        // All that stand must be there, also those that this event does not use.
        let standing = inbound.standing.iter().filter(|_| !self.initialises());
        let standing = standing.flat_map(|standing| &standing.keys);
        let standing = standing.map(|key| (key.label.clone(), key.quorum));
        let terms = |(label, quorum): (String, Option<u8>)| KeyTerms {
            label,
            quorum: quorum.map(u64::from),
        };
        let keys = made.chain(standing).map(terms).collect();
        let (roster, threshold) = self.terms_by_now();
        let mut terms = cluster::terms(&*self.hsm, roster, &inbound.plan.hsm.owner, threshold, keys);
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

/// Whether the HSM has a key of the plan's. One whose entry a stop cut off is judged by the plan as well: where the event
/// changes M, it needs as many as the policy says that comes into force.
pub(super) fn is_there(state: &ClusterState, key: &EventKey) -> bool {
    let keys = state.keys.iter().flatten();
    keys.into_iter().any(|found| found.label() == key.label)
}
