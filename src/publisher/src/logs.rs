//! The logs of a store, one after the other: the last one grows, those before it are frozen.

use tlog::{Checkpoint, SignedCheckpoint, TileReader};
use verifier::layout::{Log, Series};

use crate::append::InLog;
use crate::error::Error;
use crate::store::{Source, read};

/// One log of a store, opened on a checkpoint.
pub struct Opened<'s> {
    /// Which.
    pub which: Log,
    /// The checkpoint, whoever signed it.
    pub signed: SignedCheckpoint,
    /// Its entries and tiles, each checked against the checkpoint.
    pub reader: TileReader<InLog<'s, dyn Source + 's>>,
}

/// The logs of a kind that a store has, in order; each opened on its newest checkpoint.
///
/// # Errors
/// A checkpoint that cannot be read, or tiles that are not those of it.
pub fn open(store: &dyn Source, series: Series) -> Result<Vec<Opened<'_>>, Error> {
    let mut all = Vec::new();
    for (which, signed) in checkpoints(store, series)? {
        let reader = TileReader::open(InLog(store, which), signed.checkpoint())?;
        all.push(Opened { which, signed, reader });
    }
    Ok(all)
}

/// The newest checkpoint of each log of a kind, in order, whoever signed it.
///
/// # Errors
/// One cannot be read.
pub fn checkpoints(store: &dyn Source, series: Series) -> Result<Vec<(Log, SignedCheckpoint)>, Error> {
    let mut all = Vec::new();
    let mut which = series.log(1);
    while let Some(bytes) = read(store, &which.checkpoint())? {
        all.push((which, SignedCheckpoint::parse(&bytes)?));
        which = which.next();
    }
    Ok(all)
}

/// The log that grows, with its newest checkpoint; none if nothing is published.
///
/// # Errors
/// It cannot be read.
pub fn newest(store: &dyn Source, series: Series) -> Result<Option<(Log, SignedCheckpoint)>, Error> {
    Ok(checkpoints(store, series)?.pop())
}

/// The checkpoints of the logs before the one that this checkpoint is of, and this one.
///
/// # Errors
/// One before it is not there, or cannot be read.
pub fn up_to(store: &dyn Source, checkpoint: &Checkpoint) -> Result<Vec<(Log, Checkpoint)>, Error> {
    let which = Log::of_origin(checkpoint.origin()).map_or(Log::MAIN, |(log, _)| log);
    let mut all = Vec::new();
    for number in 1..which.number {
        let before = which.series.log(number);
        let bytes = crate::store::demand(store, &before.checkpoint())?;
        all.push((before, SignedCheckpoint::parse(&bytes)?.checkpoint().clone()));
    }
    all.push((which, checkpoint.clone()));
    Ok(all)
}
