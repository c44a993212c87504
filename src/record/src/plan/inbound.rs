//! The inbound bundle: the plan with all that it lists, read once and then trusted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{POLICY, Plan, ROSTER, invalid, rules};
use crate::{Body, Bundle, Bytes, Digest, Error, Policy, Roster, sshsig, text};

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
        let policy = Policy::parse(&inputs[POLICY])?;
        if policy.rehearsal != plan.rehearsal {
            return Err(Error::OtherMark {
                rehearsal: policy.rehearsal,
            });
        }
        let roster = Roster::open(&inputs[ROSTER], plan.rehearsal)?;
        roster.check(&policy)?;
        rules::follows(&plan, &policy).map_err(invalid)?;
        let inbound = Self {
            digest: Digest::of(bytes),
            plan,
            policy,
            roster,
            inputs,
        };
        rules::owner_is_no_member(&inbound).map_err(invalid)?;
        Ok(inbound)
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
                name: name.clone(),
                planned: planned.0.hex(),
                found: found.hex(),
            });
        }
    }
    Ok(())
}
