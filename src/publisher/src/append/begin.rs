//! Where a publication begins: at the last checkpoint signed, and never anywhere else.

use tlog::{Checkpoint, SignedCheckpoint, VerifierKey};
use verifier::layout::{self, Log};

use crate::error::Error;
use crate::ledger::State;
use crate::publication::Publication;
use crate::store::{Source, read};

/// Where a publication begins.
pub struct Beginning {
    /// The signed checkpoint that it continues; none if the log is empty.
    pub before: Option<String>,
    /// What that says.
    pub base: Checkpoint,
}

/// Compares what the key's keeper remembers with what the store has: whichever is behind was rolled back.
///
/// # Errors
/// The event is published already, or one of the two was rolled back.
pub fn begin<S: Source + ?Sized>(
    store: &S,
    which: Log,
    state: &State,
    log: &VerifierKey,
    publication: &Publication,
) -> Result<Beginning, Error> {
    let event = &publication.event;
    if read(store, &layout::record(event))?.is_some() {
        return Err(Error::Published { event: event.clone() });
    }
    let published = read(store, &which.checkpoint())?;
    let signed = state.checkpoint.as_deref();
    if published.as_deref() != signed.map(str::as_bytes) {
        return Err(Error::CheckpointDiffers {
            published: size(published.as_deref()),
            signed: size(signed.map(str::as_bytes)),
        });
    }
    let base = match signed {
        None => Checkpoint::empty(log.name())?,
        Some(signed) => SignedCheckpoint::parse(signed.as_bytes())?.open(log)?.clone(),
    };
    Ok(Beginning {
        before: state.checkpoint.clone(),
        base,
    })
}

/// A checkpoint in a few words.
pub fn size(checkpoint: Option<&[u8]>) -> String {
    match checkpoint.map(SignedCheckpoint::parse) {
        None => "no entries".into(),
        Some(Ok(signed)) => format!(
            "{} entries and root {}",
            signed.checkpoint().size(),
            signed.checkpoint().root()
        ),
        Some(Err(_)) => "a form that cannot be read".into(),
    }
}
