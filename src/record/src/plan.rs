//! The plan: the one file that says everything an event will do. Its bundle's digest is what is read aloud.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::policy::{Keeper, Policy, from_toml};
use crate::{Body, Bundle, Bytes, Digest, Error, Roster, Time, digest, sshsig, text, time};

/// Names of the inputs that every plan has.
pub const POLICY: &str = "policy.toml";
/// See [`POLICY`].
pub const ROSTER: &str = "roster.cbor";
/// See [`POLICY`]: C2SP tlog-policy text, log and witness keys.
pub const LOG_POLICY: &str = "tlog-policy";

/// A plan that can be held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The plan format's version.
    pub version: u32,
    /// The event's name: a folder in the store.
    pub event: String,
    /// Which ceremony script.
    pub kind: String,
    /// True in rehearsals.
    pub rehearsal: bool,
    /// What the event is for, in a sentence.
    pub description: String,
    /// The root's generation, from 1.
    pub generation: u32,
    /// When the event may begin.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub opens: Time,
    /// When it must have ended.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub closes: Time,
    /// The HSM and its key owner.
    pub hsm: HsmPlan,
    /// SHA-256 of each input, by its name.
    pub inputs: BTreeMap<String, InputDigest>,
    /// What is done, in this order.
    pub step: Vec<Step>,
}

/// What the plan says of the HSM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HsmPlan {
    /// The crypto user who owns the keys and is no member.
    pub owner: String,
    /// The least number of HSMs in the cluster.
    pub nodes_least: u8,
}

/// The digest of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct InputDigest(#[serde(deserialize_with = "digest::toml_hex::deserialize")] pub Digest);

/// One entry of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// A key pair is made in the HSM.
    MakeKey {
        /// The step's name.
        id: String,
        /// The key's name in this plan and in files: `root-1`.
        key: String,
        /// Whether its use needs the quorum.
        quorum: bool,
    },
    /// A certificate is signed.
    IssueCertificate {
        /// The step's name.
        id: String,
        /// `root`, or the delegate's name in the policy.
        name: String,
        /// The certificate's number among those of its name, from 1.
        number: u32,
        /// The subject's key: a key of this plan, or an input that is a PKCS#10 request.
        key: KeySource,
        /// The issuer's key in this plan.
        issuer: String,
        /// Hexadecimal, drawn when the plan was made.
        serial: String,
        /// First second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_before: Time,
        /// Last second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_after: Time,
    },
    /// A CRL is signed.
    IssueCrl {
        /// The step's name.
        id: String,
        /// The issuer's key in this plan.
        issuer: String,
        /// The CRL's number, from 1.
        number: u64,
        /// When it is made.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        this_update: Time,
        /// When the next one is due.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        next_update: Time,
        /// What it revokes: none in a founding event.
        #[serde(default)]
        revoked: Vec<Revoked>,
    },
}

/// Where a certificate's key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum KeySource {
    /// Made in this plan, by its name.
    Made(String),
    /// A PKCS#10 request, by the input's name.
    Request(String),
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revoked {
    /// Hexadecimal.
    pub serial: String,
    /// From when on.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub at: Time,
    /// RFC 5280 §5.3.1, by name: `keyCompromise`, `superseded`, ...
    pub reason: String,
}

impl Step {
    /// The step's name.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::MakeKey { id, .. } | Self::IssueCertificate { id, .. } | Self::IssueCrl { id, .. } => id,
        }
    }

    /// What the step does, for the screen.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::MakeKey { key, quorum: true, .. } => format!("Make the key {key}, guarded by the quorum"),
            Self::MakeKey { key, quorum: false, .. } => format!("Make the key {key}"),
            Self::IssueCertificate {
                name, number, issuer, ..
            } => {
                format!("Sign the certificate {name}-{number} with {issuer}")
            }
            Self::IssueCrl { issuer, number, .. } => format!("Sign the revocation list {number} of {issuer}"),
        }
    }
}

