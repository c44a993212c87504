//! The written record: made from the journal, written once, and countersigned by everybody present.

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::Derived;
use record::facts;
use record::journal::{What, frame};
use record::plan::ROSTER;
use record::record::{Output, Record};
use record::screen::Shown;
use record::{Digest, Standing, cbor};

use super::Event;
use super::progress::Progress;
use super::proof::{Closing, Recorded};
use super::stages::At;
use crate::error::Error;
use crate::files;

impl Event {
    /// Writes the record, or reads it again if it was written before a stop.
    pub(super) fn write_record(&mut self, closing: Closing) -> Result<Recorded, Error> {
        let record = self.have_record(closing.things())?;
        Recorded::of(&self.progress(), closing, record)
    }

    fn have_record(&mut self, derived: &[Derived]) -> Result<Vec<u8>, Error> {
        self.begin_stage(&At::Record);
        let (kept, outbound) = (
            self.places.disk.join("record.cbor"),
            self.places.outbound.join("record.cbor"),
        );
        let bytes = match self.progress().record {
            Some((digest, _)) => {
                let bytes = files::read(&kept, cbor::BUNDLE_LIMIT)?;
                if Digest::of(&bytes) != digest {
                    return Err(Error::Disk {
                        what: format!("{} is not the record that the journal has", kept.display()),
                        hint: "bring back the event's own disk",
                    });
                }
                bytes
            }
            None => {
                self.take_unused_approvals()?;
                let bytes = self.bundle(self.record(derived)?)?;
                // A run that stopped before its journal entry left a record that nobody has seen.
                if files::read_if_there(&kept, cbor::BUNDLE_LIMIT)?.is_some() {
                    let failed = |cause| Error::File {
                        act: "remove",
                        path: kept.display().to_string(),
                        cause,
                    };
                    std::fs::remove_file(&kept).map_err(failed)?;
                }
                files::write_new(&kept, &bytes)?;
                self.write(What::Record {
                    digest: Digest::of(&bytes),
                })?;
                bytes
            }
        };
        files::write_once(&outbound, &bytes)?;
        self.console.show(&Shown::digest("record", &Digest::of(&bytes)));
        let path = outbound.display().to_string();
        self.console.show(&Shown::Wrote {
            path,
            what: "for everybody present to countersign".into(),
        });
        Ok(bytes)
    }

    fn record(&self, derived: &[Derived]) -> Result<Record, Error> {
        let (progress, opened) = (self.progress(), self.opened()?);
        let plan = &self.inbound.plan;
        let entries = self.ledger.borrow().entries().len() as u64;
        Ok(Record {
            event: plan.event.clone(),
            kind: plan.kind.to_string(),
            description: plan.description.clone(),
            previous: self.inbound.standing.as_ref().and_then(Standing::previous),
            checkpoint: self
                .inbound
                .standing
                .as_ref()
                .map(|standing| standing.checkpoint.clone()),
            plan: self.inbound.digest,
            roster: plan.inputs[ROSTER].0,
            image: opened.image,
            tool: opened.tool,
            tool_version: opened.tool_version,
            boot: progress.boot(),
            session: opened.session,
            began: opened.at,
            ended: self.clock.now(),
            present: present(&progress),
            tokens: progress.tokens(),
            outputs: self.outputs(derived)?,
            keys: self
                .wanted()
                .iter()
                .filter_map(|wanted| progress.keys.get(&wanted.key).cloned())
                .collect(),
            reviews: progress.reviews.values().cloned().collect(),
            attendance: progress.begin.values().chain(progress.end.values()).cloned().collect(),
            requests: progress.requests.clone(),
            approvals: progress.approvals.clone(),
            refusals: progress.refusals.values().cloned().collect(),
            statements: [&progress.key_answers[..], &progress.acknowledgements[..]].concat(),
            facts: self.facts(&progress),
            exceptions: progress.exceptions.clone(),
            exemptions: derived.iter().flat_map(Derived::exemptions).collect(),
            // An event that ends early puts nothing into force.
            adopted: match progress.aborted {
                None => self.inbound.adopted(),
                Some(_) => BTreeMap::new(),
            },
            journal_entries: entries,
            journal: Digest::of(&self.journal_before(entries)?),
        })
    }

    /// What the HSM's part in it was, and what follows from the journal.
    fn facts(&self, progress: &Progress) -> BTreeMap<String, String> {
        let kept_by = self.inbound.plan.hsm.kind.quorum_kept_by().to_owned();
        let checks = progress.checks.iter();
        let checks = checks.map(|(name, judged)| (name.clone(), facts::judged(&judged.findings)));
        let answers = progress.answers.iter();
        let answers = answers.map(|(step, answer)| (facts::answer(step), answer.clone()));
        let kept_by = (facts::QUORUM_KEPT_BY.to_owned(), kept_by);
        let ledger = self.ledger.borrow();
        let journalled = facts::journalled(ledger.entries());
        let left = facts::left(&self.inbound, ledger.entries()).map(|left| (facts::LEFT.to_owned(), left));
        let all = checks.chain(answers).chain([kept_by]);
        all.chain(journalled).chain(left).collect()
    }

    fn outputs(&self, derived: &[Derived]) -> Result<Vec<Output>, Error> {
        let output = |(derived, der): (&Derived, Vec<u8>)| Output {
            step: derived.step.clone(),
            file: derived.file.clone(),
            signed: derived.digest(),
            fingerprint: Digest::of(&der),
        };
        Ok(self.assembled(derived)?.into_iter().map(output).collect())
    }

    /// The journal's bytes up to an entry.
    pub(super) fn journal_before(&self, entries: u64) -> Result<Vec<u8>, Error> {
        let ledger = self.ledger.borrow();
        let count = usize::try_from(entries).unwrap_or(usize::MAX);
        let mut length = 0;
        for entry in ledger.entries().iter().take(count) {
            length += frame(entry).map_err(|cause| Error::input("the journal", cause))?.len();
        }
        Ok(ledger.bytes()[..length].to_vec())
    }
}

/// Who was present at the beginning or the end.
pub(super) fn present(progress: &Progress) -> Vec<String> {
    progress
        .begin
        .keys()
        .chain(progress.end.keys())
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}
