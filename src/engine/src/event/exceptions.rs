//! Exceptions: what went otherwise than planned, acknowledged by two members before the record is written.

use record::messages::{Acknowledgement, Exceptions, acknowledging};
use record::{Body as _, Digest};

use super::gather::entered;
use super::{Event, Progress};
use crate::error::Error;
use crate::files;
use crate::inbox::Wanted;

impl Event {
    /// Asks again whenever there is an exception more: a stop is one.
    pub(super) fn gather_acknowledgements(&mut self) -> Result<(), Error> {
        let progress = self.progress();
        let count = progress.exceptions.len();
        let mut members: Vec<String> = progress.begin.keys().cloned().collect();
        members.retain(|member| !progress.refusals.contains_key(member));
        let (stem, needed) = (acknowledgement_stem(count), acknowledging(members.len()));
        if count == 0 || needed == 0 || progress.record.is_some() || progress.gathered.contains(&stem) {
            return Ok(());
        }
        for exception in &progress.exceptions {
            self.console.warn(format!("otherwise than planned: {}", exception.what));
        }
        let opened = self.opened()?;
        let body = Exceptions {
            event: self.inbound.plan.event.clone(),
            plan: opened.plan,
            session: opened.session,
            exceptions: progress.exceptions.clone(),
        };
        let request = self.places.outbound.join(format!("exceptions-{count}.cbor"));
        files::write_once(&request, &self.bundle(body)?)?;
        let wanted = Wanted {
            stem,
            request: Some(request),
            members,
            needed,
        };
        let (terms, short, have) = (self.terms()?, wanted.short(), progress.acknowledged(count));
        self.gather(wanted, &have, short, entered, |member, word: &Acknowledgement| {
            terms.acknowledgement(member, count, word)
        })
    }
}

/// The exceptions so far, as members acknowledge them.
pub(super) fn digests(progress: &Progress) -> Result<Vec<Digest>, Error> {
    let digests = progress.exceptions.iter().map(record::record::Exception::digest);
    digests
        .collect::<Result<_, _>>()
        .map_err(|cause| Error::input("an exception", cause))
}

/// The files' stem says how many exceptions they are of: a file of fewer is none for more.
fn acknowledgement_stem(count: usize) -> String {
    format!("{}-{count}", Acknowledgement::TYPE)
}
