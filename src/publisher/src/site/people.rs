//! Who did what in an event, as the record has it.

use std::collections::BTreeSet;

use record::Bundle;
use record::messages::{Approval, Attendance, Phase, Place, Review};

use super::Event;

/// One member's part in an event.
pub struct Part {
    /// The member's id.
    pub member: String,
    /// In the room or from afar; none if not present at the beginning.
    pub beginning: Option<&'static str>,
    /// The same of the end.
    pub end: Option<&'static str>,
    /// Whether they reviewed the plan.
    pub reviewed: bool,
    /// Whether their review says that they compared what stood before with this store.
    pub compared: bool,
    /// How many signatures they approved.
    pub approved: usize,
    /// Whether their signature of the record is published.
    pub countersigned: bool,
    /// Whether they refused.
    pub refused: bool,
}

impl Event {
    /// The part of each member, in the roster's order.
    pub fn parts(&self) -> Vec<Part> {
        self.inbound
            .roster
            .members
            .iter()
            .map(|member| self.part(&member.id))
            .collect()
    }

    fn part(&self, member: &str) -> Part {
        let record = &self.record;
        let has = |all: &[record::Signed]| all.iter().any(|signed| signed.member == member);
        Part {
            member: member.into(),
            beginning: self.attendance(member, Phase::Begin),
            end: self.attendance(member, Phase::End),
            reviewed: has(&record.reviews),
            compared: self.compared(member),
            approved: self.approved(member),
            countersigned: self.logged.countersignatures.contains_key(member),
            refused: has(&record.refusals),
        }
    }

    fn compared(&self, member: &str) -> bool {
        let mut own = self.record.reviews.iter().filter(|signed| signed.member == member);
        let read = |signed: &record::Signed| Bundle::<Review>::decode(&signed.bundle).ok()?.body.compared;
        own.any(|signed| read(signed) == Some(true))
    }

    fn attendance(&self, member: &str, phase: Phase) -> Option<&'static str> {
        let own = self.record.attendance.iter().filter(|signed| signed.member == member);
        let words = own.filter_map(|signed| Bundle::<Attendance>::decode(&signed.bundle).ok());
        let place = words.map(|word| word.body).find(|word| word.phase == phase)?.place;
        Some(match place {
            Place::Local => "in the room",
            Place::Remote => "from afar",
        })
    }

    /// How many different actions, for a member may approve one again when its token was lost.
    fn approved(&self, member: &str) -> usize {
        let own = self.record.approvals.iter().filter(|signed| signed.member == member);
        let approvals = own.filter_map(|signed| Bundle::<Approval>::decode(&signed.bundle).ok());
        let actions = approvals
            .flat_map(|approval| approval.body.tokens)
            .map(|token| token.action);
        actions.collect::<BTreeSet<_>>().len()
    }
}
