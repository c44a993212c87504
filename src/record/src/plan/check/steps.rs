//! Steps that fit together: each with a name of its own, nothing made twice, no input unused.

use std::collections::BTreeSet;

use crate::plan::{
    KeySource, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, Plan, PlannedCrl, ROSTER, Revoked,
    STANDING, Step,
};
use crate::{Time, digest, text};

/// What the steps so far have used.
pub struct Seen<'a> {
    plan: &'a Plan,
    ids: BTreeSet<&'a str>,
    keys: BTreeSet<&'a str>,
    certificates: BTreeSet<String>,
    serials: BTreeSet<&'a str>,
    subjects: BTreeSet<&'a KeySource>,
    crls: BTreeSet<&'a str>,
    documents: BTreeSet<&'a str>,
    inputs: BTreeSet<&'a str>,
}

impl<'a> Seen<'a> {
    /// Before the first step.
    pub fn of(plan: &'a Plan) -> Self {
        Self {
            plan,
            ids: BTreeSet::new(),
            keys: BTreeSet::new(),
            certificates: BTreeSet::new(),
            serials: BTreeSet::new(),
            subjects: BTreeSet::new(),
            crls: BTreeSet::new(),
            documents: BTreeSet::new(),
            inputs: BTreeSet::from([
                POLICY,
                ROSTER,
                LOG_POLICY,
                STANDING,
                NEXT_POLICY,
                NEXT_ROSTER,
                NEXT_LOG_POLICY,
            ]),
        }
    }

    /// Takes in the next step.
    pub fn step(&mut self, step: &'a Step) -> Result<(), String> {
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
            Step::IssueCertificate { .. } | Step::IssueCross { .. } | Step::IssueSubkey { .. } => {
                self.certificate(step)
            }
            Step::IssueCrl(list) => self.crl(list),
            Step::Answer { .. } => question(step),
            Step::PublishDocument { input, name, .. } => self.document(input, name),
            _ => Ok(()),
        }
    }

    fn certificate(&mut self, step: &'a Step) -> Result<(), String> {
        let (stem, number) = (
            step.stem().unwrap_or_default(),
            step.certificate().map_or(0, |(_, number)| number),
        );
        let name = stem.rsplit_once('-').map_or("", |(name, _)| name);
        if !text::is_name(name) {
            return Err(format!("'{}' is not a name for a certificate", text::plain(name, 63)));
        }
        let (
            Step::IssueCertificate {
                serial,
                not_before,
                not_after,
                ..
            }
            | Step::IssueCross {
                serial,
                not_before,
                not_after,
                ..
            }
            | Step::IssueSubkey {
                serial,
                not_before,
                not_after,
                ..
            },
        ) = (step,)
        else {
            return Ok(());
        };
        serial_number(serial)?;
        if !self.serials.insert(serial) {
            return Err(format!("the serial number {serial} is used twice"));
        }
        if number == 0 || !self.certificates.insert(stem.clone()) {
            return Err(format!("the certificate {stem} is there twice, or not numbered from 1"));
        }
        in_order(&format!("the certificate {stem}"), *not_before, *not_after)?;
        match step.key_source() {
            Some(source) => self.subject(&stem, source),
            None => Ok(()),
        }
    }

    fn subject(&mut self, stem: &str, source: &'a KeySource) -> Result<(), String> {
        let there = match source {
            KeySource::Made(key) => self.keys.contains(key.as_str()),
            KeySource::Request(input) => self.use_input(input),
            // Whether it stands is checked where that is known.
            KeySource::Standing(_) => true,
        };
        if !there {
            return Err(format!("the key of {stem} is neither made before nor an input"));
        }
        // A key's name is its certificate's, so that files named for an issuer are found.
        if matches!(source, KeySource::Made(key) if key != stem) {
            return Err(format!("the key of {stem} is not called so"));
        }
        match self.subjects.insert(source) {
            true => Ok(()),
            false => Err(format!("the key of {stem} has another certificate already")),
        }
    }

    fn crl(&mut self, list: &'a PlannedCrl) -> Result<(), String> {
        let issuer = &list.issuer;
        in_order(&format!("the CRL of {issuer}"), list.this_update, list.next_update)?;
        if list.number == 0 {
            return Err(format!("the CRL 0 of {issuer} is not numbered from 1"));
        }
        if !self.crls.insert(issuer) {
            return Err(format!("the plan has two CRLs of {issuer}"));
        }
        let mut named = BTreeSet::new();
        for entry in &list.revoked {
            names_one(entry)?;
            if !named.insert((&entry.certificate, &entry.serial)) {
                return Err(format!("the CRL of {issuer} revokes the same certificate twice"));
            }
        }
        Ok(())
    }

    fn document(&mut self, input: &'a str, name: &'a str) -> Result<(), String> {
        if !self.use_input(input) {
            return Err(format!("the document '{}' is not an input", text::plain(input, 63)));
        }
        match is_document_name(name) && self.documents.insert(name) {
            true => Ok(()),
            false => Err(format!(
                "'{}' is not a name for a document, or is there twice",
                text::plain(name, 63)
            )),
        }
    }

    /// Whether the plan lists the input; it then has a use.
    fn use_input(&mut self, input: &'a str) -> bool {
        self.inputs.insert(input);
        self.plan.inputs.contains_key(input)
    }

    /// After the last step: every input has a use.
    pub fn inputs_used(&self) -> Result<(), String> {
        match self
            .plan
            .inputs
            .keys()
            .find(|name| !self.inputs.contains(name.as_str()))
        {
            Some(name) => Err(format!("the input '{}' is used by no step", text::plain(name, 63))),
            None => Ok(()),
        }
    }
}

