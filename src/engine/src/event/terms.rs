//! What a member's bundle must be for, to count in this event: the same whether it comes in now or stands in a journal
//! that is taken up again.

use record::messages::{Acknowledgement, Approval, Attendance, Image, Phase, Recipient, Refusal, Review};
use record::plan::Inbound;
use record::{Bytes, Digest, Roster, Time, text};

use super::approvals::Request;
use super::{Event, Progress, exceptions};
use crate::clock::Clock;
use crate::error::Error;
use crate::inbox::same;
use crate::plan::budget::TOKEN_LIFE;

/// The event, as bundles name it.
pub struct Terms {
    event: String,
    plan: Digest,
    image: Image,
    session: Bytes,
    roster: Roster,
    stands: bool,
    began: Time,
    requested: Time,
    exceptions: Vec<Digest>,
    clock: Clock,
}

impl Event {
    pub(super) fn terms(&self) -> Result<Terms, Error> {
        Terms::of(&self.inbound, &self.progress(), self.clock.clone())
    }
}

impl Terms {
    /// What counts in this event as far as it has come.
    pub fn of(inbound: &Inbound, progress: &Progress, clock: Clock) -> Result<Self, Error> {
        let opened = progress.opened.clone().ok_or_else(super::never_opened)?;
        Ok(Self {
            event: inbound.plan.event.clone(),
            plan: inbound.digest,
            image: opened.image,
            session: opened.session,
            roster: inbound.roster.clone(),
            stands: inbound.standing.is_some(),
            began: opened.at,
            requested: progress.requested().unwrap_or(opened.at),
            exceptions: exceptions::digests(progress)?,
            clock,
        })
    }

    /// A review of this plan.
    pub fn review(&self, member: &str, review: &Review) -> Result<(), String> {
        same("event", &review.event, &self.event)?;
        same("member", review.member.as_str(), member)?;
        same("plan", &review.plan, &self.plan)?;
        review.says_of(self.stands)?;
        self.fits(review.at, Time(0))
    }

    /// A word to be present, at this console and in this session.
    pub fn attendance(&self, member: &str, phase: Phase, word: &Attendance) -> Result<(), String> {
        same("event", &word.event, &self.event)?;
        same("member", word.member.as_str(), member)?;
        same("plan", &word.plan, &self.plan)?;
        same("image", &word.image, &self.image)?;
        same("session", &word.session, &self.session)?;
        same("phase", &word.phase, &phase)?;
        match word.nonce.len() {
            16 => self.fits(
                word.at,
                if phase == Phase::Begin {
                    self.began
                } else {
                    self.requested
                },
            ),
            found => Err(format!("its nonce has {found} octets, not 16")),
        }
    }

    /// An approval of this request, by somebody who is present.
    pub fn approval(&self, id: &str, present: bool, request: &Request, approval: &Approval) -> Result<(), String> {
        if !present {
            return Err("the member is not present at this event".into());
        }
        let member = self.roster.member(id).map_err(|error| error.to_string())?;
        self.fits(approval.at, request.body.at)?;
        if approval.at > request.body.at.plus(TOKEN_LIFE + CLOCKS) {
            return Err("it was given when the tokens were dead".into());
        }
        request.check(member, approval)
    }

    /// A refusal of this plan, before or in this session.
    pub fn refusal(&self, member: &str, refusal: &Refusal) -> Result<(), String> {
        same("event", &refusal.event, &self.event)?;
        same("member", refusal.member.as_str(), member)?;
        same("plan", &refusal.plan, &self.plan)?;
        if let Some(session) = &refusal.session {
            same("session", session, &self.session)?;
        }
        match text::is_sentence(&refusal.reason) {
            true => self.fits(refusal.at, Time(0)),
            false => Err("its reason is not of 1 to 300 printable characters".into()),
        }
    }

    /// A word that the first `count` exceptions are known, by somebody who is present.
    pub fn acknowledgement(&self, member: &str, count: usize, word: &Acknowledgement) -> Result<(), String> {
        same("event", &word.event, &self.event)?;
        same("member", word.member.as_str(), member)?;
        same("plan", &word.plan, &self.plan)?;
        same("session", &word.session, &self.session)?;
        let wanted = self.exceptions.get(..count).unwrap_or_default();
        match word.exceptions == wanted {
            true => self.fits(word.at, self.began),
            false => Err("it does not acknowledge these exceptions".into()),
        }
    }

    /// To what passwords of this event are sealed, by who is to know them.
    pub fn recipient(&self, member: &str, word: &Recipient) -> Result<(), String> {
        recipient(&self.plan, &self.clock, member, word)
    }

    fn fits(&self, at: Time, from: Time) -> Result<(), String> {
        fits(&self.clock, at, from)
    }
}

/// To what passwords are sealed, in the event of this plan; or, where there is none, by this roster.
pub fn recipient(plan_or_roster: &Digest, clock: &Clock, member: &str, word: &Recipient) -> Result<(), String> {
    same("member", word.member.as_str(), member)?;
    same("plan or roster", &word.plan_or_roster, plan_or_roster)?;
    word.check().map_err(str::to_owned)?;
    // As with reviews: it names the plan, so it cannot be older than that.
    fits(clock, word.at, Time(0))
}

/// Whether a member's time lies between that of what they answer and now. The verifier demands it, so a bundle that
/// does not fit is refused while it can still be made again.
fn fits(clock: &Clock, at: Time, from: Time) -> Result<(), String> {
    // Now is when the bundle is looked at: members may have been waited for for an hour. What is taken is an entry
    // next, by whose time a replay looks at it.
    let now = clock.stamp();
    match from.0.saturating_sub(CLOCKS) <= at.0 && at <= now.plus(CLOCKS) {
        true => Ok(()),
        false => Err(format!("the member's clock says {at}, and the console's {now}")),
    }
}

/// Clocks of different machines differ by at most this, in seconds: more is noticed when two people compare them.
const CLOCKS: u64 = 300;

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use record::messages::ImageKind;

    use super::*;
    use crate::clock::Moments;

    /// A clock that a test moves on.
    #[derive(Debug)]
    struct Moved(Cell<Time>);

    impl Moments for Moved {
        fn now(&self) -> Time {
            self.0.get()
        }

        fn of_the_next_entry(&self) -> Time {
            self.0.get()
        }

        fn tokens_are_dead(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_members_time_is_compared_with_the_consoles_when_it_is_looked_at() {
        let clock = Rc::new(Moved(Cell::new(Time(1000))));
        let (plan, digest) = (Digest::of(b"plan"), Digest::of(b"image"));
        let terms = Terms {
            event: "e".into(),
            plan,
            image: Image {
                kind: ImageKind::Binary,
                digest,
            },
            session: Bytes(vec![1; 16]),
            roster: Roster {
                number: 1,
                previous: None,
                appointment: String::new(),
                members: Vec::new(),
            },
            stands: false,
            began: Time(1000),
            requested: Time(1000),
            exceptions: Vec::new(),
            clock: Clock::of_the_past(clock.clone()),
        };
        let review = Review {
            event: "e".into(),
            plan,
            member: "member-1".into(),
            at: Time(2000),
            compared: None,
        };
        let ahead = terms.review("member-1", &review).expect_err("a clock that is ahead");
        assert_eq!(
            ahead,
            "the member's clock says 1970-01-01T00:33:20Z, and the console's 1970-01-01T00:16:40Z"
        );
        // The member answered after a while, and the console looks after a while.
        clock.0.set(Time(1700));
        terms.review("member-1", &review).expect("it fits");
    }
}
