//! The store's logs: the newest checkpoint of each, and the policy by which it is believed.

use tlog::{Policy, SignedCheckpoint};
use verifier::brought;
use verifier::layout::{Log, Rules, Series};

use super::Site;
use crate::error::Error;
use crate::logs;
use crate::store::Source;

/// The newest checkpoints of all logs that the store has, in the order of their folders.
pub(super) fn newest(store: &dyn Source) -> Result<Vec<(Log, SignedCheckpoint)>, Error> {
    let mut all = logs::checkpoints(store, Series::Main)?;
    all.extend(logs::checkpoints(store, Series::Signatures)?);
    Ok(all)
}

impl Site {
    /// The path of the newest log policy, and what it says.
    pub fn log_policy(&self) -> Option<(String, Policy)> {
        let brought = self.events.iter().rev().flat_map(|event| {
            let mut rules = brought::rules_of(&event.inbound, &event.record);
            rules.reverse();
            rules
        });
        let mut policies = brought.filter(|(rules, _)| matches!(rules, Rules::LogPolicy(_)));
        let (rules, bytes) = policies.next()?;
        Some((rules.path(), Policy::parse(bytes).ok()?))
    }

    /// The key of the log that grows, as the newest log policy has it.
    pub fn log_key(&self) -> Option<String> {
        let (_, policy) = self.log_policy()?;
        let mut logs = policy.logs().iter().map(|log| &log.key);
        let key = logs.find(|key| key.name() == self.log.origin())?;
        Some(key.to_string())
    }
}
