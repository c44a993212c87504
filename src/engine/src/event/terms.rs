//! What a member's bundle must be for, to count in this event: the same whether it comes in now or stands in a journal
//! that is taken up again.

use record::messages::{Approval, Attendance, Image, Phase, Review};
use record::{Bytes, Digest, Roster};

use super::Event;
use super::approvals::Request;
use crate::error::Error;
use crate::inbox::same;

/// The event, as bundles name it.
pub struct Terms {
    event: String,
    plan: Digest,
    image: Image,
    session: Bytes,
    roster: Roster,
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
        })
    }
}

impl Terms {
    /// A review of this plan.
    pub fn review(&self, member: &str, review: &Review) -> Result<(), String> {
        same("event", &review.event, &self.event)?;
        same("member", review.member.as_str(), member)?;
        same("plan", &review.plan, &self.plan)
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
            16 => Ok(()),
            found => Err(format!("its nonce has {found} octets, not 16")),
        }
    }

    /// An approval of this request, by somebody who is present.
    pub fn approval(&self, id: &str, present: bool, request: &Request, approval: &Approval) -> Result<(), String> {
        if !present {
            return Err("the member is not present at this event".into());
        }
        let member = self.roster.member(id).map_err(|error| error.to_string())?;
        request.check(member, approval)
    }
}
