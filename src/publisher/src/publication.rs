//! A publication: all that one event adds to the store, settled before anything is written.

use record::Digest;
use tlog::entry::Body;
use verifier::entries::{self, Expected};
use verifier::{CheckedEvent, brought, layout, render};

use crate::error::Error;
use crate::outbound::Outbound;
use crate::store::File;

/// What one event adds to the store.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The event's name.
    pub event: String,
    /// SHA-256 of the results bundle: which event it is, whatever its name.
    pub results: Digest,
    /// What the log gets, in order.
    pub entries: Vec<Expected>,
    /// Files that never change, but for the certificates: with their paths.
    pub files: Vec<File>,
    /// The certificates, which wait for their proofs.
    pub certificates: Vec<Certificate>,
    /// The CRLs, each a candidate for the newest of its issuer.
    pub crls: Vec<Crl>,
}

/// A certificate to be published.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The stem of its files: `root-1`.
    pub stem: String,
    /// DER.
    pub der: Vec<u8>,
    /// The same as PEM.
    pub pem: String,
}

/// A CRL to be published.
#[derive(Clone, Debug)]
pub struct Crl {
    /// The stem of its issuer: `root-1`.
    pub issuer: String,
    /// Its number.
    pub number: u64,
    /// DER.
    pub der: Vec<u8>,
}

impl Publication {
    /// Of an event that was checked.
    ///
    /// # Errors
    /// Something that no entry of the log can hold.
    pub fn of(outbound: &Outbound, event: &CheckedEvent) -> Result<Self, Error> {
        let certificates = outbound.results.certificates.iter().zip(&event.certificates);
        let certificate =
            |(issued, certificate): (&record::results::IssuedCertificate, &x509::Certificate)| Certificate {
                stem: issued.stem(),
                der: issued.der.to_vec(),
                pem: render::pem(certificate),
            };
        let crls = outbound.results.crls.iter();
        let entries = entries::of_event(&outbound.files(), event)?;
        Ok(Self {
            event: event.record.event.clone(),
            results: outbound.digest,
            files: files(outbound, event, &entries)?,
            entries,
            certificates: certificates.map(certificate).collect(),
            crls: crls
                .map(|c| Crl {
                    issuer: c.issuer.clone(),
                    number: c.number,
                    der: c.der.to_vec(),
                })
                .collect(),
        })
    }
}

/// In the order in which they are written: what is referred to before what refers to it.
fn files(outbound: &Outbound, event: &CheckedEvent, entries: &[Expected]) -> Result<Vec<File>, Error> {
    let (results, name, inbound) = (&outbound.results, &event.record.event, &event.inbound);
    let mut all: Vec<File> = Vec::new();
    for object in [&results.plan, &results.journal] {
        all.push((layout::object(&Digest::of(object)), object.to_vec()));
    }
    for crl in &results.crls {
        all.push((layout::crl(&crl.issuer, crl.number), crl.der.to_vec()));
    }
    let signers = render::allowed_signers(&inbound.roster);
    let signers = signers.map_err(|error| Error::Page {
        path: layout::allowed_signers(name),
        what: error.to_string(),
    })?;
    all.push((layout::record(name), results.record.to_vec()));
    if let Some(signature) = &outbound.signature {
        all.push((layout::results_signature(name), signature.clone().into_bytes()));
    }
    all.push((layout::allowed_signers(name), signers.into_bytes()));
    for (member, signature) in &outbound.countersignatures {
        all.push((layout::countersignature(name, member), signature.clone().into_bytes()));
    }
    for (rules, bytes) in brought::rules(event) {
        all.push((rules.path(), bytes.to_vec()));
    }
    for (document, bytes) in brought::documents(event) {
        all.push((layout::document(document), bytes.to_vec()));
    }
    let objects = objects(entries, &all);
    all.extend(objects);
    Ok(all)
}

/// Files that are too large for the log's entry, which then refers to an object: the same bytes under their digest.
fn objects(entries: &[Expected], files: &[File]) -> Vec<File> {
    let referred = entries.iter().filter_map(|expected| match expected.entry.body() {
        Body::Payload(_) => None,
        Body::Reference(reference) => {
            let path = reference.path().trim_start_matches('/').to_owned();
            let (_, bytes) = files.iter().find(|(file, _)| *file == expected.file)?;
            Some((path, bytes.clone()))
        }
    });
    let there = |path: &String| files.iter().any(|(file, _)| file == path);
    referred.filter(|(path, _)| !there(path)).collect()
}
