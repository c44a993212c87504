//! Who is there when an event is ended early: as many as can be had, and the record says who.

use std::path::Path;

use record::messages::{Attendance, Phase};
use record::{Body, Signed};

use super::Event;
use super::gather::entered;
use crate::error::Error;
use crate::inbox::Wanted;
use record::journal::What;

impl Event {
    /// Those who say that they are there. Fewer than the event needs are taken if people say so; nobody at all could not
    /// sign the record.
    pub(super) fn gather_who_is_there(&mut self, phase: Phase, opening: &Path) -> Result<(), Error> {
        let (stem, progress) = (format!("{}-{}", Attendance::TYPE, phase.name()), self.progress());
        if progress.gathered.contains(&stem) || progress.record.is_some() {
            return Ok(());
        }
        let (all, have) = match phase {
            Phase::Begin => (self.members(), &progress.begin),
            Phase::End => (progress.begin.keys().cloned().collect(), &progress.end),
        };
        let mut wanted = Wanted {
            stem: stem.clone(),
            request: Some(opening.to_owned()),
            members: all,
            needed: self.needed(),
        };
        wanted.members.retain(|member| !have.contains_key(member));
        let taken = self.take_those_there(phase, wanted, have.len())?;
        self.keep_bundles::<Attendance>(taken)?;
        self.write(What::Gathered { stem })
    }

    fn take_those_there(&mut self, phase: Phase, wanted: Wanted, have: usize) -> Result<Vec<Signed>, Error> {
        loop {
            let mut wanted = wanted.clone();
            wanted.members.retain(|member| !self.has_refused(member));
            wanted.needed = wanted.needed.saturating_sub(have).min(wanted.members.len());
            if wanted.members.is_empty() {
                return Ok(Vec::new());
            }
            let (kind, needed) = (wanted.stem.clone(), wanted.needed);
            let short = |found| Error::Short {
                kind: kind.clone(),
                found,
                needed,
            };
            if self.past.is_none() {
                self.console.show(&wanted.shown());
                if !self.people_enter(&entered)? {
                    return Err(short(0));
                }
            }
            self.note_visits()?;
            let terms = self.terms()?;
            let heard = self.take_refusals().and_then(|()| {
                wanted.members.retain(|member| !self.has_refused(member));
                self.inbox()
                    .there(&wanted, |id, word| terms.attendance(id, phase, word))
            });
            if heard.is_ok() && self.visit_comes_next() {
                continue;
            }
            let error = match heard {
                Ok(taken) if self.past.is_some() || taken.len() >= wanted.needed => return Ok(taken),
                Ok(taken) if taken.len() + have > 0 => match self.is_enough(taken.len() + have, &wanted.stem)? {
                    true => return Ok(taken),
                    false => continue,
                },
                Ok(_) => short(0),
                Err(error) if self.past.is_some() => return Err(error),
                Err(error) => error,
            };
            self.console.refuse(&error);
        }
    }

    fn is_enough(&mut self, found: usize, stem: &str) -> Result<bool, Error> {
        let question = format!(
            "{found} members answered with '{stem}', and {} are needed. The event ends all the same, and the record says who \
             was there: wait for more of them if they can be had.",
            self.needed()
        );
        Ok(self.console.decide(&question, &[WAIT, WITHOUT])? == WITHOUT)
    }

    /// Writes down bundles that were checked.
    pub(super) fn keep_bundles<B: Body>(&mut self, taken: Vec<Signed>) -> Result<(), Error> {
        for signed in taken {
            let kind = B::TYPE.to_owned();
            self.ledger.borrow_mut().append(What::Received { kind, signed })?;
        }
        Ok(())
    }
}

/// To wait for more members.
const WAIT: &str = "wait for more";
/// To end the event with those who are there.
const WITHOUT: &str = "go on without them";
