//! The roots of all generations: what each anchors, how each is bound to the one before it, and what that leaves unproved.

use issue::founding::Founding;
use record::plan::{Kind, cross_name};
use record::{Digest, Standing};
use x509::Certificate;

use super::Walk;
use super::events::{Events, Held};
use crate::finding::Findings;
use crate::{Report, layout, root, roots};

/// Checks the roots against each other, and tells of each.
pub(super) fn check(walk: &Walk<'_>, events: &Events, report: &mut Report, findings: &mut Findings) {
    let all = all(events);
    if all.len() > 1 {
        tell(walk, &all, report);
    }
    for pair in all.windows(2) {
        between(walk, events, &pair[0], &pair[1], report, findings);
    }
}

/// A root carries the digests of what is in force after the event that made it.
pub(super) fn check_founding(held: &Held, after: &Standing, findings: &mut Findings) {
    let in_force = Founding {
        roster: after.roster,
        policy: after.policy,
        log_policy: after.log_policy,
    };
    for (stem, certificate) in held.certificates().filter(|(_, made)| is_root(made)) {
        let found = root::founding(certificate).map(|(_, founding)| founding);
        findings.demand(
            found == Some(in_force),
            &layout::certificate(&stem),
            "not-anchored",
            || "it does not carry the digests of the roster, policy and log policy in force after its event".into(),
        );
    }
}

/// A root, with the event that made it.
struct Root<'e> {
    held: &'e Held,
    stem: String,
    certificate: &'e Certificate,
}

/// All roots, in the order in which they were made.
fn all(events: &Events) -> Vec<Root<'_>> {
    let roots = events.held.iter().flat_map(|held| {
        let made = held.certificates().filter(|(_, made)| is_root(made));
        made.map(move |(stem, certificate)| Root {
            held,
            stem,
            certificate,
        })
    });
    roots.collect()
}

fn tell(walk: &Walk<'_>, all: &[Root<'_>], report: &mut Report) {
    for (number, root) in all.iter().enumerate() {
        let given = match walk.root == Some(root.certificate) {
            true => ", the one that was given",
            false => "",
        };
        report.checked.push(format!(
            "root of generation {}: certificate {}, made in '{}'{given}",
            number + 1,
            Digest(root.certificate.fingerprint()),
            root.held.name
        ));
    }
}

/// On schedule each vouches for the other; in an emergency neither may, and then something else has to be believed.
fn between(
    walk: &Walk<'_>,
    events: &Events,
    old: &Root<'_>,
    new: &Root<'_>,
    report: &mut Report,
    findings: &mut Findings,
) {
    let cross = |subject: &Root<'_>, issuer: &Root<'_>| format!("{}-1", cross_name(&subject.stem, &issuer.stem));
    let (forth, back) = (cross(new, old), cross(old, new));
    let find = |stem: &str| events.held.iter().find_map(|held| held.certificate(stem));
    if new.held.event.inbound.plan.deed() == Kind::RootEmergency {
        for stem in [forth, back].iter().filter(|stem| find(stem).is_some()) {
            let what = "no root vouches for one that was given up, nor is it vouched for by it";
            findings.add(layout::certificate(stem), "cross-with-given-up", what);
        }
        return emergency(walk, old, new, report);
    }
    let pair = (old.certificate, new.certificate);
    let vouch = roots::check_cross(pair, find(&forth), find(&back));
    if findings
        .take(vouch, &layout::certificate(&forth), "cross-bad")
        .is_some()
    {
        report.checked.push(format!(
            "{} and {} vouch for each other: cross-certificates both ways, over the same keys, with path length 1",
            old.stem, new.stem
        ));
    }
}

fn emergency(walk: &Walk<'_>, old: &Root<'_>, new: &Root<'_>, report: &mut Report) {
    let (old_stem, new_stem, event) = (&old.stem, &new.stem, &new.held.name);
    let (later, what) = match walk.root == Some(old.certificate) {
        true => (
            new_stem,
            "that it is the Project's rests on the members' signatures of the record that names it",
        ),
        false => (
            old_stem,
            "what was before rests on the records alone, each of which names the one before it",
        ),
    };
    report.not_checked.push(format!(
        "{later} by a certificate: '{event}' was an emergency, so {old_stem} and {new_stem} do not vouch for each other; \
         {what}"
    ));
}

fn is_root(certificate: &Certificate) -> bool {
    certificate.tbs().issuer() == certificate.tbs().subject()
}
