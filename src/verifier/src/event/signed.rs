//! A record by itself, with the members' signatures of it: what a person holds who has no store.

use std::collections::BTreeMap;

use record::Time;
use x509::Certificate;

use super::{Case, EventFiles, signatures, written};
use crate::finding::Findings;
use crate::{Ground, Report, layout, root};

/// Checks a record by its plan and the members' signatures of it, offline.
///
/// A root says whether the roster, whose keys these are, is the first that it carries; a later roster follows from events that
/// only a store has. Findings name the files as a store has them.
#[must_use]
pub fn check_signed_record(
    (plan, record): (&[u8], &[u8]),
    countersignatures: &BTreeMap<String, String>,
    root: Option<&Certificate>,
    rehearsal: bool,
    now: Time,
) -> Report {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    let usable = |root| root::check(root, rehearsal, now, &mut findings);
    if root.is_none_or(usable)
        && let Some((inbound, read)) = written::open(plan, record, rehearsal, &mut findings)
    {
        let file = layout::record(&inbound.plan.event);
        let case = Case {
            inbound: &inbound,
            record: &read,
            rehearsal,
            file: &file,
        };
        report.checked.extend(written::check(&case, &mut findings).checked);
        let files = files(plan, record, countersignatures);
        report
            .checked
            .push(signatures::of_members(&case, &files, &mut findings));
        report.checked.extend(signatures::missing(&case, &files, now));
        whose_roster(&case, root, &mut report);
        report.not_checked.push(NOT_HERE.into());
    }
    report.findings = findings.0;
    report
}

/// The event's files, as far as they are here.
fn files<'a>(plan: &'a [u8], record: &'a [u8], countersignatures: &BTreeMap<String, String>) -> EventFiles<'a> {
    EventFiles {
        plan,
        record,
        journal: &[],
        certificates: Vec::new(),
        crls: Vec::new(),
        countersignatures: countersignatures.clone(),
        results_signature: None,
    }
}

fn whose_roster(case: &Case<'_>, root: Option<&Certificate>, report: &mut Report) {
    let founding = root.and_then(root::founding);
    match (root, founding) {
        (Some(root), Some((_, founding))) if founding.roster == case.record.roster => {
            report.checked.push(root::describe(root));
            let text = "the roster, whose keys signed, is the one whose digest the root carries";
            report.checked.push(text.into());
        }
        (root, _) => {
            report.rests_on = Ground::Keys;
            report.not_checked.push(match root {
                Some(_) => {
                    "whose keys these are: the root carries the digest of another roster, and how one came from the \
                            other only a store says"
                        .into()
                }
                None => "whose keys these are: no root was given (--root), and the roster is the plan's own".into(),
            });
        }
    }
}

const NOT_HERE: &str = "the journal, the certificates and lists themselves, the console's signature, and whether the log has it: \
                        a store has these";