fn in_order(what: &str, from: Time, until: Time) -> Result<(), String> {
    match from < until {
        true => Ok(()),
        false => Err(format!("{what} ends before it begins")),
    }
}

fn names_one(entry: &Revoked) -> Result<(), String> {
    match (&entry.certificate, &entry.serial) {
        (Some(_), None) => Ok(()),
        (None, Some(serial)) => revoked_serial(serial),
        _ => Err("an entry of a CRL names a certificate or a serial number, and not both".into()),
    }
}

fn question(step: &Step) -> Result<(), String> {
    let Step::Answer {
        id,
        who,
        question,
        choices,
        proceed,
    } = step
    else {
        return Ok(());
    };
    let all = [who, question].into_iter().chain(choices);
    if let Some(bad) = all
        .into_iter()
        .find(|one| !text::is_sentence(one) || one.trim() != one.as_str())
    {
        return Err(format!(
            "'{}' in {id} is not a sentence of at most 300 printable ASCII characters",
            text::plain(bad, 60)
        ));
    }
    let distinct: BTreeSet<_> = choices.iter().collect();
    if distinct.len() < choices.len() || choices.len() == 1 {
        return Err(format!("the choices of {id} are not several different ones"));
    }
    match proceed {
        Some(proceed) if !choices.contains(proceed) => {
            Err(format!("'{}' is no choice of {id}", text::plain(proceed, 60)))
        }
        _ => Ok(()),
    }
}

/// A document's file name: a name, a dot, and `md`, `txt`, `html` or `pdf`.
fn is_document_name(name: &str) -> bool {
    let kinds = ["md", "txt", "html", "pdf"];
    name.rsplit_once('.')
        .is_some_and(|(stem, kind)| text::is_name(stem) && kinds.contains(&kind))
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

/// One that somebody else drew: any that X.509 allows.
fn revoked_serial(serial: &str) -> Result<(), String> {
    let bytes = digest::unhex(serial).unwrap_or_default();
    match (1..=20).contains(&bytes.len()) && bytes[0] < 0x80 && bytes.iter().any(|byte| *byte != 0) {
        true => Ok(()),
        false => Err(format!(
            "'{}' is not a serial number of 1 to 20 octets",
            text::plain(serial, 48)
        )),
    }
}
