//! The inbound bundle: the plan with all that it lists, read once and then trusted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, Plan, ROSTER, STANDING, invalid, rules};
use crate::{Body, Bundle, Bytes, Digest, Error, Policy, Roster, Standing, cbor, sshsig, text};

/// The inbound bundle: the plan and all that it lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlanBundle {
    /// `plan.toml`, byte for byte.
    pub plan: Bytes,
    /// The inputs, byte for byte, by name.
    pub inputs: BTreeMap<String, Bytes>,
}

impl Body for PlanBundle {
    const TYPE: &'static str = "plan";
    const NAMESPACE: &'static str = sshsig::namespace::PLAN;
    /// It holds other bundles, byte for byte.
    const LIMIT: usize = cbor::BUNDLE_LIMIT;
}

/// An inbound bundle whose inputs are the plan's, with policy and roster read.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// SHA-256 of the bundle's file: read aloud, reviewed, approved.
    pub digest: Digest,
    /// The plan.
    pub plan: Plan,
    /// The policy it follows.
    pub policy: Policy,
    /// The members in office.
    pub roster: Roster,
    /// What stands before the event; none before the first.
    pub standing: Option<Standing>,
    /// The policy that is in force after the event, if that is another.
    pub next_policy: Option<Policy>,
    /// The roster that is in force after the event, if that is another.
    pub next_roster: Option<Roster>,
    /// All inputs, by name.
    pub inputs: BTreeMap<String, Bytes>,
}

impl Inbound {
    /// Reads an inbound bundle.
    ///
    /// # Errors
    /// A damaged bundle, an input that is missing, unknown or changed, a bad plan, policy or roster, marks that
    /// differ, or a plan that the policy does not allow.
    pub fn open(bytes: &[u8]) -> Result<Self, Error> {
        let bundle = Bundle::<PlanBundle>::decode(bytes)?;
        let plan = Plan::parse(&bundle.body.plan)?;
        let inputs = bundle.body.inputs;
        check_inputs(&plan, &inputs)?;
        if plan.rehearsal != bundle.rehearsal {
            return Err(Error::OtherMark {
                rehearsal: plan.rehearsal,
            });
        }
        let read_policy = |bytes: &Bytes| marked(Policy::parse(bytes)?, plan.rehearsal);
        let read_roster = |bytes: &Bytes| Roster::open(bytes, plan.rehearsal);
        let (policy, roster) = (read_policy(&inputs[POLICY])?, read_roster(&inputs[ROSTER])?);
        let next_policy = inputs.get(NEXT_POLICY).map(read_policy).transpose()?;
        let next_roster = inputs.get(NEXT_ROSTER).map(read_roster).transpose()?;
        let standing = inputs.get(STANDING);
        let standing = standing.map(|bytes| Bundle::decode_marked(bytes, plan.rehearsal));
        let inbound = Self {
            digest: Digest::of(bytes),
            standing: standing.transpose()?,
            plan,
            policy,
            roster,
            next_policy,
            next_roster,
            inputs,
        };
        inbound.roster.check(&inbound.policy)?;
        rules::follows(&inbound).map_err(invalid)?;
        if let Some(next) = &inbound.next_roster {
            next.check(inbound.issuing_policy())?;
        }
        Ok(inbound)
    }

    /// The policy that what is issued follows: the next one, where the event brings one.
    #[must_use]
    pub fn issuing_policy(&self) -> &Policy {
        self.next_policy.as_ref().unwrap_or(&self.policy)
    }

    /// The roster after the event.
    #[must_use]
    pub fn roster_after(&self) -> &Roster {
        self.next_roster.as_ref().unwrap_or(&self.roster)
    }

    /// How many members must agree to a use of this key: those that stand keep what they were made with.
    #[must_use]
    pub fn threshold_of(&self, key: &str) -> u8 {
        let standing = self.standing.as_ref().and_then(|standing| standing.key(key));
        match standing {
            Some(key) => key.quorum.unwrap_or(self.policy.quorum.threshold),
            None => self.issuing_policy().quorum.threshold,
        }
    }

