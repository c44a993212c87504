//! What stands before the event, as the plan has it, against the public store: infra could leave out a certificate, or the
//! entry of a revocation list.

use std::path::{Path, PathBuf};

use record::Standing;
use record::plan::Inbound;
use verifier::{Folder, Options, check_standing, standing};
use x509::Certificate;

use crate::error::Error;
use crate::files;
use crate::session::Session;
use crate::show::{digest, field, note, part};

/// A copy of the public store, and the root that the member trusts, from elsewhere.
#[derive(clap::Args)]
pub struct Copy {
    /// A copy of the public store: what stands is compared
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    store: Option<PathBuf>,
    /// A root of that store, PEM or DER, from elsewhere. Only
    /// before the first root there is none
    #[arg(long, value_name = "FILE", requires = "store", verbatim_doc_comment)]
    root: Option<PathBuf>,
    /// Compare nothing: what stands is then infra's word
    #[arg(long, conflicts_with = "store", verbatim_doc_comment)]
    without_store: bool,
}

impl Copy {
    /// What the review says of it, once nothing differed: nothing, where nothing stands.
    #[must_use]
    pub fn compared(&self, inbound: &Inbound) -> Option<bool> {
        inbound.standing.as_ref().map(|_| self.store.is_some())
    }
}

/// Compares, and says so on the page; or says aloud that nothing was compared.
///
/// # Errors
/// Nobody said whether to compare, a store that is not sound, or in which something else stands.
pub fn page(session: &Session, inbound: &Inbound, copy: &Copy) -> Result<Vec<String>, Error> {
    let mut page = part("What stands before this event");
    match (&inbound.standing, &copy.store) {
        (_, Some(store)) => {
            compare(session, inbound, store, copy.root.as_deref())?;
            page.extend(field(
                "compared",
                "what the plan builds on is what stands in your copy of the store",
            ));
            if copy.root.is_none() {
                page.extend(unanchored(inbound));
            }
        }
        (None, None) => page.extend(note("Nothing, by this plan: it is the first event of all.")),
        (Some(_), None) if copy.without_store => page.extend(note(
            "NOT COMPARED with the public store, as you said: certificates, revocation lists and keys of before are \
             infra's word. Your review says so. Ask which other member compared them: if nobody did, the event has an \
             exception.",
        )),
        (Some(_), None) => return Err(Error::StoreWanted),
    }
    if let Some(found) = &inbound.standing {
        let last = found.events.last().map_or("none", |past| past.event.as_str());
        page.extend(field(
            "events before",
            &format!("{}, the last one {last}", found.events.len()),
        ));
        for crl in &found.crls {
            let revoked = x509::Crl::parse(&crl.der).map_or(0, |read| read.tbs().entries().len());
            let count = format!("number {}, which revokes {revoked}", crl.number);
            page.extend(field(&format!("newest list of {}", crl.issuer), &count));
        }
        for key in &found.keys {
            let guard = key
                .quorum
                .map_or("no quorum".to_owned(), |m| format!("{m} members for each use"));
            page.extend(field(&format!("key {}", key.key), &guard));
        }
    }
    Ok(page)
}

/// Before there is a root, the store rests on the last record alone, whose digest everybody present wrote down.
fn unanchored(inbound: &Inbound) -> Vec<String> {
    let mut lines = note(
        "There is no root yet. What holds the store is the last record's digest: compare it with what you wrote down when it \
         was read aloud.",
    );
    if let Some(past) = inbound.standing.as_ref().and_then(|found| found.events.last()) {
        lines.extend(digest(&format!("record of {}", past.event), &past.record));
    }
    lines
}

fn compare(session: &Session, inbound: &Inbound, store: &Path, root: Option<&Path>) -> Result<(), Error> {
    let root = root.map(certificate).transpose()?;
    let standing = inbound.standing.as_ref();
    if root.is_none() && standing.is_some_and(|standing| standing.certificates.iter().any(|one| one.name == "root")) {
        return Err(Error::RootWanted);
    }
    if !store.is_dir() {
        return Err(Error::NoFolder { path: store.into() });
    }
    let options = Options {
        rehearsal: inbound.plan.rehearsal,
        now: session.now,
        earlier: newest(session, standing)?,
    };
    let (report, stands) = check_standing(&Folder(store.to_owned()), root.as_ref(), &options);
    // A list that was not followed in time is what the next event may mend.
    let mut findings = report
        .findings
        .iter()
        .filter(|finding| finding.rule != "crl-not-current");
    if let Some(ahead) = findings.clone().find(|finding| finding.rule == "event-in-future") {
        let (first, now) = (ahead.to_string(), session.now);
        return Err(Error::StoreAhead { now, first });
    }
    if let Some(finding) = findings.next() {
        let first = finding.to_string();
        return Err(Error::StoreUnsound { first });
    }
    let (Some(found), Some(stands)) = (&inbound.standing, &stands) else {
        return Err(Error::StandingDiffers { what: "whole" });
    };
    match standing::difference(found, stands) {
        None => Ok(()),
        Some(what) => Err(Error::StandingDiffers { what }),
    }
}

/// The newest checkpoint of the same log that this member saw: the store's log must begin with what it says.
fn newest(session: &Session, standing: Option<&Standing>) -> Result<Option<Vec<u8>>, Error> {
    match standing {
        Some(found) => session.home.newest_checkpoint("plan", found.checkpoint.as_bytes()),
        None => Ok(None),
    }
}

fn certificate(path: &Path) -> Result<Certificate, Error> {
    Certificate::parse_file(&files::read(path, ROOT_LIMIT)?).map_err(|cause| Error::NotARoot {
        path: path.to_owned(),
        cause: Box::new(cause),
    })
}

/// No certificate of ours is larger.
const ROOT_LIMIT: usize = 64 * 1024;
