//! What a member's bundle must be for, to count in this event: the same whether it comes in now or stands in a journal
//! that is taken up again.

use record::messages::{Acknowledgement, Approval, Attendance, Image, Phase, Refusal, Review};
use record::{Bytes, Digest, Roster, Time, text};

use super::Event;
use super::approvals::Request;
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
    began: Time,
    requested: Time,
    exceptions: Vec<Digest>,
    now: Time,
}

impl Event {
    pub(super) fn terms(&self) -> Result<Terms, Error> {
        let opened = self.opened()?;
        Ok(Terms {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            image: opened.image,
            session: opened.session,
            roster: self.inbound.roster.clone(),
            began: opened.at,
            requested: self.progress().requested().unwrap_or(opened.at),
            exceptions: self.exception_digests()?,
            now: self.clock.now(),
        })
    }
}

impl Terms {
    /// A review of this plan.
    pub fn review(&self, member: &str, review: &Review) -> Result<(), String> {
        same("event", &review.event, &self.event)?;
        same("member", review.member.as_str(), member)?;
        same("plan", &review.plan, &self.plan)?;
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

    /// Whether a member's time lies between that of what they answer and now. The verifier demands it, so a bundle that
    /// does not fit is refused while it can still be made again.
    fn fits(&self, at: Time, from: Time) -> Result<(), String> {
        match from.0.saturating_sub(CLOCKS) <= at.0 && at <= self.now.plus(CLOCKS) {
            true => Ok(()),
            false => Err(format!("the member's clock says {at}, and the console's {}", self.now)),
        }
    }
}

/// Clocks of different machines differ by at most this, in seconds: more is noticed when two people compare them.
const CLOCKS: u64 = 300;
