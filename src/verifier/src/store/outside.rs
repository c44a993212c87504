//! Subkeys that outside keepers issued: certificates of the store that no event made, each allowed by what stood where it is
//! logged.

use record::Policy;
use record::results::IssuedCertificate;
use tlog::{Entry, EntryType};
use x509::Certificate;

use super::Walk;
use super::events::Held;
use super::log_entries::Places;
use crate::entries::Expected;
use crate::explained::in_force_after;
use crate::finding::Findings;
use crate::issued::{Place, check_issued, is_outside};
use crate::layout::{self, OutputName};
use crate::{Report, render};

/// Such a certificate.
pub(super) struct Outside {
    /// As the store has it.
    pub issued: IssuedCertificate,
    certificate: Certificate,
}

/// Finds them: whatever no event made, and is called as some policy lets an outside keeper's subkey be.
pub(super) fn find(walk: &Walk<'_>, events: &[Held], findings: &mut Findings) -> Vec<Outside> {
    let policies: Vec<&Policy> = events
        .iter()
        .map(|held| in_force_after(&held.event.record, &held.event.inbound))
        .collect();
    let made = |path: &str| {
        let mut all = events.iter().flat_map(|held| &held.files.certificates);
        all.any(|issued| layout::certificate(&issued.stem()) == path)
    };
    let names =
        walk.shelf
            .under("certs")
            .filter(|path| !made(path))
            .filter_map(|path| match OutputName::parse(path)? {
                OutputName::Certificate { name, number } => Some((name, number)),
                OutputName::Crl { .. } => None,
            });
    let outside = names.filter(|(name, _)| policies.iter().any(|policy| is_outside(name, policy)));
    let outside: Vec<(String, u32)> = outside.collect();
    let read = outside.into_iter();
    read.filter_map(|(name, number)| one(walk, name, number, findings))
        .collect()
}

fn one(walk: &Walk<'_>, name: String, number: u32, findings: &mut Findings) -> Option<Outside> {
    let stem = format!("{name}-{number}");
    let path = layout::certificate(&stem);
    let der = walk.shelf.read(&path, findings)?;
    let certificate = findings.take(Certificate::parse(&der), &path, "certificate-malformed")?;
    let pem = layout::certificate_pem(&stem);
    let what = "it is not the PEM of the .der beside it";
    let expected = render::pem(&certificate);
    walk.shelf
        .demand(&pem, expected.as_bytes(), "pem-differs", what, findings);
    let der = der.into();
    let issued = IssuedCertificate { name, number, der };
    Some(Outside { issued, certificate })
}

/// Their certificates, each with the stem of its files.
pub(super) fn certificates(found: &[Outside]) -> Vec<(String, Certificate)> {
    let one = |one: &Outside| (one.issued.stem(), one.certificate.clone());
    found.iter().map(one).collect()
}

/// A subkey of an outside keeper's is logged like any other certificate.
pub(super) fn entries(found: &[Outside], findings: &mut Findings) -> Vec<Expected> {
    let entry = |one: &Outside| {
        let file = layout::certificate(&one.issued.stem());
        let entry = Entry::new(EntryType::Certificate, &one.issued.der);
        let entry = findings.take(entry, &file, "not-logged")?;
        Some(Expected { file, entry })
    };
    found.iter().filter_map(entry).collect()
}

/// Judges each by its place in the log, which has their entries at these indices.
pub(super) fn check(
    events: &[Held],
    found: &[Outside],
    places: Option<(&Places, &[Option<u64>])>,
    report: &mut Report,
    findings: &mut Findings,
) {
    if found.is_empty() {
        return;
    }
    let Some((places, own)) = places else {
        report.not_checked.push(format!(
            "{} subkeys of outside keepers: what was in force when they were logged, only a log and events that hold \
             say",
            found.len()
        ));
        return;
    };
    // In the order in which they are logged. One that is not logged was found already.
    let mut logged: Vec<(u64, &Outside)> = Vec::new();
    for (outside, place) in found.iter().zip(own) {
        logged.extend(place.map(|index| (index, outside)));
    }
    logged.sort_unstable_by_key(|(index, _)| *index);
    let mut count = 0;
    let mut others: Vec<(String, Certificate)> = Vec::new();
    for (index, outside) in logged {
        let (issued, stem) = (&outside.issued, outside.issued.stem());
        let judged = judge(events, outside, (index, places), &others);
        let good = findings.take(judged, &layout::certificate(&issued.stem()), "issued-outside");
        count += u32::from(good.is_some());
        others.push((stem, outside.certificate.clone()));
    }
    if count > 0 {
        report.checked.push(format!(
            "subkeys issued by outside keepers: {count}, each by its delegate, as policy and lists allowed where it is logged"
        ));
    }
}

fn judge(
    events: &[Held],
    outside: &Outside,
    (index, places): (u64, &Places),
    others: &[(String, Certificate)],
) -> Result<String, String> {
    let logged = || places.events.iter().zip(events);
    // What an event brings stands when all of it is logged, and not before.
    let within = |place: &Option<(u64, u64)>| place.is_some_and(|(first, last)| first < index && index < last);
    if let Some((_, held)) = logged().find(|(place, _)| within(place)) {
        return Err(format!("it is logged between the entries of the event '{}'", held.name));
    }
    let last = logged().rfind(|(place, _)| place.is_some_and(|(_, last)| last < index));
    let nothing = || "it is logged before any event".to_owned();
    let held = last.map(|(_, held)| held).ok_or_else(nothing)?;
    let place = Place {
        standing: held.after.as_ref().ok_or_else(nothing)?,
        policy: in_force_after(&held.event.record, &held.event.inbound),
        others,
    };
    let issued = &outside.issued;
    check_issued(&issued.name, issued.number, &outside.certificate, &place)
}
