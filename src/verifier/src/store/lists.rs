//! The newest revocation list of each issuer: where its pointer says, and current as long as one is due.

use std::collections::BTreeMap;

use issue::derive::x509_time;
use x509::Crl;

use super::Walk;
use super::events::{Events, Held};
use crate::finding::{Findings, OVERDUE};
use crate::{Report, layout};

/// Checks that each issuer's pointer is its newest CRL, and that this one is current if the issuer still issues.
pub(super) fn check(walk: &Walk<'_>, events: &Events, report: &mut Report, findings: &mut Findings) {
    let newest = newest(&events.held);
    let (at, mut due) = (x509_time(walk.options.now), 0);
    for (issuer, crl) in &newest {
        let path = layout::newest_crl(issuer);
        let what = "it is not the newest revocation list of its issuer";
        walk.shelf.demand(&path, crl.der(), "pointer-old", what, findings);
        if let Some(why) = over(events, issuer, &newest, at) {
            report
                .checked
                .push(format!("no further revocation list of {issuer} is due: {why}"));
            continue;
        }
        due += 1;
        let (from, until) = (crl.tbs().this_update(), crl.tbs().next_update());
        findings.demand(from <= at && at < until, &path, OVERDUE, || {
            format!("the newest revocation list is of {from} and was to be followed by {until}; it is {at} now")
        });
    }
    if due > 0 {
        let now = walk.options.now;
        report
            .checked
            .push(format!("{due} issuers' newest revocation lists: current at {now}"));
    }
}

/// The newest CRL of each issuer, by its stem.
fn newest(events: &[Held]) -> BTreeMap<&str, &Crl> {
    let mut newest: BTreeMap<&str, &Crl> = BTreeMap::new();
    for held in events {
        for (issued, crl) in held.files.crls.iter().zip(&held.event.crls) {
            let slot = newest.entry(&issued.issuer).or_insert(crl);
            if crl.tbs().number() > slot.tbs().number() {
                *slot = crl;
            }
        }
    }
    newest
}

/// Why no list of an issuer is due any more, if none is.
fn over(events: &Events, issuer: &str, newest: &BTreeMap<&str, &Crl>, at: x509::Time) -> Option<String> {
    let certificate = events.held.iter().find_map(|held| held.certificate(issuer))?;
    let tbs = certificate.tbs();
    if tbs.not_after() < at {
        return Some(format!("its certificate ended at {}", tbs.not_after()));
    }
    let lists = newest.values().map(|crl| crl.tbs());
    let mut own = lists.filter(|crl| {
        let by = crl.issuer() == tbs.issuer() && Some(crl.authority_key_id()) == tbs.authority_key_id();
        by && crl.this_update() <= at
    });
    if let Some(entry) = own.find_map(|crl| crl.entry(tbs.serial())) {
        return Some(format!("its certificate is revoked from {} on", entry.date));
    }
    let gone = events
        .standing
        .as_ref()
        .is_some_and(|standing| standing.key(issuer).is_none());
    gone.then(|| "its key was in a cluster that is no more".to_owned())
}
