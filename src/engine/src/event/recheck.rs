//! A journal that is taken up again is somebody's file: what it claims of members and keys is checked once more.

use record::journal::What;
use record::messages::{Acknowledgement, Approval, Attendance, KeyAnswer, Recipient, Refusal, Review};
use record::record::KeyRecord;
use record::{Body as _, Signed};

use super::approvals::Request;
use super::terms::Terms;
use super::{Event, Progress};
use crate::error::Error;
use crate::exchange::check_answer;
use record::plan::EventKey;

impl Event {
    /// Every member's bundle in the journal must have its member's signature, and be for this event, as if it came now.
    pub(super) fn recheck_bundles(&self) -> Result<(), Error> {
        let (terms, progress) = (self.terms()?, self.progress());
        let requests: Vec<Request> = progress
            .requests
            .iter()
            .filter_map(|file| Request::read(file))
            .collect();
        let ledger = self.ledger.borrow();
        for entry in ledger.entries() {
            let What::Received { kind, signed } = &entry.what else {
                continue;
            };
            let checked = self.recheck_bundle(&terms, &progress, &requests, kind, signed);
            checked.map_err(|cause| Error::Disk {
                what: format!(
                    "the journal's entry {} is not what it says it is: {cause}",
                    entry.number
                ),
                hint: "bring back the event's own disk",
            })?;
        }
        Ok(())
    }

    fn recheck_bundle(
        &self,
        terms: &Terms,
        progress: &Progress,
        requests: &[Request],
        kind: &str,
        signed: &Signed,
    ) -> Result<(), String> {
        let member = signed.member.as_str();
        match kind {
            Review::TYPE => terms.review(member, &self.opened_bundle(signed)?),
            Attendance::TYPE => {
                let word: Attendance = self.opened_bundle(signed)?;
                terms.attendance(member, word.phase, &word)
            }
            Approval::TYPE => {
                let approval: Approval = self.opened_bundle(signed)?;
                let request = requests.iter().find(|request| request.digest == approval.request);
                let request = request.ok_or("it answers no request of this event")?;
                terms.approval(member, progress.begin.contains_key(member), request, &approval)
            }
            Refusal::TYPE => terms.refusal(member, &self.opened_bundle(signed)?),
            Acknowledgement::TYPE => {
                let word: Acknowledgement = self.opened_bundle(signed)?;
                match progress.begin.contains_key(member) {
                    true => terms.acknowledgement(member, word.exceptions.len(), &word),
                    false => Err("the member is not present at this event".into()),
                }
            }
            Recipient::TYPE => {
                let opened: Recipient = signed
                    .open(self.inbound.roster_after(), self.rehearsal())
                    .map_err(|error| error.to_string())?;
                terms.recipient(member, &opened)
            }
            KeyAnswer::TYPE => {
                let roster = self.inbound.roster_of(member);
                let answer: KeyAnswer = signed
                    .open(roster, self.rehearsal())
                    .map_err(|error| error.to_string())?;
                check_answer(roster, &progress.asked_ever(), member, &answer)
            }
            other => Err(format!(
                "no bundle of type '{}' is awaited",
                record::text::plain(other, 40)
            )),
        }
    }

    fn opened_bundle<B: record::Body>(&self, signed: &Signed) -> Result<B, String> {
        signed
            .open(&self.inbound.roster, self.rehearsal())
            .map_err(|error| error.to_string())
    }

    /// A key that the journal has must be in the HSM, as the plan demands it, and all that the journal says of it true.
    pub(super) fn recheck_key(&mut self, wanted: &EventKey, written: &KeyRecord) -> Result<(), Error> {
        self.check_cluster()?;
        let lost = |what: &str| Error::HsmState {
            what: format!("the key {} {what}", wanted.key),
            hint: "stop the event and ask who had access to the HSM and to the event's disk",
        };
        let private = self
            .hsm
            .find_key(&wanted.label)?
            .ok_or_else(|| lost("is in the journal but not in the HSM"))?;
        self.check_key(wanted, &private)?;
        match self.describe(wanted, &private, written.change)? == *written {
            true => Ok(()),
            false => Err(lost("is not what the journal says of it")),
        }
    }
}
