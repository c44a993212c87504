//! The order of writes: decided, written, signed, cosigned, published, proved, shown.
//!
//! After each part everything is durable and was read back before the next one begins. A kill anywhere leaves a store
//! whose checkpoint covers only what is there, and the same append, run again, ends with the same bytes.

use record::screen::Shown;
use tlog::{Checkpoint, Policy, SignedCheckpoint, Signer};
use verifier::layout::{self, Log};

use super::begin::{Beginning, begin};
use super::grow::Grown;
use super::keep::is_newest;
use crate::error::Error;
use crate::ledger::{Intent, Ledger, State};
use crate::publication::Publication;
use crate::store::{Source, Store, read};
use crate::witness::{self, Ask, demand_none_ahead};

/// Makes the pages of a store, as of a checkpoint: paths and contents.
pub type Pages<'p> = &'p dyn Fn(&dyn Source, &Checkpoint) -> Result<Vec<(String, String)>, Error>;

/// All that an append needs.
pub struct Writer<'w> {
    /// Where it is published.
    pub store: &'w mut dyn Store,
    /// What the log key's keeper remembers.
    pub ledger: &'w mut dyn Ledger,
    /// Which of its logs.
    pub log: Log,
    /// The log's key.
    pub signer: &'w Signer,
    /// What relying parties believe.
    pub policy: &'w Policy,
    /// Who asks the policy's witnesses.
    pub ask: &'w dyn Ask,
    /// Who is told.
    pub show: &'w mut dyn FnMut(&Shown),
}

impl Writer<'_> {
    /// Publishes; returns the log's new checkpoint.
    ///
    /// # Errors
    /// What stopped it. Before the first write nothing has changed; after it, the same call goes on.
    pub fn append(&mut self, publication: &Publication, pages: Pages<'_>) -> Result<Checkpoint, Error> {
        let mut state = self.ledger.read()?;
        let log = self.signer.key().clone();
        let Beginning {
            before,
            base,
            published,
        } = begin(self.source(), self.log, &state, &log, publication)?;
        let grown = Grown::by(self.source(), self.log, &log, &base, &publication.entries)?;
        let intent = intent(publication, before, &grown.checkpoint);
        if state.append.as_ref().is_some_and(|cut_off| *cut_off != intent) {
            return Err(Error::AppendChanged {
                event: publication.event.clone(),
            });
        }
        self.demand_free(publication, &grown)?;
        let history = grown.history((&*self.store, self.log), &log, &base);
        demand_none_ahead(&grown.checkpoint, &log, &history, (self.policy, self.ask), self.show)?;
        state.append = Some(intent);
        self.ledger.write(&state)?;

        self.create("Records, policies, revocation lists", &publication.files)?;
        self.create("Log", &grown.files)?;

        // From here on no other checkpoint of this size may ever be signed: remembered before anybody sees it.
        let signed = signed(&state, &grown.checkpoint, self.signer)?;
        state.checkpoint = Some(signed.to_string());
        self.ledger.write(&state)?;
        let signed = self.cosigned(&mut state, &signed, &grown, &base)?;
        self.publish(&signed, published.as_deref())?;

        self.certificates(publication, &grown, &signed)?;
        self.mutable(publication, pages, &grown.checkpoint)?;
        state.append = None;
        self.ledger.write(&state)?;
        Ok(grown.checkpoint)
    }

    /// The checkpoint as the policy's witnesses have seen it; their lines are remembered as they come.
    fn cosigned(
        &mut self,
        state: &mut State,
        signed: &SignedCheckpoint,
        grown: &Grown,
        base: &Checkpoint,
    ) -> Result<SignedCheckpoint, Error> {
        let history = grown.history((&*self.store, self.log), self.signer.key(), base);
        let keep = &mut |cosigned: &SignedCheckpoint| {
            state.checkpoint = Some(cosigned.to_string());
            self.ledger.write(state)
        };
        witness::cosign(signed, &history, (self.policy, self.ask), keep, self.show)
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

    /// The checkpoint: under its size, where it stays forever, then as the newest.
    fn publish(&mut self, signed: &SignedCheckpoint, published: Option<&[u8]>) -> Result<(), Error> {
        let kept = self.log.checkpoint_of(signed.checkpoint().size());
        let text = signed.to_string().into_bytes();
        self.create("Checkpoint", &[(kept, text.clone())])?;
        if published != Some(&text) {
            self.store.swap(&self.log.checkpoint(), published, &text)?;
        }
        self.settle(&[(self.log.checkpoint(), text)])
    }

    /// A certificate is not released before its proof exists, so its staple is written first.
    fn certificates(
        &mut self,
        publication: &Publication,
        grown: &Grown,
        signed: &SignedCheckpoint,
    ) -> Result<(), Error> {
        let (mut staples, mut certificates) = (Vec::new(), Vec::new());
        for certificate in &publication.certificates {
            let path = layout::certificate(&certificate.stem);
            let place = publication.entries.iter().position(|expected| expected.file == path);
            let place = place.ok_or_else(|| Error::Page {
                path: path.clone(),
                what: "the log has no entry".into(),
            })?;
            let staple = grown.staple(place, &publication.entries[place], signed, self.policy)?;
            staples.push((layout::proof(&certificate.stem), staple.into_bytes()));
            certificates.push((path, certificate.der.clone()));
            certificates.push((
                layout::certificate_pem(&certificate.stem),
                certificate.pem.clone().into_bytes(),
            ));
        }
        self.create("Proofs", &staples)?;
        self.create("Certificates", &certificates)
    }

    /// What may change: the newest CRL of each issuer, and the pages.
    fn mutable(&mut self, publication: &Publication, pages: Pages<'_>, checkpoint: &Checkpoint) -> Result<(), Error> {
        let mut files = Vec::new();
        for crl in &publication.crls {
            if is_newest(self.source(), crl)? {
                files.push((layout::newest_crl(&crl.issuer), crl.der.clone()));
            }
        }
        let pages = pages(self.source(), checkpoint)?;
        files.extend(pages.into_iter().map(|(path, page)| (path, page.into_bytes())));
        for (path, bytes) in &files {
            let seen = read(self.source(), path)?;
            if seen.as_ref() != Some(bytes) {
                self.store.swap(path, seen.as_deref(), bytes)?;
            }
        }
        self.settle(&files)?;
        self.say("Newest lists, and pages", &files);
        Ok(())
    }

    pub(super) fn source(&self) -> &dyn Source {
        &*self.store
    }
}

/// The checkpoint, signed; with the cosignatures that it has already, if it was signed before.
fn signed(state: &State, checkpoint: &Checkpoint, signer: &Signer) -> Result<SignedCheckpoint, Error> {
    let remembered = state.checkpoint.as_deref().map(str::as_bytes);
    let remembered = remembered.map(SignedCheckpoint::parse).transpose()?;
    match remembered.filter(|remembered| remembered.checkpoint() == checkpoint) {
        Some(remembered) => {
            remembered.open(signer.key())?;
            Ok(remembered)
        }
        None => Ok(checkpoint.clone().sign(signer)?),
    }
}

fn intent(publication: &Publication, before: Option<String>, after: &Checkpoint) -> Intent {
    let (event, results) = (publication.event.clone(), publication.results.hex());
    Intent {
        event,
        results,
        before,
        after: after.to_string(),
    }
}