    /// Whether the quorum guards this key: one that the plan makes, or one that stands. None if it is neither.
    #[must_use]
    pub fn is_guarded(&self, key: &str) -> Option<bool> {
        let made = self.plan.made_keys().find(|made| made.1 == key).map(|made| made.2);
        let standing = || self.standing.as_ref()?.key(key);
        made.or_else(|| standing().map(|key| key.quorum.is_some()))
    }

    /// The label in the HSM of a key that this plan makes, or of one that stands.
    #[must_use]
    pub fn label_of(&self, key: &str) -> Option<String> {
        let made = self.plan.made_keys().find(|made| made.1 == key);
        let standing = || self.standing.as_ref()?.key(key);
        made.map(|(step, key, _)| self.label(step, key))
            .or_else(|| standing().map(|key| key.label.clone()))
    }

    /// The key that signs what leaves the console: made in the event, or the newest that stands. None before there is one,
    /// in an event that does not touch the HSM, and in one that begins a cluster.
    #[must_use]
    pub fn console_key(&self) -> Option<String> {
        // A new cluster holds no key yet, whatever an older one holds.
        if !self.plan.deed().touches_the_hsm() || self.plan.deed() == Kind::ClusterInitialisation {
            return None;
        }
        let is_console = |key: &&str| key.strip_prefix("console-").is_some_and(|n| n.parse::<u32>().is_ok());
        let made = self.plan.made_keys().map(|made| made.1).find(is_console);
        let standing = || {
            let keys = self.standing.as_ref()?.keys.iter().map(|key| key.key.as_str());
            keys.rev().find(is_console)
        };
        made.or_else(standing).map(str::to_owned)
    }

    /// What is in force after the event and was not before: digests by the store's paths.
    #[must_use]
    pub fn adopted(&self) -> BTreeMap<String, Digest> {
        let digest = |name: &str| self.plan.inputs.get(name).map(|input| input.0);
        let policy = self
            .next_policy
            .as_ref()
            .map(|policy| format!("policy/{}.toml", policy.version));
        let roster = self
            .next_roster
            .as_ref()
            .map(|roster| format!("roster/{}.cbor", roster.number));
        let log = self.standing.as_ref().map(|standing| standing.log_policy_number + 1);
        let log = log.map(|number| format!("policy/tlog-policy-{number}"));
        [(policy, NEXT_POLICY), (roster, NEXT_ROSTER), (log, NEXT_LOG_POLICY)]
            .into_iter()
            .filter_map(|(path, input)| Some((path?, digest(input)?)))
            .collect()
    }

    /// Packs a plan and its inputs.
    ///
    /// # Errors
    /// As [`Inbound::open`], which is tried on the result.
    pub fn pack(plan: &[u8], inputs: BTreeMap<String, Bytes>) -> Result<Vec<u8>, Error> {
        let rehearsal = Plan::parse(plan)?.rehearsal;
        let bytes = Bundle::new(
            rehearsal,
            PlanBundle {
                plan: plan.into(),
                inputs,
            },
        )
        .encode()?;
        Self::open(&bytes)?;
        Ok(bytes)
    }

    /// The label in the HSM of a key that this plan makes.
    #[must_use]
    pub fn label(&self, step: &str, key: &str) -> String {
        Plan::label(&self.digest, step, key)
    }
}

/// The policy, if it has the plan's mark.
fn marked(policy: Policy, rehearsal: bool) -> Result<Policy, Error> {
    match policy.rehearsal == rehearsal {
        true => Ok(policy),
        false => Err(Error::OtherMark {
            rehearsal: policy.rehearsal,
        }),
    }
}

fn check_inputs(plan: &Plan, inputs: &BTreeMap<String, Bytes>) -> Result<(), Error> {
    if let Some(name) = inputs.keys().find(|name| !plan.inputs.contains_key(*name)) {
        return Err(Error::InputSet {
            name: text::plain(name, 63),
            planned: false,
        });
    }
    for (name, planned) in &plan.inputs {
        let found = inputs.get(name).ok_or_else(|| Error::InputSet {
            name: text::plain(name, 63),
            planned: true,
        })?;
        let found = Digest::of(found);
        if found != planned.0 {
            return Err(Error::InputDigest {
                name: text::plain(name, 63),
                planned: planned.0.hex(),
                found: found.hex(),
            });
        }
    }
    Ok(())
}
