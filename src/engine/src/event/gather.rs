//! Reviews and attendance: who has read the plan, and who is present.

use std::collections::BTreeMap;
use std::path::Path;

use record::journal::What;
use record::messages::{Attendance, Phase, Review};
use record::{Body, Signed};

use super::Event;
use crate::console::Console;
use crate::error::Error;
use crate::inbox::{Inbox, Wanted};

impl Event {
    /// Waits for members' bundles and writes those that are good to the journal, then that there are enough. What a
    /// stop left in the journal counts, and those who are missing there may still answer.
    pub(super) fn gather<B: Body>(
        &mut self,
        mut wanted: Wanted,
        have: &BTreeMap<String, Signed>,
        short: impl Fn(usize) -> Error,
        wait: impl Fn(&mut Console) -> Result<bool, Error>,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<(), Error> {
        wanted.members.retain(|member| !have.contains_key(member));
        wanted.needed = wanted.needed.saturating_sub(have.len());
        let (folder, roster, rehearsal) = (&self.places.inbound, &self.inbound.roster, self.rehearsal());
        let inbox = Inbox {
            folder,
            past: self.past.as_deref(),
            roster,
            rehearsal,
        };
        let taken = inbox.gather(&mut self.console, &wanted, short, wait, check)?;
        let names: Vec<_> = taken.iter().map(|signed| signed.member.clone()).collect();
        for signed in taken {
            let what = What::Received {
                kind: B::TYPE.to_owned(),
                signed,
            };
            // Each stands for itself; what follows puts all of them on the disk.
            self.ledger.borrow_mut().append(what)?;
        }
        self.write(What::Gathered { stem: wanted.stem })?;
        self.console.say(format!("Taken from {}.", names.join(", ")));
        Ok(())
    }

    pub(super) fn gather_reviews(&mut self) -> Result<(), Error> {
        self.begin_step("members", "Review the plan, each on their own machine");
        let (stem, progress) = (Review::TYPE.to_owned(), self.progress());
        if progress.gathered.contains(&stem) {
            self.console.say("The reviews are in the journal.");
            return Ok(());
        }
        let (needed, request) = (self.needed(), Some(self.places.plan.clone()));
        let wanted = Wanted {
            stem: stem.clone(),
            request,
            members: self.members(),
            needed,
        };
        let short = |found| Error::Short {
            kind: stem.clone(),
            found,
            needed,
        };
        let terms = self.terms()?;
        self.gather(wanted, &progress.reviews, short, entered, |member, review| {
            terms.review(member, review)
        })
    }

    pub(super) fn gather_attendance(&mut self, phase: Phase, opening: &Path) -> Result<(), Error> {
        let title = match phase {
            Phase::Begin => "Say that you are present",
            Phase::End => "Say that you are still present",
        };
        self.begin_step("members", title);
        let (stem, progress) = (format!("{}-{}", Attendance::TYPE, phase.name()), self.progress());
        if progress.gathered.contains(&stem) {
            self.console.say("Who is present is in the journal.");
            return Ok(());
        }
        let (members, have) = match phase {
            Phase::Begin => (self.members(), &progress.begin),
            Phase::End => (progress.begin.keys().cloned().collect(), &progress.end),
        };
        let needed = self.needed();
        let wanted = Wanted {
            stem: stem.clone(),
            request: Some(opening.to_owned()),
            members,
            needed,
        };
        let short = |found| Error::Short {
            kind: stem.clone(),
            found,
            needed,
        };
        let terms = self.terms()?;
        self.gather(wanted, have, short, entered, |member, word| {
            terms.attendance(member, phase, word)
        })
    }

    /// The ids of the members in office, in order.
    pub(super) fn members(&self) -> Vec<String> {
        let now = self.clock.now();
        let in_office = self
            .inbound
            .roster
            .members
            .iter()
            .filter(|member| member.in_office(now));
        in_office.map(|member| member.id.clone()).collect()
    }

    /// How many members hold the event.
    pub(super) fn needed(&self) -> usize {
        usize::from(self.inbound.people_needed())
    }

    /// M.
    pub(super) fn threshold(&self) -> usize {
        usize::from(self.inbound.policy.quorum.threshold)
    }
}

/// Waits for Enter, as long as it takes.
pub(super) fn entered(console: &mut Console) -> Result<bool, Error> {
    Ok(console.enter().is_some())
}
