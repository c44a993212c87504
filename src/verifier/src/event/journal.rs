//! The journal: whole, bound, and telling of the same messages, keys and tokens as the record.

use std::collections::{BTreeMap, BTreeSet};

use record::facts::{self, HsmCheck};
use record::journal::{Journal, What};
use record::messages::Boot;
use record::record::Fate;
use record::{Digest, Signed, bundle};

use super::{Case, answers, compared, consoles, hand_overs, key_answers, times};
use crate::finding::Findings;
use crate::layout;

/// Checks the journal against the record; says what was checked.
pub(super) fn check(case: &Case<'_>, bytes: &[u8], findings: &mut Findings) -> String {
    let (digest, record) = (Digest::of(bytes), case.record);
    let file = layout::object(&digest);
    findings.demand(record.journal == digest, &file, "journal-other", || {
        format!("the record is of the journal {}, but this is {digest}", record.journal)
    });
    let Some(journal) = findings.take(Journal::read(bytes), &file, "journal-damaged") else {
        return "journal: not readable".into();
    };
    let count = journal.entries.len() as u64;
    findings.demand(
        journal.torn == 0 && count == record.journal_entries,
        &file,
        "journal-length",
        || {
            let (torn, listed) = (journal.torn, record.journal_entries);
            format!("it has {count} entries and {torn} octets more, but the record says {listed} entries")
        },
    );
    check_opening(case, &journal, &file, findings);
    check_times(case, &journal, &file, findings);
    check_repeated(&journal, &file, findings);
    check_types(&journal, &file, findings);
    times::check_journal(&journal, &file, findings);
    consoles::check_journal(case, &journal, &file, findings);
    check_contents(case, &journal, &file, findings);
    format!("journal of {count} entries, each bound to the one before it and not older, the last to the record")
}

fn check_opening(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let record = case.record;
    let (event, plan) = (record.event.clone(), record.plan);
    let (image, tool, tool_version) = (record.image.clone(), record.tool, record.tool_version.clone());
    // No member has drawn a nonce yet that a quote could cover.
    let (boot, session) = (Boot::Unproven, record.session.clone());
    let opened = What::Opened {
        event,
        plan,
        image,
        tool,
        tool_version,
        boot,
        session,
    };
    findings.demand(
        journal.entries.first().is_some_and(|entry| entry.what == opened),
        file,
        "journal-opening",
        || "it does not begin with the opening that the record states".into(),
    );
}

/// The journal's clock never goes back, and it is the record's: from the first entry to soon after the last.
fn check_times(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let record = case.record;
    for pair in journal.entries.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        findings.demand(before.at <= after.at, file, "journal-time-back", || {
            format!(
                "entry {} is of {}, but the one before it of {}",
                after.number, after.at, before.at
            )
        });
    }
    let (Some(first), Some(last)) = (journal.entries.first(), journal.entries.last()) else {
        return;
    };
    findings.demand(first.at == record.began, file, "journal-times", || {
        format!("it begins at {}, but the record says {}", first.at, record.began)
    });
    let soon = last.at <= record.ended && record.ended <= last.at.plus(RECORD_WRITTEN);
    findings.demand(soon, file, "journal-times", || {
        format!(
            "its last entry is of {}, but the record says that the event ended at {}",
            last.at, record.ended
        )
    });
}

/// An answer that is said to be an earlier one's must be there: earlier, and to the same command.
fn check_repeated(journal: &Journal, file: &str, findings: &mut Findings) {
    let answers: BTreeMap<u64, &str> = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Answer { command, .. } => Some((entry.number, command.as_str())),
            _ => None,
        })
        .collect();
    for entry in &journal.entries {
        let What::Repeated {
            command,
            entry: earlier,
        } = &entry.what
        else {
            continue;
        };
        let there = *earlier < entry.number && answers.get(earlier) == Some(&command.as_str());
        findings.demand(there, file, "journal-repeated", || {
            format!(
                "entry {} repeats entry {earlier}, which is no earlier answer to the same command",
                entry.number
            )
        });
    }
}

/// What a member said stands under its own type: under another one it would be passed over where that type counts.
fn check_types(journal: &Journal, file: &str, findings: &mut Findings) {
    for entry in &journal.entries {
        let What::Received { kind, signed } = &entry.what else {
            continue;
        };
        let own = bundle::peek(&signed.bundle).map(|(own, _, _)| own);
        findings.demand(own.as_ref().is_ok_and(|own| own == kind), file, "journal-type", || {
            let own = own.as_deref().unwrap_or("nothing that can be read");
            format!("entry {} calls '{kind}' what is {own}", entry.number)
        });
    }
}

