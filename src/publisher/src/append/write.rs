//! The order of writes: staged, signed, swapped, applied, published, shown.
//!
//! After each part everything is durable and was read back before the next one begins. Until the lock is swapped nothing
//! but the staging has changed; from then on the staging leads to the end, whatever stops it and however often.

use record::screen::Shown;
use tlog::{Checkpoint, Policy, Signer, VerifierKey};
use verifier::layout::{self, Log};

use super::begin::{Beginning, begin};
use super::finish::Finished;
use super::grow::Grown;
use super::staged::Staged;
use crate::error::Error;
use crate::ledger::{self, Ledger, State};
use crate::publication::Publication;
use crate::store::{Source, Store, read};
use crate::witness::Ask;

/// Makes the pages of a store, as of a checkpoint, with a scanner page where one is given: paths and contents.
pub type Pages<'p> = &'p dyn Fn(&dyn Source, &Checkpoint, Option<&str>) -> Result<Vec<(String, String)>, Error>;

/// All that a publication needs, but for the key.
pub struct Writer<'w> {
    /// Where it is published.
    pub store: &'w mut dyn Store,
    /// What the log key's keeper remembers: the lock.
    pub ledger: &'w mut dyn Ledger,
    /// Which of the store's logs.
    pub log: Log,
    /// The log's key, its public side.
    pub key: &'w VerifierKey,
    /// What makes the pages.
    pub pages: Pages<'w>,
    /// Who asks the log policy's witnesses.
    pub ask: &'w dyn Ask,
    /// Who is told.
    pub show: &'w mut dyn FnMut(&Shown),
}

/// What is to be published, and by which rules.
pub struct Publishing<'p> {
    /// What.
    pub publication: &'p Publication,
    /// What relying parties believe.
    pub policy: &'p Policy,
    /// The scanner page, where one is given.
    pub scanner: Option<&'p str>,
}

impl Writer<'_> {
    /// Publishes; returns the log's new checkpoint. What was cut off before is finished first.
    ///
    /// # Errors
    /// What stopped it. Before the lock is swapped nothing is published; after it, [`Writer::resume`] goes on.
    pub fn append(&mut self, publishing: &Publishing<'_>, signer: &Signer) -> Result<Checkpoint, Error> {
        if let Some(finished) = self.resume()?.filter(|done| done.is(publishing.publication)) {
            return Ok(finished.checkpoint);
        }
        let state = self.ledger.read()?;
        let (staged, after) = self.settle_all(publishing, &state)?;
        self.demand_none_ahead(&staged, &after, publishing.policy)?;
        let name = self.stage(&staged, &after)?;
        let signed = after.sign(signer)?;
        // From here on no other checkpoint of this size may ever be signed: remembered before anybody sees it.
        let next = State {
            log: state.log.clone(),
            checkpoint: Some(signed.to_string()),
            publication: Some(ledger::Staged { name, finished: false }),
        };
        self.swap_lock(&state, &next)?;
        Ok(self.finish(&staged, next)?.checkpoint)
    }

    /// Finishes what was cut off, from its staging; nothing if nothing was. No key is needed: it is signed.
    ///
    /// # Errors
    /// What stopped it; then the same call goes on.
    pub fn resume(&mut self) -> Result<Option<Finished>, Error> {
        let state = self.ledger.read()?;
        let Some(publication) = state.unfinished() else {
            return self.tidy(&state).map(|()| None);
        };
        let bytes = self.store.staged(&publication.name)?;
        let staged = Staged::decode(&publication.name, bytes.as_deref())?;
        (self.show)(&Shown::Heading {
            title: format!("Finishing {}, which was cut off", staged.event),
        });
        self.finish(&staged, state).map(Some)
    }

    /// Removes the staging of what is finished, if it was cut off just before that.
    fn tidy(&mut self, state: &State) -> Result<(), Error> {
        let Some(publication) = &state.publication else {
            return Ok(());
        };
        match self.store.staged(&publication.name)? {
            Some(bytes) => {
                let staged = Staged::decode(&publication.name, Some(&bytes))?;
                self.discard(&staged, &publication.name)
            }
            None => Ok(()),
        }
    }

    /// All that will be written, but for signatures, as a bundle; and the checkpoint that is to be signed.
    fn settle_all(&self, publishing: &Publishing<'_>, state: &State) -> Result<(Staged, Checkpoint), Error> {
        let Publishing {
            publication,
            policy,
            scanner,
        } = publishing;
        let beginning: Beginning = begin(self.source(), self.log, state, self.key, publication)?;
        let grown = Grown::by(self.source(), self.log, self.key, &beginning.base, &publication.entries)?;
        self.demand_free(publication, &grown)?;
        let after = grown.checkpoint.clone();
        Ok((Staged::of(publication, &beginning, grown, policy, *scanner)?, after))
    }

    /// Nothing is written if a name is taken: a published file never changes.
    fn demand_free(&self, publication: &Publication, grown: &Grown) -> Result<(), Error> {
        let certificates = publication.certificates.iter().flat_map(|certificate| {
            let (der, pem) = (
                layout::certificate(&certificate.stem),
                layout::certificate_pem(&certificate.stem),
            );
            [(der, &certificate.der[..]), (pem, certificate.pem.as_bytes())]
        });
        let files = publication
            .files
            .iter()
            .chain(&grown.files)
            .map(|(path, bytes)| (path.clone(), &bytes[..]));
        for (path, bytes) in files.chain(certificates) {
            if read(self.source(), &path)?.is_some_and(|found| found != bytes) {
                return Err(Error::OtherBytes { path });
            }
        }
        Ok(())
    }

    /// Replaces the lock, and reads it back.
    pub(super) fn swap_lock(&mut self, seen: &State, new: &State) -> Result<(), Error> {
        self.ledger.swap(seen, new)?;
        match self.ledger.read()? == *new {
            true => Ok(()),
            false => Err(Error::NotKept {
                path: "what the log key signed".into(),
            }),
        }
    }

    pub(super) fn source(&self) -> &dyn Source {
        &*self.store
    }
}
