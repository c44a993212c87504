//! What can be said of a plan alone: names, dates and serial numbers, and steps that fit together.

use std::collections::BTreeSet;

use super::{KeySource, LOG_POLICY, POLICY, Plan, ROSTER, Step};
use crate::{digest, text};

/// Whether the plan makes sense, and if not, where.
pub fn plan(plan: &Plan) -> Result<(), String> {
    if plan.version != 1 {
        return Err(format!("version {} of the plan format is not known here", plan.version));
    }
    if !text::is_name(&plan.event) || !text::is_name(&plan.kind) {
        return Err(format!("'{}' is not a name for an event", text::plain(&plan.event, 63)));
    }
    // Members agree to this sentence: they must see all of it, as it is.
    let sentence =
        (1..=300).contains(&plan.description.len()) && plan.description.bytes().all(|b| (b' '..=b'~').contains(&b));
    if !sentence {
        return Err("the description is not a sentence of at most 300 printable ASCII characters".into());
    }
    plan.hsm.check()?;
    if plan.opens >= plan.closes {
        return Err(format!(
            "the event closes at {}, before it opens at {}",
            plan.closes, plan.opens
        ));
    }
    if let Some(name) = [POLICY, ROSTER, LOG_POLICY]
        .iter()
        .find(|name| !plan.inputs.contains_key(**name))
    {
        return Err(format!("the input '{name}' is missing"));
    }
    let mut seen = Seen::of(plan);
    plan.step.iter().try_for_each(|step| seen.step(step))?;
    seen.inputs_used()
}

/// What the steps so far have used.
struct Seen<'a> {
    plan: &'a Plan,
    ids: BTreeSet<&'a str>,
    keys: BTreeSet<&'a str>,
    certificates: BTreeSet<(&'a str, u32)>,
    serials: BTreeSet<&'a str>,
    subjects: BTreeSet<&'a KeySource>,
    crls: BTreeSet<(&'a str, u64)>,
}

impl<'a> Seen<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self {
            plan,
            ids: BTreeSet::new(),
            keys: BTreeSet::new(),
            certificates: BTreeSet::new(),
            serials: BTreeSet::new(),
            subjects: BTreeSet::new(),
            crls: BTreeSet::new(),
        }
    }

    fn step(&mut self, step: &'a Step) -> Result<(), String> {
        if !text::is_name(step.id()) || !self.ids.insert(step.id()) {
            return Err(format!(
                "the step '{}' has no name of its own",
                text::plain(step.id(), 63)
            ));
        }
        match step {
            Step::MakeKey { key, .. } if !text::is_name(key) || !self.keys.insert(key) => {
                Err(format!("the key '{}' has no name of its own", text::plain(key, 63)))
            }
            Step::MakeKey { .. } => Ok(()),
            Step::IssueCertificate { .. } => self.certificate(step),
            Step::IssueCrl {
                issuer,
                number,
                this_update,
                next_update,
                revoked,
                ..
            } => {
                self.issuer(issuer)?;
                if this_update >= next_update {
                    return Err(format!("the CRL of {issuer} ends before it begins"));
                }
                if *number == 0 || !self.crls.insert((issuer, *number)) {
                    return Err(format!(
                        "the CRL {number} of {issuer} is there twice, or not numbered from 1"
                    ));
                }
                revoked.iter().try_for_each(|entry| serial_number(&entry.serial))
            }
        }
    }

    fn certificate(&mut self, step: &'a Step) -> Result<(), String> {
        let Step::IssueCertificate {
            name,
            number,
            key,
            issuer,
            serial,
            not_before,
            not_after,
            ..
        } = step
        else {
            return Ok(());
        };
        let stem = format!("{name}-{number}");
        serial_number(serial)?;
        if !self.serials.insert(serial) {
            return Err(format!("the serial number {serial} is used twice"));
        }
        if !self.certificates.insert((name, *number)) || *number == 0 {
            return Err(format!("the certificate {stem} is there twice, or not numbered from 1"));
        }
        if not_before >= not_after {
            return Err(format!("the certificate {stem} ends before it begins"));
        }
        let there = match key {
            KeySource::Made(key) => self.keys.contains(key.as_str()),
            KeySource::Request(input) => self.plan.inputs.contains_key(input),
        };
        if !there {
            return Err(format!("the key of {stem} is neither made before nor an input"));
        }
        // A key's name is its certificate's, so that files named for an issuer are found.
        if matches!(key, KeySource::Made(key) if *key != stem) {
            return Err(format!("the key of {stem} is not called so"));
        }
        if !self.subjects.insert(key) {
            return Err(format!("the key of {stem} has another certificate already"));
        }
        self.issuer(issuer)
    }

    fn issuer(&self, issuer: &str) -> Result<(), String> {
        match self.keys.contains(issuer) {
            true => Ok(()),
            false => Err(format!(
                "the issuer '{}' is not a key made before",
                text::plain(issuer, 63)
            )),
        }
    }

    fn inputs_used(&self) -> Result<(), String> {
        let used = |name: &str| {
            [POLICY, ROSTER, LOG_POLICY].contains(&name)
                || self
                    .subjects
                    .iter()
                    .any(|key| matches!(key, KeySource::Request(input) if input == name))
        };
        match self.plan.inputs.keys().find(|name| !used(name)) {
            Some(name) => Err(format!("the input '{}' is used by no step", text::plain(name, 63))),
            None => Ok(()),
        }
    }
}

/// RFC 5280 §4.1.2.2: positive, at most 20 octets; ours: at least 64 random bits, so at least 8 octets.
fn serial_number(serial: &str) -> Result<(), String> {
    let bytes = digest::unhex(serial).unwrap_or_default();
    match (8..=20).contains(&bytes.len()) && (0x01..0x80).contains(&bytes[0]) {
        true => Ok(()),
        false => Err(format!(
            "'{}' is not a serial number of 8 to 20 octets, the first from 01 to 7f",
            text::plain(serial, 48)
        )),
    }
}
