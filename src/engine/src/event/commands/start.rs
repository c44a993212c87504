//! The HSM at the beginning of a run, with what the event's own commands changed of it.

use std::collections::BTreeMap;

use record::facts::HsmCheck;
use record::messages::{Attendance, Place};
use record::{Bundle, Roster};

use super::Event;
use crate::cluster;
use crate::error::Error;

impl Event {
    /// Users and quorum values as they must be by now: before the first command those of the roster, after the last one
    /// those of the next. In between they must be what was written down, which the caller compares.
    pub(in crate::event) fn check_users_by_now(&mut self) -> Result<(), Error> {
        let (begun, done) = (!self.progress().done.is_empty(), self.commands_are_done());
        if begun && !done {
            return self.check_values_in_between();
        }
        let (roster, threshold) = self.terms_by_now();
        let (roster, owner) = (roster.clone(), self.inbound.plan.hsm.owner.clone());
        let terms = cluster::terms(&*self.hsm, &roster, &owner, threshold, Vec::new());
        let findings = hsm::check_cluster(&cluster::read(&mut *self.hsm, false)?, &terms);
        if !findings.is_empty() {
            // An event before this one may have ended in the midst of its commands: the record says what it left.
            let said = findings.iter().map(ToString::to_string).collect();
            self.keep_judgement(HsmCheck::Begin, said)?;
        }
        cluster::demand(&findings)
    }

    /// The roster and M that the HSM must follow now.
    pub(in crate::event) fn terms_by_now(&self) -> (&Roster, u8) {
        let inbound = &self.inbound;
        match self.commands_are_done() {
            true => (inbound.roster_after(), inbound.issuing_policy().quorum.threshold),
            false => (&inbound.roster, inbound.policy.quorum.threshold),
        }
    }

    fn check_values_in_between(&mut self) -> Result<(), Error> {
        let inbound = &self.inbound;
        let allowed = [
            inbound.policy.quorum.threshold,
            inbound.issuing_policy().quorum.threshold,
        ]
        .map(u64::from);
        let values = self.hsm.quorum_values()?;
        let all = [Some(values.user), Some(values.quorum), values.cluster];
        match all
            .iter()
            .all(|value| value.is_some_and(|value| allowed.contains(&value)))
        {
            true => Ok(()),
            false => Err(Error::HsmState {
                what: format!("the admins' quorum values are {all:?}, and none of them is of this plan"),
                hint: "stop the event and find out who changed them",
            }),
        }
    }

    /// Where those who are present said that they are.
    pub(super) fn places_of_members(&self) -> BTreeMap<String, Place> {
        let progress = self.progress();
        let place = |(id, signed): (&String, &record::Signed)| {
            let word = Bundle::<Attendance>::decode(&signed.bundle).ok()?;
            Some((id.clone(), word.body.place))
        };
        progress.begin.iter().filter_map(place).collect()
    }
}
