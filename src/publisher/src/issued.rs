//! `issued`: a subkey that a delegate's outside keeper issued is checked, logged and published with its proof.

use std::path::PathBuf;

use record::policy::Keeper;
use record::screen::Shown;
use record::standing::Standing;
use record::{Digest, Policy, Time, text};
use tlog::{Entry, EntryType};
use verifier::entries::Expected;
use verifier::issued::{self, Place};
use verifier::{Finding, layout, render};

use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::files;
use crate::publication::{Certificate, Publication};
use crate::store::{Source, read};

/// What `issued` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The subkey's certificate, PEM or DER.
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// Its name in files, which begins with its delegate's: release-code-signing.
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on.
///
/// # Errors
/// A certificate that the delegate or the policy does not allow, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let name = &arguments.name;
    if !text::is_name(name) {
        let what = format!(
            "'{}' is not a name: lower-case letters, digits and single hyphens",
            text::plain(name, 63)
        );
        return Err(Error::Usage { what });
    }
    let desk = Desk::open(&arguments.place)?;
    let certificate = certificate(&arguments.certificate)?;
    let past = verifier::past(&desk.store, NO_EVENT, desk.rehearsal(), desk.now).map_err(Error::Findings)?;
    let standing = past.ok_or(Error::NothingStands)?;
    let policy = policy(&desk.store, &standing)?;
    let number = number(&desk.store, name, &certificate)?;
    let stem = format!("{name}-{number}");
    let file = layout::certificate(&stem);
    let others = issued::others(&desk.store, &standing, &stem).map_err(|cause| Error::Store {
        path: layout::certificate("*"),
        cause,
    })?;
    let place = Place {
        standing: &standing,
        policy: &policy,
        others: &others,
    };
    let said = check((name, number), &certificate, &place, desk.now);
    let said = said.map_err(|what| {
        Error::Findings(vec![Finding {
            file: file.clone(),
            rule: "issued-outside",
            what,
        }])
    })?;
    let publication = publication(&stem, &certificate)?;
    desk.demand_new(&stem, &publication.event)?;
    let (_, log_policy) = in_force(&desk.store, layout::log_policy, standing.log_policy)?;
    let log_policy = desk.policy(&log_policy)?;
    crate::terminal::show(&Shown::Heading {
        title: format!("Publishing {stem}, {said}"),
    });
    desk.publish(&publication, &log_policy)
}

/// Reads the certificate.
fn certificate(path: &std::path::Path) -> Result<x509::Certificate, Error> {
    let read = x509::Certificate::parse_file(&files::read(path, LIMIT)?);
    read.map_err(|cause| Error::Certificate {
        path: path.into(),
        what: cause.to_string(),
    })
}

fn check(
    (name, number): (&str, u32),
    certificate: &x509::Certificate,
    place: &Place<'_>,
    now: Time,
) -> Result<String, String> {
    if !issued::has_begun(certificate, now) {
        let from = certificate.tbs().not_before();
        return Err(format!("it begins at {from}, and it is {now} now"));
    }
    issued::check_issued(name, number, certificate, place).map_err(|what| match kept_here(name, place.policy) {
        true => format!("{what}; a delegate that is kept in the HSM issues its subkeys in an event"),
        false => what,
    })
}

fn kept_here(name: &str, policy: &Policy) -> bool {
    let called = |rule: &&record::policy::DelegateRule| name.starts_with(&format!("{}-", rule.name));
    policy
        .delegate
        .iter()
        .filter(called)
        .any(|rule| rule.keeper == Keeper::Hsm)
}

/// The number that its files have: the first that is free, or the one that it has already.
fn number(store: &dyn Source, name: &str, certificate: &x509::Certificate) -> Result<u32, Error> {
    let mut number = 1;
    loop {
        match read(store, &layout::certificate(&format!("{name}-{number}")))? {
            Some(found) if found != certificate.der() => number += 1,
            _ => return Ok(number),
        }
    }
}

/// The policy in force.
fn policy(store: &dyn Source, standing: &Standing) -> Result<Policy, Error> {
    let (path, bytes) = in_force(store, layout::policy, standing.policy)?;
    Policy::parse(&bytes).map_err(|error| Error::Page {
        path,
        what: error.to_string(),
    })
}

/// The numbered file with this digest.
pub fn in_force(store: &dyn Source, path: fn(u32) -> String, digest: Digest) -> Result<(String, Vec<u8>), Error> {
    for number in 1.. {
        let path = path(number);
        let Some(bytes) = read(store, &path)? else {
            let what = "no file of this kind is the one in force".into();
            return Err(Error::Page { path, what });
        };
        if Digest::of(&bytes) == digest {
            return Ok((path, bytes));
        }
    }
    Err(Error::NothingStands)
}

fn publication(stem: &str, certificate: &x509::Certificate) -> Result<Publication, Error> {
    let der = certificate.der();
    Ok(Publication {
        event: format!("issued {stem}"),
        results: Digest::of(der),
        entries: vec![Expected {
            file: layout::certificate(stem),
            entry: Entry::new(EntryType::Certificate, der)?,
        }],
        files: Vec::new(),
        certificates: vec![Certificate {
            stem: stem.to_owned(),
            der: der.to_vec(),
            pem: render::pem(certificate),
        }],
        crls: Vec::new(),
    })
}

/// No event has this name.
const NO_EVENT: &str = "";
/// No certificate of ours is larger.
const LIMIT: usize = 64 * 1024;
