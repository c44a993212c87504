//! What stands before the event, as the plan has it, against the public store: infra could leave out a certificate, or the
//! entry of a revocation list.

use std::path::{Path, PathBuf};

use record::Standing;
use record::plan::Inbound;
use verifier::{Finding, Folder, Options, check_standing, standing};
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
            let besides = compare(session, inbound, store, copy.root.as_deref())?;
            page.extend(field(
                "compared",
                "what the plan builds on is what stands in your copy of the store",
            ));
            page.extend(told(&besides));
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

/// Findings on which nothing that stands depends: who came, and what delegates signed.
fn told(besides: &[Finding]) -> Vec<String> {
    if besides.is_empty() {
        return Vec::new();
    }
    let mut lines = note(
        "FINDINGS in the store that change nothing that stands. They stay, so that others can see them. Ask what is known of \
         each before you sign:",
    );
    for finding in besides.iter().take(MOST_TOLD) {
        lines.extend(field("finding", &finding.to_string()));
    }
    if besides.len() > MOST_TOLD {
        let more = besides.len() - MOST_TOLD;
        lines.extend(note(&format!("{more} more: `ceremony-verify store` has them all.")));
    }
    lines
}

/// Compares; what else the store has that is wrong.
fn compare(session: &Session, inbound: &Inbound, store: &Path, root: Option<&Path>) -> Result<Vec<Finding>, Error> {
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
    let (against, besides): (Vec<Finding>, Vec<_>) =
        report.findings.into_iter().partition(Finding::touches_what_stands);
    if let Some(ahead) = against.iter().find(|finding| finding.rule == "event-in-future") {
        let (first, now) = (ahead.to_string(), session.now);
        return Err(Error::StoreAhead { now, first });
    }
    if let Some(finding) = against.first() {
        let first = finding.to_string();
        return Err(Error::StoreUnsound { first });
    }
    let (Some(found), Some(stands)) = (&inbound.standing, &stands) else {
        return Err(Error::StandingDiffers { what: "whole" });
    };
    match standing::difference(found, stands) {
        None => Ok(besides.into_iter().filter(|finding| !finding.is_overdue()).collect()),
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

/// Findings that are told one by one.
const MOST_TOLD: usize = 20;
/// No certificate of ours is larger.
const ROOT_LIMIT: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_what_the_store_has_against_people() {
        assert!(told(&[]).is_empty());
        let finding = |number: usize| Finding {
            file: format!("access/console/{number}.cbor"),
            rule: "access-unexplained",
            what: "a login by mallory, who was not present then, at 2026-11-24T11:00:00Z".into(),
        };
        let lines = told(&(1..=22).map(finding).collect::<Vec<_>>());
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:#?}");
        let page = lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            page.starts_with("FINDINGS in the store that change nothing that stands."),
            "{page}"
        );
        assert!(
            page.contains("finding: access/console/20.cbor: a login by mallory, who was"),
            "{page}"
        );
        assert!(
            page.contains("[access-unexplained]") && !page.contains("access/console/21.cbor"),
            "{page}"
        );
        assert!(
            page.ends_with("2 more: `ceremony-verify store` has them all."),
            "{page}"
        );
    }
}
