//! One event: everything it left behind, checked against its plan and against each other.

mod answers;
mod approvals;
mod boot;
mod chains;
mod commands;
mod compared;
mod consoles;
mod exceptions;
mod frame;
mod hand_overs;
mod journal;
mod key_answers;
mod keys;
mod listed;
mod outputs;
mod people;
mod refusals;
mod signatures;
mod signed;
mod succession;
mod times;
mod tokens;
mod words;
mod written;

use std::collections::BTreeMap;

use record::facts;
use record::plan::Inbound;
use record::record::Record;
use record::results::{IssuedCertificate, IssuedCrl};
use record::{Digest, Time};

use crate::finding::Findings;
use crate::{Finding, layout};

pub use signed::check_signed_record;
pub(crate) use times::CLOCKS;
pub use written::{CheckedRecord, check_record};

/// Public keys by the plan's name of the key: `root-1`.
pub use issue::derive::Keys;

/// The files of one event, byte for byte.
#[derive(Clone, Debug)]
pub struct EventFiles<'a> {
    /// The inbound bundle.
    pub plan: &'a [u8],
    /// The record bundle.
    pub record: &'a [u8],
    /// The journal up to the record.
    pub journal: &'a [u8],
    /// The certificates, in the plan's order.
    pub certificates: Vec<IssuedCertificate>,
    /// The CRLs, in the plan's order.
    pub crls: Vec<IssuedCrl>,
    /// Armoured SSHSIG over the record, by member.
    pub countersignatures: BTreeMap<String, String>,
    /// Armoured SSHSIG over the results bundle, by the console's key; none of an event without one.
    pub results_signature: Option<&'a str>,
}

/// An event whose files have passed every check.
#[derive(Clone, Debug)]
pub struct CheckedEvent {
    /// The plan and its inputs.
    pub inbound: Inbound,
    /// The record.
    pub record: Record,
    /// The digest of the record's file: what members signed.
    pub record_digest: Digest,
    /// The keys that the event made.
    pub keys: Keys,
    /// The certificates, in the plan's order.
    pub certificates: Vec<x509::Certificate>,
    /// The CRLs, in the plan's order.
    pub crls: Vec<x509::Crl>,
    /// How many members must have countersigned its record.
    pub needed: usize,
    /// What was checked, in plain words.
    pub checked: Vec<String>,
}

/// Checks an event: plan, people, approvals, outputs, journal, record and signatures.
///
/// `now` is the moment as of which it is checked; an event of the future is refused. Nothing else depends on it.
///
/// # Errors
/// Everything that is wrong, each with the store's file and the rule.
pub fn check_event(files: &EventFiles<'_>, rehearsal: bool, now: Time) -> Result<CheckedEvent, Vec<Finding>> {
    let mut findings = Findings::default();
    let opened = written::open(files.plan, files.record, rehearsal, &mut findings);
    let Some((inbound, record)) = opened else {
        return Err(findings.0);
    };
    let file = layout::record(&inbound.plan.event);
    let case = Case {
        inbound: &inbound,
        record: &record,
        rehearsal,
        file: &file,
    };
    let found = case.check(files, now, &mut findings);
    match found {
        Some((keys, outputs, checked)) if findings.0.is_empty() => {
            let (certificates, crls) = (outputs.certificates, outputs.crls);
            let record_digest = Digest::of(files.record);
            let needed = signatures::needed(&case);
            Ok(CheckedEvent {
                needed,
                inbound,
                record,
                record_digest,
                keys,
                certificates,
                crls,
                checked,
            })
        }
        _ => Err(findings.0),
    }
}

/// What every check of a record looks at.
struct Case<'a> {
    inbound: &'a Inbound,
    record: &'a Record,
    rehearsal: bool,
    /// The record's file in the store.
    file: &'a str,
}

impl Case<'_> {
    /// All checks. Later ones run although earlier ones found something, as far as they can.
    fn check(
        &self,
        files: &EventFiles<'_>,
        now: Time,
        findings: &mut Findings,
    ) -> Option<(Keys, outputs::Outputs, Vec<String>)> {
        let written::Written { mut checked, settled } = written::check(self, findings);
        frame::check_past(self, now, findings);
        checked.push(journal::check(self, files.journal, findings));
        let (keys, derived) = settled?;
        let outputs = outputs::check(self, files, &keys, &derived, findings);
        checked.push(outputs.summary());
        succession::check(self, files, &outputs, findings);
        checked.extend(chains::check(self, &derived, &outputs, findings));
        checked.push(signatures::check(self, files, &keys, findings));
        checked.extend(signatures::missing(self, files, now));
        Some((keys, outputs, checked))
    }

    /// The plan's bundle in the store.
    fn plan_file(&self) -> String {
        layout::object(&self.inbound.digest)
    }

    /// Whether the event was ended before its plan was carried out: then less is there than the plan makes.
    fn aborted(&self) -> bool {
        self.record.facts.contains_key(facts::ABORTED)
    }

    /// M of the policy.
    fn threshold(&self) -> usize {
        usize::from(self.inbound.policy.quorum.threshold)
    }
}
