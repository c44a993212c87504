//! Between the lock and the store: witnesses are asked before anybody sees the checkpoint.

use tlog::{Hash, Policy, SignedCheckpoint};

use super::staged::Staged;
use super::write::Writer;
use crate::error::Error;
use crate::ledger::State;

impl Writer<'_> {
    /// The checkpoint as relying parties believe it. What witnesses signed is remembered in the lock, so that going on
    /// asks only those whose signatures are missing.
    pub(super) fn cosigned(
        &mut self,
        staged: &Staged,
        policy: &Policy,
        signed: SignedCheckpoint,
        state: &mut State,
    ) -> Result<SignedCheckpoint, Error> {
        let cosigned = cosign(signed, &staged.consistency()?, policy)?;
        let next = State {
            checkpoint: Some(cosigned.to_string()),
            ..state.clone()
        };
        if next != *state {
            self.swap_lock(state, &next)?;
            *state = next;
        }
        policy.check(&cosigned)?;
        Ok(cosigned)
    }
}

/// A policy with witnesses is refused before anything is staged: nobody can be asked yet.
fn cosign(signed: SignedCheckpoint, _consistency: &[Hash], _policy: &Policy) -> Result<SignedCheckpoint, Error> {
    Ok(signed)
}
