//! The files of one event, gathered from the store as its record names them.

use std::collections::BTreeMap;

use record::Digest;
use record::facts;
use record::plan::Inbound;
use record::record::Record;
use record::results::{IssuedCertificate, IssuedCrl};
use record::text::is_name;

use super::Walk;
use super::order::Outline;
use crate::EventFiles;
use crate::finding::Findings;
use crate::layout::{self, OutputName};

/// The files of one event, as the store has them.
pub(super) struct Gathered {
    plan: Vec<u8>,
    record: Vec<u8>,
    journal: Vec<u8>,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
    countersignatures: BTreeMap<String, String>,
    results: Option<String>,
}

impl Gathered {
    pub(super) fn journal(&self) -> &[u8] {
        &self.journal
    }

    pub(super) fn files(&self) -> EventFiles<'_> {
        EventFiles {
            plan: &self.plan,
            record: &self.record,
            journal: &self.journal,
            certificates: self.certificates.clone(),
            crls: self.crls.clone(),
            countersignatures: self.countersignatures.clone(),
            results_signature: self.results.as_deref(),
        }
    }
}

/// Reads what the record names; what cannot be read is a finding, and the event then fails.
pub(super) fn gather(walk: &Walk<'_>, outline: &Outline, findings: &mut Findings) -> Option<Gathered> {
    let (name, read) = (&outline.name, &outline.record);
    let path = layout::record(name);
    let (mut certificates, mut crls, mut whole) = (Vec::new(), Vec::new(), true);
    for output in &read.outputs {
        let Some(name) = OutputName::parse(&output.file) else {
            findings.add(
                &path,
                "output-name",
                format!("'{}' is no name of a certificate or CRL", output.file),
            );
            continue;
        };
        let Some(der) = walk.shelf.read(&name.path(), findings) else {
            whole = false;
            continue;
        };
        match name {
            OutputName::Certificate { name, number } => {
                let stem = format!("{name}-{number}");
                walk.shelf.explain(&layout::certificate_pem(&stem));
                walk.shelf.explain(&layout::proof(&stem));
                certificates.push(IssuedCertificate {
                    name,
                    number,
                    der: der.into(),
                });
            }
            OutputName::Crl { issuer, number } => {
                walk.shelf.explain(&layout::newest_crl(&issuer));
                crls.push(IssuedCrl {
                    issuer,
                    number,
                    der: der.into(),
                });
            }
        }
    }
    let countersignatures = countersignatures(walk, name, findings);
    let (plan, journal) = (
        object(walk, &read.plan, findings),
        object(walk, &read.journal, findings),
    );
    let results = results(walk, read, plan.as_deref().unwrap_or_default(), findings);
    let (plan, journal, results) = (plan?, journal?, results?);
    whole.then_some(Gathered {
        plan,
        record: outline.bytes.clone(),
        journal,
        certificates,
        crls,
        countersignatures,
        results,
    })
}

/// The console's signature, unless the plan has no key that could have made one, or the event ended early. One that was
/// published and is gone, the log has.
fn results(walk: &Walk<'_>, record: &Record, plan: &[u8], findings: &mut Findings) -> Option<Option<String>> {
    let path = layout::results_signature(&record.event);
    let aborted = record.facts.contains_key(facts::ABORTED);
    let unsigned = || Inbound::open(plan).is_ok_and(|inbound| inbound.console_key().is_none());
    match !walk.shelf.has(&path) && (aborted || unsigned()) {
        true => Some(None),
        false => walk.shelf.read_text(&path, findings).map(Some),
    }
}

fn object(walk: &Walk<'_>, digest: &Digest, findings: &mut Findings) -> Option<Vec<u8>> {
    let path = layout::object(digest);
    let bytes = walk.shelf.read(&path, findings)?;
    let found = Digest::of(&bytes);
    findings.demand(found == *digest, &path, "object-differs", || {
        format!("its digest is {found}, not its name")
    });
    (found == *digest).then_some(bytes)
}

fn countersignatures(walk: &Walk<'_>, name: &str, findings: &mut Findings) -> BTreeMap<String, String> {
    let folder = format!("events/{name}/countersignatures");
    let member = |path: &str| {
        let member = path.strip_prefix(&folder)?.strip_prefix('/')?.strip_suffix(".sig")?;
        is_name(member).then(|| member.to_owned())
    };
    let members: Vec<String> = walk.shelf.under(&folder).filter_map(member).collect();
    let read = members.into_iter().map(|member| {
        let text = walk.shelf.read_text(&layout::countersignature(name, &member), findings);
        Some((member, text?))
    });
    read.flatten().collect()
}
