//! A journal that is taken up again is somebody's file: what it claims of members and keys is checked once more.

use record::journal::What;
use record::messages::{Approval, Attendance, Review};
use record::{Body as _, Signed};

use super::Event;
use super::keys::Wanted;
use crate::error::Error;

impl Event {
    /// Every member's bundle in the journal must have its member's signature.
    pub(super) fn recheck_bundles(&self) -> Result<(), Error> {
        let ledger = self.ledger.borrow();
        for entry in ledger.entries() {
            let What::Received { kind, signed } = &entry.what else {
                continue;
            };
            self.recheck_bundle(kind, signed).map_err(|cause| {
                let what = format!(
                    "the journal's entry {} is not what it says it is: {cause}",
                    entry.number
                );
                Error::Disk {
                    what,
                    hint: "bring back the event's own disk",
                }
            })?;
        }
        Ok(())
    }

    fn recheck_bundle(&self, kind: &str, signed: &Signed) -> Result<(), record::Error> {
        let (roster, rehearsal) = (&self.inbound.roster, self.rehearsal());
        match kind {
            Review::TYPE => signed.open::<Review>(roster, rehearsal).map(drop),
            Attendance::TYPE => signed.open::<Attendance>(roster, rehearsal).map(drop),
            Approval::TYPE => signed.open::<Approval>(roster, rehearsal).map(drop),
            other => Err(record::Error::OtherType {
                expected: Review::TYPE,
                found: record::text::plain(other, 40),
            }),
        }
    }

    /// A key that the journal has must be in the HSM, as the plan demands it and with the public key that was written.
    pub(super) fn recheck_key(&mut self, wanted: &Wanted, public_key: &[u8]) -> Result<(), Error> {
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
        match self.public_half(wanted)? == public_key {
            true => Ok(()),
            false => Err(lost("has another public half than the journal says")),
        }
    }
}
