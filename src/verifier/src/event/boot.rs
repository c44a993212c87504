//! The proof of what booted, in record and requests: quotes over the nonces with which members said to be present.

use std::collections::{BTreeMap, BTreeSet};

use record::boot::Quoted;
use record::messages::{Attendance, Boot, Phase};
use record::{Bundle, Bytes};

use super::Case;
use super::tokens::Request;
use crate::boot::{AWS_NITRO_ROOT, check_boot, registers, signer};
use crate::finding::Findings;

/// Checks every quote; says what the record's shows, and what it does not.
pub(super) fn check(case: &Case<'_>, requests: &[Request], findings: &mut Findings) -> String {
    let Boot::Quote(last) = &case.record.boot else {
        return "its boot was not proved: nothing but the screen said what ran".into();
    };
    let mut quotes = BTreeSet::from([last]);
    quotes.extend(requests.iter().filter_map(|(_, request)| match &request.boot {
        Boot::Quote(quote) => Some(quote),
        Boot::Unproven => None,
    }));
    let drawn = drawn(case);
    let mut said = None;
    for quote in quotes {
        let quoted = one(case, quote, &drawn, findings);
        if quote == last {
            said = quoted.map(|quoted| told(&quoted, drawn.len()));
        }
    }
    let newest = requests.last().map(|(_, request)| &request.boot);
    findings.demand(
        newest.is_none_or(|newest| *newest == case.record.boot),
        case.file,
        "boot-other",
        || "the record has another quote of the boot than its last request".into(),
    );
    said.unwrap_or_else(|| "its boot was not proved: the quote in it is bad".into())
}

/// Whether a request fits a record with this proof: a console that was booted again quotes again, and never leaves it out.
pub(super) fn fits(record: &Boot, request: &Boot) -> bool {
    matches!((record, request), (Boot::Quote(_), Boot::Quote(_))) || record == request
}

fn one(case: &Case<'_>, quote: &[u8], drawn: &BTreeMap<String, Bytes>, findings: &mut Findings) -> Option<Quoted> {
    let record = case.record;
    let within = (record.began, record.ended);
    let quoted = check_boot(quote, &record.session, within, &AWS_NITRO_ROOT);
    let quoted = findings.take(quoted, case.file, "boot-bad")?;
    for listed in &quoted.nonces {
        let same = drawn.get(&listed.member) == Some(&listed.nonce);
        findings.demand(same, case.file, "boot-nonce", || {
            format!(
                "the quote of the boot covers a nonce for {} that is not in their word to be present",
                listed.member
            )
        });
    }
    Some(quoted)
}

/// What the members drew for their word to be present at the beginning; whose word it is, others check.
fn drawn(case: &Case<'_>) -> BTreeMap<String, Bytes> {
    let words = case.record.attendance.iter();
    let words = words.filter_map(|signed| Bundle::<Attendance>::decode(&signed.bundle).ok());
    let begins = words.map(|word| word.body).filter(|word| word.phase == Phase::Begin);
    begins.map(|word| (word.member, word.nonce)).collect()
}

fn told(quoted: &Quoted, present: usize) -> String {
    format!(
        "its boot was quoted over the nonces of {} of {present} members present at the beginning, by {}; its registers, \
         which nobody compares here with an image's manifest: {}",
        quoted.nonces.len(),
        signer(quoted),
        registers(quoted)
    )
}
