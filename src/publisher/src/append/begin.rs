//! Where an append begins: at the last checkpoint signed, or where it was cut off; never anywhere else.

use tlog::{Checkpoint, SignedCheckpoint, VerifierKey};
use verifier::layout::{self, Log};

use crate::error::Error;
use crate::ledger::State;
use crate::publication::Publication;
use crate::store::{Source, read};

/// Where an append begins.
pub struct Beginning {
    /// The signed checkpoint that it continues; none if the log is empty.
    pub before: Option<String>,
    /// What that says.
    pub base: Checkpoint,
    /// The checkpoint's file as it is in the store now.
    pub published: Option<Vec<u8>>,
}

/// Compares what the key's keeper remembers with what the store has.
///
/// # Errors
/// The event is published already, another append is unfinished, or one of the two was rolled back.
pub fn begin<S: Source + ?Sized>(
    store: &S,
    which: Log,
    state: &State,
    log: &VerifierKey,
    publication: &Publication,
) -> Result<Beginning, Error> {
    let event = &publication.event;
    let before = match &state.append {
        None if read(store, &layout::record(event))?.is_some() => {
            return Err(Error::Published { event: event.clone() });
        }
        None => &state.checkpoint,
        Some(cut_off) if cut_off.event != *event => {
            return Err(Error::OtherAppend {
                unfinished: cut_off.event.clone(),
            });
        }
        Some(cut_off) if cut_off.results != publication.results.hex() => {
            return Err(Error::AppendChanged { event: event.clone() });
        }
        Some(cut_off) => &cut_off.before,
    };
    let published = read(store, &which.checkpoint())?;
    // While an append is unfinished, its own checkpoint may be signed and published, or signed only.
    let known = [before, &state.checkpoint]
        .into_iter()
        .any(|known| known.as_deref().map(str::as_bytes) == published.as_deref());
    if !known {
        let signed = state.checkpoint.as_deref().map(str::as_bytes);
        return Err(Error::CheckpointDiffers {
            published: size(published.as_deref()),
            signed: size(signed),
        });
    }
    let base = match before {
        None => Checkpoint::empty(log.name())?,
        Some(signed) => SignedCheckpoint::parse(signed.as_bytes())?.open(log)?.clone(),
    };
    Ok(Beginning {
        before: before.clone(),
        base,
        published,
    })
}

/// A checkpoint in a few words.
fn size(checkpoint: Option<&[u8]>) -> String {
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
