//! The checkpoints of the public log that this member has seen: a log only grows, so what comes later never has less.

use std::fs;
use std::io::ErrorKind;

use record::{Digest, text};
use tlog::{Checkpoint, SignedCheckpoint};

use super::{CHECKPOINTS, Home};
use crate::error::Error;
use crate::files;

/// How a checkpoint stands to those that were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing was seen of this log.
    First,
    /// It is the newest that was seen, or goes on from it, to so many entries from so many.
    Onward { before: u64, now: u64 },
    /// It has fewer entries than the newest.
    Back { before: u64, now: u64 },
}

impl Home {
    /// Compares a checkpoint with all that were seen of the same log.
    ///
    /// # Errors
    /// It is none, or another one of the same size was seen.
    pub fn compare_checkpoint(&self, of: &'static str, bytes: &[u8]) -> Result<Seen, Error> {
        let new = read(of, bytes)?;
        let seen: Vec<Checkpoint> = self.of_log(new.origin())?.into_iter().map(|(_, one)| one).collect();
        let twin = seen.iter().find(|one| one.size() == new.size());
        if twin.is_some_and(|twin| twin.root() != new.root()) {
            return Err(Error::CheckpointForked {
                origin: text::plain(new.origin(), 80),
                size: new.size(),
            });
        }
        let now = new.size();
        Ok(match seen.iter().map(Checkpoint::size).max() {
            None => Seen::First,
            Some(before) if before <= now => Seen::Onward { before, now },
            Some(before) => Seen::Back { before, now },
        })
    }

    /// The same, of something that must be the newest.
    ///
    /// # Errors
    /// As [`Home::compare_checkpoint`], or it has fewer entries than one that was seen.
    pub fn demand_onward(&self, of: &'static str, bytes: &[u8]) -> Result<Seen, Error> {
        match self.compare_checkpoint(of, bytes)? {
            Seen::Back { before, now } => Err(Error::CheckpointBack {
                origin: text::plain(read(of, bytes)?.origin(), 80),
                seen: before,
                found: now,
            }),
            seen => Ok(seen),
        }
    }

    /// The newest one seen of the log that this checkpoint is of, byte for byte.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn newest_checkpoint(&self, of: &'static str, like: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let seen = self.of_log(read(of, like)?.origin())?;
        let newest = seen.into_iter().max_by_key(|(_, one)| one.size());
        Ok(newest.map(|(bytes, _)| bytes))
    }

    /// Keeps a checkpoint. Homes that were made before there were any get their folder now.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_checkpoint(&self, bytes: &[u8]) -> Result<(), Error> {
        let folder = self.path.join(CHECKPOINTS);
        files::private_folder(&folder)?;
        let path = folder.join(format!("{}.checkpoint", Digest::of(bytes)));
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        files::replace(&path, bytes)
    }

    fn of_log(&self, origin: &str) -> Result<Vec<(Vec<u8>, Checkpoint)>, Error> {
        let folder = self.path.join(CHECKPOINTS);
        let failed = |cause| Error::Read {
            path: folder.clone(),
            cause,
        };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(failed(cause)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_none_or(|end| end != "checkpoint") {
                continue;
            }
            let bytes = files::read(&path, LIMIT)?;
            let one = read("home", &bytes)?;
            if one.origin() == origin {
                found.push((bytes, one));
            }
        }
        Ok(found)
    }
}

fn read(of: &'static str, bytes: &[u8]) -> Result<Checkpoint, Error> {
    let signed = SignedCheckpoint::parse(bytes).map_err(|cause| Error::NoCheckpoint {
        of,
        cause: text::plain(&cause.to_string(), 200),
    })?;
    Ok(signed.checkpoint().clone())
}

/// No checkpoint with its cosignatures is larger.
const LIMIT: usize = 64 * 1024;

#[cfg(test)]
mod tests;
