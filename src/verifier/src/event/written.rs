//! The written record against its plan alone: all that needs neither the files that were made nor the journal.

use issue::derive::Derived;
use record::plan::Inbound;
use record::record::Record;
use record::{Bundle, Digest};

use super::{Case, Keys, answers, approvals, exceptions, frame, keys, listed, people, refusals, times, tokens, words};
use crate::finding::Findings;
use crate::{Finding, count, layout, log_policies};

/// A record that says what its plan and its members' signatures say.
#[derive(Clone, Debug)]
pub struct CheckedRecord {
    /// The plan and its inputs.
    pub inbound: Inbound,
    /// The record.
    pub record: Record,
    /// The digest of the record's file: what members sign.
    pub record_digest: Digest,
    /// The keys that the record says the event made.
    pub keys: Keys,
    /// What plan and keys make to be signed, in the plan's order; the record's outputs are for these bytes.
    pub derived: Vec<Derived>,
    /// What was checked, in plain words.
    pub checked: Vec<String>,
}

/// Checks a record as far as its plan goes: event, times, people, keys, tokens, approvals, and the bytes to be signed.
///
/// Whoever calls it has seen neither certificates nor journal: their digests in the record are not checked here, nor
/// is any signature over the record. [`check_event`](crate::check_event) does both, and all of this.
///
/// # Errors
/// Everything that is wrong, each with the rule; `file` is where the store will have the record.
pub fn check_record(plan: &[u8], record: &[u8], rehearsal: bool) -> Result<CheckedRecord, Vec<Finding>> {
    let mut findings = Findings::default();
    let opened = open(plan, record, rehearsal, &mut findings);
    let Some((inbound, read)) = opened else {
        return Err(findings.0);
    };
    let file = layout::record(&inbound.plan.event);
    let case = Case {
        inbound: &inbound,
        record: &read,
        rehearsal,
        file: &file,
    };
    let Written { checked, settled } = check(&case, &mut findings);
    match settled {
        Some((keys, derived)) if findings.0.is_empty() => Ok(CheckedRecord {
            inbound,
            record: read,
            record_digest: Digest::of(record),
            keys,
            derived,
            checked,
        }),
        _ => Err(findings.0),
    }
}

/// What was checked, and what follows from plan and keys if these can be read.
pub(super) struct Written {
    pub checked: Vec<String>,
    pub settled: Option<(Keys, Vec<Derived>)>,
}

/// All checks. Later ones run although earlier ones found something, as far as they can.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> Written {
    let requests = tokens::read(case, findings);
    let mut checked = vec![frame::check(case, &requests, findings)];
    let people = people::check(case, findings);
    checked.push(people.summary());
    times::check(case, &people, &requests, findings);
    // The first thing that anybody reads of it.
    checked.splice(0..0, frame::check_aborted(case, &people));
    checked.push(refusals::check(case, &people, findings));
    checked.push(exceptions::check(case, &people, findings));
    checked.push(words::check(case, findings));
    checked.extend(answers::check(case, findings));
    let brought = log_policies::check_brought(case.inbound, case.record);
    findings.take(brought, &case.plan_file(), "log-policy-succession");
    let settled = settle(case, &mut checked, findings);
    if let Some((_, derived)) = &settled {
        checked.push(listed::check(case, derived, findings));
        checked.push(approvals::check(case, &people, &requests, derived, findings));
    }
    Written { checked, settled }
}

fn settle(case: &Case<'_>, checked: &mut Vec<String>, findings: &mut Findings) -> Option<(Keys, Vec<Derived>)> {
    let keys = keys::check(case, findings)?;
    checked.push(format!(
        "{}: made or used as planned, with the attributes that are demanded",
        count(keys.len(), "key", "keys")
    ));
    // Where a key is missing nothing could be signed.
    if case.aborted() && keys.len() < case.inbound.keys().len() {
        return Some((keys, Vec::new()));
    }
    let derived = issue::derive::derive(case.inbound, &keys, case.record.began);
    let derived = findings.take(derived, &case.plan_file(), "not-derivable")?;
    Some((keys, derived))
}

/// Opens plan and record.
pub(super) fn open(plan: &[u8], record: &[u8], rehearsal: bool, findings: &mut Findings) -> Option<(Inbound, Record)> {
    let plan_file = layout::object(&Digest::of(plan));
    let inbound = findings.take(Inbound::open(plan), &plan_file, "plan-unreadable")?;
    findings.demand(
        inbound.plan.rehearsal == rehearsal,
        &plan_file,
        "rehearsal-mark",
        || {
            record::Error::OtherMark {
                rehearsal: inbound.plan.rehearsal,
            }
            .to_string()
        },
    );
    let file = layout::record(&inbound.plan.event);
    let record = Bundle::<Record>::decode_marked(record, rehearsal);
    let record = findings.take(record, &file, "record-unreadable")?;
    Some((inbound, record))
}
