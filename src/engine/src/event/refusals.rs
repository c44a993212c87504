//! Refusals: a member who refuses is heard at every gathering, and counts no more.

use record::journal::What;
use record::messages::{NOT_COMPARED, Refusal};
use record::{Body as _, Signed, text};

use super::Event;
use crate::error::Error;
use crate::inbox::{Inbox, Wanted};

impl Event {
    /// Takes the refusals that have come, shows them, and writes them down. A bad one is an error, as every bundle is.
    pub(super) fn take_refusals(&mut self) -> Result<(), Error> {
        let (terms, wanted) = (self.terms()?, self.refusals_wanted());
        let taken = self
            .inbox()
            .there(&wanted, |id, refusal: &Refusal| terms.refusal(id, refusal))?;
        self.keep_refusals(taken)
    }

    /// The last look, before the record: what is no refusal stops nothing any more.
    pub(super) fn take_late_refusals(&mut self) -> Result<(), Error> {
        if self.progress().record.is_some() {
            return Ok(());
        }
        let (terms, wanted) = (self.terms()?, self.refusals_wanted());
        let taken = self
            .inbox()
            .good(&wanted.stem, &wanted.members, |id, refusal: &Refusal| {
                terms.refusal(id, refusal)
            });
        self.keep_refusals(taken)
    }

    fn keep_refusals(&mut self, taken: Vec<Signed>) -> Result<(), Error> {
        for signed in taken {
            let known = self.progress().exceptions.len();
            let member = signed.member.clone();
            let reason = reason(&signed);
            self.write(What::Received {
                kind: Refusal::TYPE.to_owned(),
                signed,
            })?;
            self.console.warn(format!(
                "{member} REFUSES: {reason}. The refusal is published with the record; {member} counts no more in this event."
            ));
            // The one who compared may be gone.
            if self.progress().exceptions.len() > known {
                self.console.warn(NOT_COMPARED);
            }
        }
        Ok(())
    }

    /// Those who have not refused yet.
    fn refusals_wanted(&self) -> Wanted {
        let refused = &self.progress().refusals;
        let mut members = self.members();
        members.retain(|member| !refused.contains_key(member));
        Wanted {
            stem: Refusal::TYPE.to_owned(),
            request: None,
            members,
            needed: 0,
        }
    }

    /// Whether a member refused.
    pub(super) fn has_refused(&self, member: &str) -> bool {
        self.progress().refusals.contains_key(member)
    }

    /// The event cannot go on once fewer are left than it needs: of those in office, or, from then on, of those present.
    pub(super) fn demand_enough_left(&self, needed: usize) -> Result<(), Error> {
        let progress = self.progress();
        let all: Vec<String> = match progress.gathered.contains("attendance-begin") {
            true => progress.begin.keys().cloned().collect(),
            false => self.members(),
        };
        let left = all.iter().filter(|member| !progress.refusals.contains_key(*member));
        match left.count() {
            left if left < needed && !progress.refusals.is_empty() => Err(Error::TooFewLeft {
                left,
                needed,
                refused: progress.refusals.keys().cloned().collect(),
            }),
            _ => Ok(()),
        }
    }

    /// Where members' bundles come in.
    pub(super) fn inbox(&self) -> Inbox<'_> {
        Inbox {
            folder: &self.places.inbound,
            past: self.past.as_deref(),
            roster: &self.inbound.roster,
            rehearsal: self.rehearsal(),
        }
    }
}

fn reason(signed: &Signed) -> String {
    let read = record::Bundle::<Refusal>::decode(&signed.bundle);
    read.map_or_else(
        |error| error.to_string(),
        |bundle| text::plain(&bundle.body.reason, 300),
    )
}