impl Plan {
    /// Reads a plan and checks what can be checked of it alone.
    ///
    /// # Errors
    /// TOML of another shape (an unknown field is one), or steps that contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let plan: Self = from_toml(bytes, "plan.toml")?;
        plan.check().map_err(invalid)?;
        Ok(plan)
    }

    /// The keys that the plan makes, in order, with whether the quorum guards them.
    pub fn made_keys(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.step.iter().filter_map(|step| match step {
            Step::MakeKey { id, key, quorum } => Some((id.as_str(), key.as_str(), *quorum)),
            _ => None,
        })
    }

    /// The label of a key in the HSM: from plan and step, so that a key made before a power cut is known again.
    #[must_use]
    pub fn label(digest: &Digest, step: &str, key: &str) -> String {
        let mark = Digest::of(format!("{digest}/{step}").as_bytes()).hex();
        format!("{key}-{}", &mark[..16])
    }

    fn check(&self) -> Result<(), String> {
        if self.version != 1 {
            return Err(format!("version {} of the plan format is not known here", self.version));
        }
        if !text::is_name(&self.event) || !text::is_name(&self.kind) {
            return Err(format!("'{}' is not a name for an event", text::plain(&self.event, 63)));
        }
        if self.opens >= self.closes {
            return Err(format!(
                "the event closes at {}, before it opens at {}",
                self.closes, self.opens
            ));
        }
        // The HSM demands two nodes for a key that lasts (cloudhsm-cli, key availability check).
        if self.hsm.nodes_least < 2 {
            return Err(format!(
                "{} HSM is not enough; keys must be on at least 2",
                self.hsm.nodes_least
            ));
        }
        for name in [POLICY, ROSTER, LOG_POLICY] {
            if !self.inputs.contains_key(name) {
                return Err(format!("the input '{name}' is missing"));
            }
        }
        self.check_steps()
    }

    fn check_steps(&self) -> Result<(), String> {
        let (mut ids, mut keys, mut certificates, mut serials) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut subjects, mut requests) = (BTreeSet::new(), BTreeSet::new());
        for step in &self.step {
            if !text::is_name(step.id()) || !ids.insert(step.id()) {
                return Err(format!(
                    "the step '{}' has no name of its own",
                    text::plain(step.id(), 63)
                ));
            }
            match step {
                Step::MakeKey { key, .. } => {
                    if !text::is_name(key) || !keys.insert(key.as_str()) {
                        return Err(format!("the key '{}' has no name of its own", text::plain(key, 63)));
                    }
                }
                Step::IssueCertificate {
                    name,
                    number,
                    key,
                    issuer,
                    serial,
                    not_before,
                    not_after,
                    ..
                } => {
                    check_serial(serial)?;
                    if !serials.insert(serial) {
                        return Err(format!("the serial number {serial} is used twice"));
                    }
                    if !certificates.insert((name, number)) || *number == 0 {
                        return Err(format!(
                            "the certificate {name}-{number} is there twice, or not numbered from 1"
                        ));
                    }
                    if not_before >= not_after {
                        return Err(format!("the certificate {name}-{number} ends before it begins"));
                    }
                    // A key's name is its certificate's, so that files named for an issuer are found.
                    let named = |key: &str| key == format!("{name}-{number}");
                    if matches!(key, KeySource::Made(key) if !named(key)) {
                        return Err(format!("the key of {name}-{number} is not called so"));
                    }
                    let source = match key {
                        KeySource::Made(key) => keys.get(key.as_str()).map(|_| key),
                        KeySource::Request(input) => self.inputs.get(input).map(|_| input),
                    };
                    let Some(source) = source else {
                        return Err(format!(
                            "the key of {name}-{number} is neither made before nor an input"
                        ));
                    };
                    if !subjects.insert(source) {
                        return Err(format!("the key of {name}-{number} has another certificate already"));
                    }
                    if let KeySource::Request(input) = key {
                        requests.insert(input.as_str());
                    }
                    known_issuer(&keys, issuer)?;
                }
                Step::IssueCrl {
                    issuer,
                    this_update,
                    next_update,
                    revoked,
                    ..
                } => {
                    known_issuer(&keys, issuer)?;
                    if this_update >= next_update {
                        return Err(format!("the CRL of {issuer} ends before it begins"));
                    }
                    for entry in revoked {
                        check_serial(&entry.serial)?;
                    }
                }
            }
        }
        let known = |name: &str| [POLICY, ROSTER, LOG_POLICY].contains(&name) || requests.contains(name);
        match self.inputs.keys().find(|name| !known(name)) {
            Some(name) => Err(format!("the input '{}' is used by no step", text::plain(name, 63))),
            None => Ok(()),
        }
    }
}

