//! The log's entries by what they are about, and the certificates that no event made.

use std::collections::{BTreeMap, BTreeSet};

use record::Digest;
use tlog::{Entry, EntryType, Proof, entry};
use verifier::brought;
use verifier::layout::{self, AccessLog, Log, OutputName, Rules};

use super::{Certificate, Event, Logged, Outside, Site};
use crate::error::Error;
use crate::store::{Source, demand, read};

/// What an entry says by itself, before the events are known.
pub(super) struct Found {
    place: (Log, u64),
    kind: EntryType,
    /// SHA-256 of the payload, wherever it is kept.
    digest: Digest,
    /// The event of a record; the file of a refusal or a batch.
    about: Option<(String, String)>,
    /// How many events were whole when it was logged.
    events: usize,
}

impl Found {
    /// Of an entry that is logged after so many events.
    pub(super) fn of(entry: &Entry, place: (Log, u64), about: Option<(String, String)>, events: usize) -> Self {
        let digest = match entry.body() {
            entry::Body::Payload(payload) => Digest::of(payload),
            entry::Body::Reference(reference) => Digest(reference.digest().0),
        };
        Self {
            place,
            kind: entry.kind(),
            digest,
            about,
            events,
        }
    }
}

/// A batch of an access log, by its number.
pub(super) fn batch(log: AccessLog, number: u64) -> (String, String) {
    (
        format!("batch {number} of the access log of the {}", log.in_words()),
        log.batch(number),
    )
}

/// The subkeys that keepers outside issued, in the log's order: what is logged as a certificate, and no event made.
pub(super) fn outside(store: &dyn Source, found: &[Found], events: &[Event]) -> Result<Vec<Outside>, Error> {
    let made = events.iter().flat_map(|event| &event.certificates);
    let made: BTreeSet<Digest> = made.map(Certificate::fingerprint).collect();
    let mut wanted: BTreeMap<Digest, (u64, usize)> = (0..)
        .zip(found)
        .filter(|(_, one)| one.kind == EntryType::Certificate && one.events > 0 && !made.contains(&one.digest))
        .map(|(index, one)| (one.digest, (index, one.events - 1)))
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let listed = store.list().map_err(|cause| Error::Store {
        path: "certs".into(),
        cause,
    })?;
    let mut all = Vec::new();
    for path in listed {
        let Some(OutputName::Certificate { name, number }) = OutputName::parse(&path) else {
            continue;
        };
        let der = demand(store, &path)?;
        if let Some((index, event)) = wanted.remove(&Digest::of(&der)) {
            let x509 = x509::Certificate::parse(&der).map_err(|error| Error::Page {
                path,
                what: error.to_string(),
            })?;
            all.push((
                index,
                Outside {
                    event,
                    certificate: Certificate { name, number, x509 },
                },
            ));
        }
    }
    all.sort_unstable_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

/// The entries in words, each with the page or file that has what it is about.
pub(super) fn logged(site: &Site, found: Vec<Found>) -> Vec<Logged> {
    let known = known(site);
    let one = |found: Found| {
        let (what, path) = match found.about.or_else(|| known.get(&found.digest).cloned()) {
            Some((what, path)) => (what, Some(path)),
            None => ("nothing that these pages know of".into(), None),
        };
        Logged {
            place: found.place,
            kind: found.kind,
            digest: found.digest,
            what,
            path,
        }
    };
    found.into_iter().map(one).collect()
}

/// The sizes of the checkpoints to which the certificates' proofs lead.
pub(super) fn proofs(store: &dyn Source, site: &Site) -> Result<BTreeMap<String, u64>, Error> {
    let mut all = BTreeMap::new();
    for (_, certificate) in site.certificates() {
        let stem = certificate.stem();
        if let Some(proof) = read(store, &layout::proof(&stem))? {
            all.insert(stem, Proof::parse(&proof)?.checkpoint().checkpoint().size());
        }
    }
    Ok(all)
}

/// What the store has of payloads, by their digests.
fn known(site: &Site) -> BTreeMap<Digest, (String, String)> {
    let mut known = BTreeMap::new();
    for (_, certificate) in site.certificates() {
        let stem = certificate.stem();
        known.insert(
            certificate.fingerprint(),
            (stem.clone(), layout::certificate_page(&stem)),
        );
    }
    for event in &site.events {
        of_event(event, &mut known);
    }
    known
}

fn of_event(event: &Event, known: &mut BTreeMap<Digest, (String, String)>) {
    let (name, record) = (&event.record.event, &event.record);
    for crl in &event.crls {
        let what = format!("list {} of {}", crl.x509.tbs().number(), crl.x509.tbs().issuer());
        known.insert(Digest(crl.x509.fingerprint()), (what, crl.path.clone()));
    }
    for (rules, bytes) in brought::rules_of(&event.inbound, record) {
        let page = match rules {
            Rules::Roster(number) => layout::roster_page(number),
            Rules::Policy(_) | Rules::LogPolicy(_) => rules.path(),
        };
        known.insert(Digest::of(bytes), (rules.path(), page));
    }
    known.insert(
        record.plan,
        (format!("the plan of {name}"), layout::object(&record.plan)),
    );
    known.insert(
        record.journal,
        (format!("the journal of {name}"), layout::object(&record.journal)),
    );
    for (document, bytes) in brought::documents_of(&event.inbound, record) {
        let page = layout::document_page(document).unwrap_or_else(|| layout::document(document));
        known.insert(Digest::of(bytes), (document.to_owned(), page));
    }
}
