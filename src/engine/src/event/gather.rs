//! Reviews and attendance: who has read the plan, and who is present.

use std::collections::BTreeMap;
use std::path::Path;

use record::journal::What;
use record::messages::{Attendance, NOT_COMPARED, Phase, Review, who_compared};
use record::plan::Step;
use record::{Body, Signed};

use super::Event;
use super::proof::{CarriedOut, Opening, Present, Reviewed, StillPresent, Timed};
use super::stages::At;
use crate::console::{Console, Waited};
use crate::error::Error;
use crate::inbox::{Inbox, Wanted};

impl Event {
    /// Waits for members' bundles and writes those that are good to the journal, then that there are enough. What a
    /// stop left in the journal counts, and those who are missing there may still answer.
    pub(super) fn gather<B: Body>(
        &mut self,
        wanted: Wanted,
        have: &BTreeMap<String, Signed>,
        short: impl Fn(usize) -> Error,
        wait: impl Fn(&mut Console) -> Result<Waited, Error>,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<(), Error> {
        let mut last = short(0);
        let taken = loop {
            let left = self.still_wanted(&wanted, have)?;
            if self.past.is_none() {
                self.console.show(&left.shown());
                if !self.people_enter(&wait)? {
                    return Err(last);
                }
            }
            self.note_visits()?;
            // Whoever refuses in the last moment is heard before anybody is counted.
            let heard = self.take_refusals();
            let left = self.still_wanted(&wanted, have)?;
            if self.past.is_some() {
                heard?;
                // Somebody came or went after that, while people waited for more.
                if self.visit_comes_next() {
                    continue;
                }
                break self.past_gathering(&left, short, check)?;
            }
            match heard.and_then(|()| self.inbox().there(&left, &check)) {
                Ok(taken) if taken.len() >= left.needed => match self.demand_more(&left, have, &taken) {
                    Ok(()) => break taken,
                    Err(error) => last = error,
                },
                Ok(taken) => last = short(taken.len()),
                Err(error) => last = error,
            }
            self.console.refuse(&last);
        };
        let names: Vec<_> = taken.iter().map(|signed| signed.member.clone()).collect();
        // Each stands for itself; what follows puts all of them on the disk.
        self.keep_bundles::<B>(taken)?;
        self.write(What::Gathered { stem: wanted.stem })?;
        self.console.say(format!("Taken from {}.", names.join(", ")));
        Ok(())
    }

    /// Enough of them are not always enough.
    fn demand_more(&mut self, left: &Wanted, have: &BTreeMap<String, Signed>, taken: &[Signed]) -> Result<(), Error> {
        match left.stem.as_str() {
            Review::TYPE => self.demand_compared(left, have, taken),
            ATTENDANCE_BEGIN => self.demand_enough_stay(have, taken),
            _ => Ok(()),
        }
    }

    /// Whoever's review is not yet in the journal can still compare what stands.
    fn demand_compared(
        &mut self,
        left: &Wanted,
        have: &BTreeMap<String, Signed>,
        taken: &[Signed],
    ) -> Result<(), Error> {
        let progress = self.progress();
        let who = who_compared(have.values().chain(taken), progress.refusals.values());
        if left.members.is_empty() || who.is_none_or(|who| !who.is_empty()) {
            return Ok(());
        }
        let helper = match have.is_empty() {
            true => "one member".to_owned(),
            false => format!("one of {}", left.members.join(", ")),
        };
        let question = format!(
            "So far {NOT_COMPARED}. To wait: {helper} reviews the plan with the store, and hands that review in. To go on: it \
             becomes an exception, which two members acknowledge."
        );
        match self.console.decide(&question, &[WAIT, WITHOUT_STORE])? == WAIT {
            true => Err(Error::Uncompared),
            false => Ok(()),
        }
    }

    /// Whoever goes approves nothing from then on, and nobody who comes late approves: so as many as the HSM asks for must
    /// be present from the beginning and stay.
    fn demand_enough_stay(&self, have: &BTreeMap<String, Signed>, taken: &[Signed]) -> Result<(), Error> {
        let leaves = |id: &&String| {
            let removes = |step: &Step| matches!(step, Step::RemoveMember { member, .. } if member == *id);
            self.inbound.plan.step.iter().any(removes)
        };
        let present = have.keys().chain(taken.iter().map(|signed| &signed.member));
        let (go, stay): (Vec<_>, Vec<_>) = present.partition(leaves);
        if go.is_empty() || stay.len() >= self.threshold() {
            return Ok(());
        }
        Err(Error::TooFewStay {
            go: go.into_iter().cloned().collect(),
            stay: stay.len(),
            needed: self.threshold(),
        })
    }

    /// What is still wanted, of those who have neither answered nor refused.
    fn still_wanted(&self, wanted: &Wanted, have: &BTreeMap<String, Signed>) -> Result<Wanted, Error> {
        self.demand_enough_left(wanted.needed)?;
        let mut left = wanted.clone();
        left.members
            .retain(|member| !have.contains_key(member) && !self.has_refused(member));
        let counted = have.keys().filter(|member| !self.has_refused(member)).count();
        left.needed = wanted.needed.saturating_sub(counted);
        Ok(left)
    }

    fn past_gathering<B: Body>(
        &mut self,
        left: &Wanted,
        short: impl Fn(usize) -> Error,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Vec<Signed>, Error> {
        let inbox = Inbox {
            folder: &self.places.inbound,
            past: self.past.as_deref(),
            roster: &self.inbound.roster,
            rehearsal: self.inbound.plan.rehearsal,
        };
        inbox.gather(&mut self.console, left, short, |_| Ok(false), check)
    }

    pub(super) fn gather_reviews(&mut self, timed: Timed) -> Result<Reviewed, Error> {
        self.have_reviews()?;
        Reviewed::of(&self.progress(), timed)
    }

    pub(super) fn gather_present(&mut self, opening: Opening) -> Result<Present, Error> {
        self.gather_attendance(Phase::Begin, opening.path())?;
        self.tell_who_is_at_odds();
        Present::of(&self.progress(), opening)
    }

    pub(super) fn gather_still_present(&mut self, present: &Present, done: CarriedOut) -> Result<StillPresent, Error> {
        self.gather_attendance(Phase::End, present.opening())?;
        StillPresent::of(&self.progress(), done)
    }

    fn have_reviews(&mut self) -> Result<(), Error> {
        self.begin_stage(&At::Review);
        let (stem, progress) = (Review::TYPE.to_owned(), self.progress());
        if progress.gathered.contains(&stem) {
            self.console.say("The reviews are in the journal.");
            self.say_who_compared();
            return Ok(());
        }
        let (needed, request) = (self.needed(), Some(self.places.plan.clone()));
        let wanted = Wanted {
            stem,
            request,
            members: self.members(),
            needed,
        };
        let (terms, short) = (self.terms()?, wanted.short());
        self.gather(wanted, &progress.reviews, short, entered, |member, review| {
            terms.review(member, review)
        })?;
        self.say_who_compared();
        Ok(())
    }

    fn say_who_compared(&mut self) {
        let progress = self.progress();
        match progress.who_compared() {
            None => {}
            Some(who) if who.is_empty() => self.console.warn(NOT_COMPARED),
            Some(who) => {
                let who = who.join(", ");
                let said = format!("What stands before the event was compared with the public store by {who}.");
                self.console.say(said);
            }
        }
    }

    fn gather_attendance(&mut self, phase: Phase, opening: &Path) -> Result<(), Error> {
        self.begin_stage(&At::Attend(phase));
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
            stem,
            request: Some(opening.to_owned()),
            members,
            needed,
        };
        let (terms, short) = (self.terms()?, wanted.short());
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
pub(super) fn entered(console: &mut Console) -> Result<Waited, Error> {
    Ok(console.wait())
}

/// To wait for a review with the store.
const WAIT: &str = "wait";
/// To go on with nobody's.
pub const WITHOUT_STORE: &str = "go on without the store";
/// The stem of the bundles that say who is present for the event.
const ATTENDANCE_BEGIN: &str = "attendance-begin";
