//! From the lock to the end: cosigned, applied, published, shown, the staging removed. Every step can be done again.

use tlog::{Checkpoint, Policy, Proof, SignedCheckpoint};
use verifier::layout;

use super::begin::size;
use super::keep::is_newest;
use super::staged::{Certificate, Staged};
use super::write::Writer;
use crate::error::Error;
use crate::ledger::State;
use crate::publication::Publication;
use crate::store::{File, read};

/// A publication that came to its end.
pub struct Finished {
    /// The event's name.
    pub event: String,
    /// SHA-256 of its results bundle.
    pub results: record::Digest,
    /// The log's checkpoint.
    pub checkpoint: Checkpoint,
}

impl Finished {
    /// Whether it is this one.
    #[must_use]
    pub fn is(&self, publication: &Publication) -> bool {
        self.is_of(&publication.event, publication.results)
    }

    /// Whether it is this event's.
    #[must_use]
    pub fn is_of(&self, event: &str, results: record::Digest) -> bool {
        self.event == event && self.results == results
    }
}

impl Writer<'_> {
    /// Brings a publication to its end. `state` is what the lock says.
    pub(super) fn finish(&mut self, staged: &Staged, mut state: State) -> Result<Finished, Error> {
        let policy = Policy::parse(staged.policy.as_bytes())?;
        let signed = self.signed(staged, &state)?;
        let published = self.published(staged, &state)?;
        let signed = self.cosigned(staged, &policy, &signed, &mut state)?;

        self.create("Records, policies, revocation lists", &staged.files())?;
        self.create("Log", &staged.tiles())?;
        self.publish(&signed, published.as_deref())?;
        self.certificates(staged, &signed, &policy)?;
        self.mutable(staged, signed.checkpoint())?;

        let mut done = state.clone();
        let publication = done.publication.as_mut().expect("it is under way");
        publication.finished = true;
        let name = publication.name.clone();
        self.swap_lock(&state, &done)?;
        self.discard(staged, &name)?;
        Ok(Finished {
            event: staged.event.clone(),
            results: staged.results,
            checkpoint: signed.checkpoint().clone(),
        })
    }

    /// The checkpoint that the lock has, which must be the one that the staging leads to.
    fn signed(&self, staged: &Staged, state: &State) -> Result<SignedCheckpoint, Error> {
        let signed = SignedCheckpoint::parse(state.checkpoint.as_deref().unwrap_or_default().as_bytes())?;
        match signed.open(self.key)?.to_string() == staged.after {
            true => Ok(signed),
            false => Err(Error::CheckpointDiffers {
                published: format!("a staging of {}", staged.event),
                signed: size(state.checkpoint.as_deref().map(str::as_bytes)),
            }),
        }
    }

    /// The checkpoint in the store: the one before, or this one already. Anything else was rolled back, or is another's.
    fn published(&self, staged: &Staged, state: &State) -> Result<Option<Vec<u8>>, Error> {
        let published = read(self.source(), &self.log.checkpoint())?;
        let known = [&staged.before, &state.checkpoint];
        let known = known
            .into_iter()
            .any(|known| known.as_deref().map(str::as_bytes) == published.as_deref());
        match known {
            true => Ok(published),
            false => Err(Error::CheckpointDiffers {
                published: size(published.as_deref()),
                signed: size(state.checkpoint.as_deref().map(str::as_bytes)),
            }),
        }
    }

    /// The checkpoint: under its size, where it stays forever, then as the newest.
    fn publish(&mut self, signed: &SignedCheckpoint, published: Option<&[u8]>) -> Result<(), Error> {
        let text = signed.to_string().into_bytes();
        let kept: File = (self.log.checkpoint_of(signed.checkpoint().size()), text.clone());
        self.create("Checkpoint", &[kept])?;
        if published != Some(&text) {
            self.store.swap(&self.log.checkpoint(), published, &text)?;
        }
        self.settle(&[(self.log.checkpoint(), text)])
    }

    /// A certificate is not released before its proof exists, so its staple is written first.
    fn certificates(&mut self, staged: &Staged, signed: &SignedCheckpoint, policy: &Policy) -> Result<(), Error> {
        let (mut staples, mut certificates): (Vec<File>, Vec<File>) = (Vec::new(), Vec::new());
        for one in &staged.certificates {
            let staple = staple(one, signed, policy)?;
            staples.push((layout::proof(&one.stem), staple.into_bytes()));
            certificates.push((layout::certificate(&one.stem), one.der.to_vec()));
            certificates.push((layout::certificate_pem(&one.stem), one.pem.clone().into_bytes()));
        }
        self.create("Proofs", &staples)?;
        self.create("Certificates", &certificates)
    }

    /// What may change: the newest CRL of each issuer, and the pages.
    fn mutable(&mut self, staged: &Staged, checkpoint: &Checkpoint) -> Result<(), Error> {
        let mut files: Vec<File> = Vec::new();
        for crl in &staged.crls {
            if is_newest(self.source(), crl)? {
                files.push((layout::newest_crl(&crl.issuer), crl.der.to_vec()));
            }
        }
        let pages = (self.pages)(self.source(), checkpoint, staged.scanner.as_deref())?;
        files.extend(pages.into_iter().map(|(path, page)| (path, page.into_bytes())));
        let mut changed: Vec<File> = Vec::new();
        for (path, bytes) in files {
            let seen = read(self.source(), &path)?;
            if seen.as_ref() != Some(&bytes) {
                self.store.swap(&path, seen.as_deref(), &bytes)?;
                changed.push((path, bytes));
            }
        }
        self.settle(&changed)?;
        self.say("Newest lists, and pages", &changed);
        Ok(())
    }
}

/// A certificate's staple, verified as a relying party would, from its own text.
fn staple(one: &Certificate, signed: &SignedCheckpoint, policy: &Policy) -> Result<String, Error> {
    let text = Proof::new(one.index, one.hashes()?, signed.clone())?.to_string();
    Proof::parse(text.as_bytes())?.verify_entry(&one.entry, policy)?;
    Ok(text)
}
