//! Witnesses: asked what they have seen before anything is signed, and to cosign before anybody sees the checkpoint.

use tlog::{Checkpoint, Policy, SignedCheckpoint};

use super::history::Grew;
use super::staged::Staged;
use super::write::Writer;
use crate::error::Error;
use crate::ledger::State;
use crate::witness;

impl Writer<'_> {
    /// Refuses to sign what some witness has seen more of, or otherwise.
    pub(super) fn demand_none_ahead(
        &mut self,
        staged: &Staged,
        after: &Checkpoint,
        policy: &Policy,
    ) -> Result<(), Error> {
        let tiles = staged.tiles();
        let history = Grew {
            store: &*self.store,
            which: self.log,
            log: self.key,
            before: staged.base(self.key)?.size(),
            checkpoint: after,
            files: &tiles,
        };
        witness::demand_none_ahead(after, self.key, &history, (policy, self.ask), self.show)
    }

    /// The checkpoint as relying parties believe it. What witnesses signed is remembered in the lock as it comes, so that
    /// going on asks only those whose signatures are missing.
    pub(super) fn cosigned(
        &mut self,
        staged: &Staged,
        policy: &Policy,
        signed: &SignedCheckpoint,
        state: &mut State,
    ) -> Result<SignedCheckpoint, Error> {
        let tiles = staged.tiles();
        let history = Grew {
            store: &*self.store,
            which: self.log,
            log: self.key,
            before: staged.base(self.key)?.size(),
            checkpoint: signed.checkpoint(),
            files: &tiles,
        };
        let ledger = &mut *self.ledger;
        let keep = &mut |cosigned: &SignedCheckpoint| {
            let next = State {
                checkpoint: Some(cosigned.to_string()),
                ..state.clone()
            };
            ledger.swap(state, &next)?;
            *state = next;
            Ok(())
        };
        witness::cosign(signed, &history, (policy, self.ask), keep, self.show)
    }
}
