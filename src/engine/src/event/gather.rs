//! Reviews and attendance: who has read the plan, and who is present.

use std::path::Path;

use record::Body;
use record::journal::What;
use record::messages::{Attendance, Phase, Review};

use super::Event;
use crate::console::Console;
use crate::error::Error;
use crate::inbox::{Inbox, Wanted, same};

impl Event {
    /// Waits for members' bundles and writes those that are good to the journal.
    pub(super) fn gather<B: Body>(
        &mut self,
        wanted: &Wanted,
        short: impl Fn(usize) -> Error,
        wait: impl Fn(&mut Console) -> Option<String>,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<(), Error> {
        let (folder, roster, rehearsal) = (&self.places.inbound, &self.inbound.roster, self.rehearsal());
        let taken = Inbox {
            folder,
            roster,
            rehearsal,
        }
        .gather(&mut self.console, wanted, short, wait, check)?;
        let names: Vec<_> = taken.iter().map(|signed| signed.member.clone()).collect();
        let count = taken.len();
        for (n, signed) in (1..).zip(taken) {
            let what = What::Received {
                kind: B::TYPE.to_owned(),
                signed,
            };
            // All or, after a power cut, some: each stands for itself. The last one puts them on the disk.
            match n == count {
                true => self.write(what)?,
                false => self.ledger.borrow_mut().append(what)?,
            }
        }
        self.console.say(format!("Taken from {}.", names.join(", ")));
        Ok(())
    }

    pub(super) fn gather_reviews(&mut self) -> Result<(), Error> {
        self.begin_step("members", "Review the plan, each on their own machine");
        let needed = usize::from(self.inbound.policy.quorum.threshold);
        if self.progress().reviews.len() >= needed {
            self.console.say("The reviews are in the journal.");
            return Ok(());
        }
        let (stem, request) = (Review::TYPE.to_owned(), Some(self.places.plan.clone()));
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
        let (event, plan) = (self.inbound.plan.event.clone(), self.inbound.digest);
        self.gather(&wanted, short, Console::enter, |member, review: &Review| {
            same("event", &review.event, &event)?;
            same("member", review.member.as_str(), member)?;
            same("plan", &review.plan, &plan)
        })
    }

    pub(super) fn gather_attendance(&mut self, phase: Phase, opening: &Path) -> Result<(), Error> {
        let title = match phase {
            Phase::Begin => "Say that you are present",
            Phase::End => "Say that you are still present",
        };
        self.begin_step("members", title);
        let needed = usize::from(self.inbound.policy.quorum.threshold);
        let progress = self.progress();
        let known = if phase == Phase::Begin {
            &progress.begin
        } else {
            &progress.end
        };
        if known.len() >= needed {
            self.console.say("Who is present is in the journal.");
            return Ok(());
        }
        let members = match phase {
            Phase::Begin => self.members(),
            Phase::End => progress.begin.into_keys().collect(),
        };
        let stem = format!("{}-{}", Attendance::TYPE, phase.name());
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
        let (opened, event) = (self.opened()?, self.inbound.plan.event.clone());
        self.gather(&wanted, short, Console::enter, |member, word: &Attendance| {
            same("event", &word.event, &event)?;
            same("member", word.member.as_str(), member)?;
            same("plan", &word.plan, &opened.plan)?;
            same("image", &word.image, &opened.image)?;
            same("session", &word.session, &opened.session)?;
            same("phase", &word.phase, &phase)?;
            match word.nonce.len() {
                16 => Ok(()),
                found => Err(format!("its nonce has {found} octets, not 16")),
            }
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
}