/// What the journal received and asked must be in the record, nothing left out (a refusal could be), nothing added.
fn check_contents(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let record = case.record;
    let (mut received, mut requests, mut keys, mut spent) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeSet::new());
    let (mut judged, mut otherwise, mut signed) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for entry in &journal.entries {
        match &entry.what {
            What::Received { kind, signed } if RECORDED.contains(&kind.as_str()) => received.push(name(signed)),
            What::Requested { request } => requests.push(request),
            What::Key { record, .. } => drop(keys.insert(&record.public_key)),
            What::Spending { token: Some(token), .. } => drop(spent.insert(*token)),
            What::Checked { of, findings } => {
                // The last judgement is the record's; what an earlier one found is not forgotten.
                let before = judged.insert(of.as_str(), (entry.at, findings));
                otherwise.extend(before.filter(|(_, found)| !found.is_empty()).map(|(at, _)| at));
            }
            What::Signed { action, .. } if action.step != RESULTS => drop(signed.insert(action.step.as_str())),
            What::Aborted { .. }
            | What::Lost { .. }
            | What::Again { .. }
            | What::ReadBack { .. }
            | What::Resumed { .. } => {
                otherwise.push(entry.at);
            }
            _ => {}
        }
    }
    // An event that ended early has its last judgement of the beginning as an exception too.
    let short = judged.get(HsmCheck::Begin.fact());
    let short = short.filter(|(_, found)| case.aborted() && !found.is_empty());
    otherwise.extend(short.map(|(at, _)| *at));
    let listed = [
        &record.reviews,
        &record.attendance,
        &record.approvals,
        &record.refusals,
        &record.statements,
    ];
    let mut listed: Vec<_> = listed.into_iter().flatten().map(name).collect();
    received.sort();
    listed.sort();
    let used = record
        .tokens
        .iter()
        .filter(|token| token.fate != Fate::Unused)
        .map(|token| token.token)
        .collect();
    let derived = facts::journalled(&journal.entries);
    let stated = |name: &&str| record.facts.get(*name) == derived.get(*name);
    let same = [
        ("messages of members", received == listed),
        ("ends of the reviews", compared::is_counted(case, journal)),
        ("exceptions that nobody compared", compared::is_told(case, journal)),
        (
            "approval requests",
            requests == record.requests.iter().collect::<Vec<_>>(),
        ),
        ("keys", keys == record.keys.iter().map(|key| &key.public_key).collect()),
        ("tokens spent", spent == used),
        // Nothing that was signed vanishes, whatever the event came to.
        (
            "signatures",
            signed
                .iter()
                .all(|step| record.outputs.iter().any(|output| output.step == **step)),
        ),
        (
            "checks of the HSM",
            HsmCheck::BOTH.iter().all(|check| {
                judged.get(check.fact()).map(|(_, found)| facts::judged(found)).as_ref()
                    == record.facts.get(check.fact())
            }),
        ),
        ("answers and looks at the HSM", answers::is_journalled(case, journal)),
        (
            "clocks, logins, consoles, boots, ends or users",
            facts::JOURNALLED.iter().all(stated),
        ),
        (
            "commands that an early end left in the HSM",
            record.facts.get(facts::LEFT) == facts::left(case.inbound, &journal.entries).as_ref(),
        ),
        (
            "stops, lost answers and what the HSM fell short of",
            otherwise
                .iter()
                .all(|at| record.exceptions.iter().any(|exception| exception.at == *at)),
        ),
    ];
    key_answers::check_journal(case, journal, file, findings);
    hand_overs::check_journal(case, journal, file, findings);
    for (what, _) in same.iter().filter(|(_, same)| !same) {
        findings.add(
            file,
            "journal-differs",
            format!("journal and record tell of different {what}"),
        );
    }
}

fn name(signed: &Signed) -> (String, Digest) {
    (signed.member.clone(), signed.digest())
}

/// Seconds from the last entry to the end: all that happens between them is that the record is made.
const RECORD_WRITTEN: u64 = 300;

/// The step under which the console signs the results of earlier runs.
const RESULTS: &str = "results";

/// The types of messages that the record repeats.
const RECORDED: [&str; 6] = [
    "review",
    "attendance",
    "approval",
    "refusal",
    "acknowledgement",
    "key-answer",
];
