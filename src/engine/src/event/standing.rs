//! Keys that stand: made in an earlier event, found by their label, and known by the certificate that they have.

use issue::derive::standing_key;
use record::journal::What;
use record::plan::EventKey;
use record::record::KeyChange;

use super::Event;
use crate::error::Error;

impl Event {
    /// Finds a key that an earlier event made. It must be as the plan demands it, and have the public key of its
    /// certificate: a label can be given to any key.
    pub(super) fn meet_key(&mut self, wanted: &EventKey) -> Result<(), Error> {
        self.check_cluster()?;
        let other = |what: String| Error::HsmState {
            what: format!("the key {} {what}", wanted.key),
            hint: "stop the event and ask who had access to the HSM; nothing is signed with this key",
        };
        let private = self.hsm.find_key(&wanted.label)?;
        let private = private.ok_or_else(|| other("stands by the plan, and is not in the HSM".into()))?;
        self.check_key(wanted, &private)?;
        let record = self.describe(wanted, &private, KeyChange::Used)?;
        let certified = standing_key(&self.inbound, &wanted.key)?;
        if *certified.spki_der() != *record.public_key {
            return Err(other("in the HSM is another one than in its certificate".into()));
        }
        self.show_key(&record);
        self.write(What::Key {
            step: wanted.step.clone(),
            record,
        })
    }
}