fn known_issuer(keys: &BTreeSet<&str>, issuer: &str) -> Result<(), String> {
    match keys.contains(issuer) {
        true => Ok(()),
        false => Err(format!(
            "the issuer '{}' is not a key made before",
            text::plain(issuer, 63)
        )),
    }
}

/// RFC 5280 §4.1.2.2: positive, at most 20 octets; ours: at least 64 random bits, so at least 8 octets.
fn check_serial(serial: &str) -> Result<(), String> {
    let bytes = digest::unhex(serial).unwrap_or_default();
    let good = (8..=20).contains(&bytes.len()) && (0x01..0x80).contains(&bytes[0]);
    match good {
        true => Ok(()),
        false => Err(format!(
            "'{}' is not a serial number of 8 to 20 octets, the first from 01 to 7f",
            text::plain(serial, 48)
        )),
    }
}

fn invalid(what: String) -> Error {
    Error::Invalid {
        file: "plan.toml",
        what,
    }
}

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
        check_against_policy(&plan, &policy).map_err(invalid)?;
        Ok(Self {
            digest: Digest::of(bytes),
            plan,
            policy,
            roster,
            inputs,
        })
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

/// What the policy says of keys and schedules; what certificates contain is checked where they are derived.
fn check_against_policy(plan: &Plan, policy: &Policy) -> Result<(), String> {
    let quorum_of = |key: &str| plan.made_keys().find(|made| made.1 == key).map(|made| made.2);
    for step in &plan.step {
        match step {
            Step::IssueCertificate {
                name,
                number,
                key,
                issuer,
                not_before,
                not_after,
                ..
            } if name == "root" => {
                let made = match key {
                    KeySource::Made(made) => made,
                    KeySource::Request(_) => return Err("a root's key is made in the event".into()),
                };
                if made != issuer || *number != plan.generation {
                    return Err(format!(
                        "root-{number} does not sign itself, or is not of generation {}",
                        plan.generation
                    ));
                }
                if quorum_of(made) != Some(true) {
                    return Err(format!("the key {made} of the root is not guarded by the quorum"));
                }
                check_schedule(policy, *number, *not_before, *not_after)?;
            }
            Step::IssueCertificate { name, number, key, .. } => {
                let rule = policy
                    .delegate(name)
                    .ok_or_else(|| format!("the policy has no delegate '{}'", text::plain(name, 63)))?;
                let wanted = match rule.keeper {
                    Keeper::Hsm => Some(rule.quorum),
                    Keeper::Outside => None,
                };
                let found = match key {
                    KeySource::Made(made) => quorum_of(made),
                    KeySource::Request(_) => None,
                };
                if found != wanted {
                    return Err(format!("the key of {name}-{number} is not kept as the policy says"));
                }
            }
            Step::IssueCrl {
                issuer,
                this_update,
                next_update,
                ..
            } => {
                let longest = policy.crl.days * 86_400;
                if next_update.0 - this_update.0 > longest {
                    return Err(format!(
                        "the CRL of {issuer} lasts longer than {} days",
                        policy.crl.days
                    ));
                }
            }
            Step::MakeKey { .. } => {}
        }
    }
    Ok(())
}

fn check_schedule(policy: &Policy, generation: u32, from: Time, until: Time) -> Result<(), String> {
    let rule = &policy.root;
    let year = rule.first_end_year + rule.cycle_years * u64::from(generation.saturating_sub(1));
    if until.year() != year {
        return Err(format!(
            "root-{generation} ends in {}, but the schedule says {year}",
            until.year()
        ));
    }
    if until.0 - from.0 > rule.life_years * 366 * 86_400 {
        return Err(format!("root-{generation} lasts longer than {} years", rule.life_years));
    }
    Ok(())
}
