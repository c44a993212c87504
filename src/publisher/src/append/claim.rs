//! Staging: a publication is kept aside whole, and claims to be the one that follows the newest checkpoint.
//!
//! Two publishers with copies of one key have a lock each. The claim is where they meet: there is one for each checkpoint,
//! and whoever comes second stops before anything is signed.

use tlog::Checkpoint;

use super::begin::size;
use super::staged::Staged;
use super::write::Writer;
use crate::error::Error;
use crate::store::read;

impl Writer<'_> {
    /// Stages and claims; on return both last and were read back. Returns the name of the staging.
    pub(super) fn stage(&mut self, staged: &Staged, after: &Checkpoint) -> Result<String, Error> {
        let bytes = staged.encode()?;
        let name = Staged::name(self.log, after, &bytes);
        self.keep_aside(&name, &bytes)?;
        self.claim(staged, &name)?;
        self.demand_before(staged, &name)?;
        Ok(name)
    }

    /// Claims the place after the checkpoint. What went on before may have been its own attempt.
    pub(super) fn claim(&mut self, staged: &Staged, name: &str) -> Result<(), Error> {
        let claim = staged.claim(self.log, self.key)?;
        match self.keep_aside(&claim, name.as_bytes()) {
            Err(Error::OtherBytes { path }) => Err(Error::Claimed {
                by: self.claimer(&claim)?,
                path,
            }),
            kept => kept,
        }
    }

    /// Removes the staging, last of all: as long as it is there, it says what else to remove.
    pub(super) fn discard(&mut self, staged: &Staged, name: &str) -> Result<(), Error> {
        let claim = staged.claim(self.log, self.key)?;
        // One of another publisher, who came too late, is theirs.
        if self.store.staged(&claim)?.as_deref() == Some(name.as_bytes()) {
            self.store.unstage(&claim)?;
        }
        self.store.unstage(name)
    }

    /// A claim says that nobody else goes on from the checkpoint, but not that nobody has: one who has ended removed theirs.
    fn demand_before(&mut self, staged: &Staged, name: &str) -> Result<(), Error> {
        let published = read(self.source(), &self.log.checkpoint())?;
        if published.as_deref() == staged.before.as_deref().map(str::as_bytes) {
            return Ok(());
        }
        self.discard(staged, name)?;
        Err(Error::CheckpointDiffers {
            published: size(published.as_deref()),
            signed: size(staged.before.as_deref().map(str::as_bytes)),
        })
    }

    fn keep_aside(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.store.stage(name, bytes)?;
        match self.store.staged(name)?.as_deref() == Some(bytes) {
            true => Ok(()),
            false => Err(Error::NotKept { path: name.into() }),
        }
    }

    /// What has the claim, in words.
    fn claimer(&self, claim: &str) -> Result<String, Error> {
        let name = self.store.staged(claim)?.unwrap_or_default();
        let name = record::text::plain(&String::from_utf8_lossy(&name), LONGEST_NAME);
        // What is there may be anything, even no name.
        let bytes = self.store.staged(&name).ok().flatten();
        let other = Staged::decode(&name, bytes.as_deref());
        Ok(match other {
            Ok(other) => record::text::plain(&other.event, LONGEST_NAME),
            Err(_) => "another publication".into(),
        })
    }
}

/// A log and two digests.
const LONGEST_NAME: usize = 160;
