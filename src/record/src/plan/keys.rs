//! The keys of an event: those that it makes, and those that stand and that it uses.

use super::{Inbound, Step};
use crate::Roster;

/// A key that an event makes or uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventKey {
    /// The step that makes it; of a key that stands, `standing-` and its name.
    pub step: String,
    /// Its name: `root-1`.
    pub key: String,
    /// Its label in the HSM.
    pub label: String,
    /// How many members must agree to its use; none if the quorum does not guard it.
    pub quorum: Option<u8>,
    /// Whether the event makes it.
    pub made: bool,
}

impl Inbound {
    /// The keys that the event makes, in the plan's order, and then those that stand and that it uses: whatever signs, the
    /// console's, and where members change, every key that is shared with them.
    #[must_use]
    pub fn keys(&self) -> Vec<EventKey> {
        let made = self.plan.made_keys().map(|(step, key, guarded)| EventKey {
            step: step.to_owned(),
            key: key.to_owned(),
            label: self.label(step, key),
            quorum: guarded.then(|| self.threshold_of(key)),
            made: true,
        });
        let standing = self.standing.iter().flat_map(|standing| &standing.keys);
        let console = self.console_key();
        let shares = self.plan.step.iter().any(changes_shares);
        let used = standing.filter(|key| {
            let signs = self.plan.step.iter().any(|step| step.issuer() == Some(&key.key));
            signs || console.as_ref() == Some(&key.key) || (shares && key.quorum.is_some())
        });
        let used = used.map(|key| EventKey {
            step: format!("standing-{}", key.key),
            key: key.key.clone(),
            label: key.label.clone(),
            quorum: key.quorum,
            made: false,
        });
        made.chain(used).collect()
    }

    /// The roster with the keys with which this member answers a request to them: the next one for whoever comes, or gets
    /// other keys in the HSM.
    #[must_use]
    pub fn roster_of(&self, member: &str) -> &Roster {
        let gets_keys = |step: &Step| match step {
            Step::AddMember { member: id, .. } | Step::ReplaceMemberKeys { member: id, .. } => id == member,
            Step::InitialiseCluster { .. } => true,
            _ => false,
        };
        match self.plan.step.iter().any(gets_keys) {
            true => self.roster_after(),
            false => &self.roster,
        }
    }

    /// How many members hold the event: as many as its kind's record needs, and as any key that it makes or uses.
    #[must_use]
    pub fn people_needed(&self) -> u8 {
        let keys = self.keys().into_iter().filter_map(|key| key.quorum).max();
        self.policy.needed(self.plan.kind).max(keys.unwrap_or(0))
    }
}

/// Whether a step changes with whom guarded keys are shared.
fn changes_shares(step: &Step) -> bool {
    matches!(
        step,
        Step::AddMember { .. } | Step::RemoveMember { .. } | Step::ReplaceMemberKeys { .. }
    )
}
