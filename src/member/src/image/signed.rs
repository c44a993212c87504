//! The manifest's signatures: who of those known has signed it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use record::{Digest, text};
use verifier::image::{BadSigners, Signers};

use super::{Asked, beside};
use crate::error::Error;
use crate::home::Vouched;
use crate::session::Session;
use crate::{files, show};

/// What was found of a manifest's signatures.
pub struct Signed {
    /// Nobody asked for any.
    unsigned: bool,
    /// Who signed, by name.
    good: BTreeSet<String>,
    /// Files that are no good signature of anybody's, and why.
    bad: BTreeMap<String, String>,
    /// How many could sign.
    known: usize,
}

impl Signed {
    /// Reads the signatures, beside the manifest or as named, and checks each with all known keys.
    ///
    /// # Errors
    /// Nobody said whose signatures count, or a file that cannot be read.
    pub fn check(session: &Session, asked: &Asked, manifest: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let mut signed = Self {
            unsigned: asked.unsigned,
            good: BTreeSet::new(),
            bad: BTreeMap::new(),
            known: 0,
        };
        if asked.unsigned {
            return Ok(signed);
        }
        if asked.signers.is_empty() {
            return Err(Error::SignersWanted);
        }
        let signers = signers(session, asked)?;
        signed.known = signers.names().len();
        let named = !asked.signature.is_empty();
        let read = if named { files::read } else { files::read_found };
        let found = match named {
            true => asked.signature.clone(),
            false => beside(manifest)?,
        };
        if found.len() > MOST {
            return Err(Error::TooManySignatures { found: found.len() });
        }
        for path in found {
            let armored = read(&path, LIMIT)?;
            match signers.whose(bytes, &armored) {
                Ok(name) => drop(signed.good.insert(name)),
                Err(why) => drop(signed.bad.insert(text::plain(&path.display().to_string(), 200), why)),
            }
        }
        Ok(signed)
    }

    /// What is said of them.
    #[must_use]
    pub fn page(&self) -> Vec<String> {
        let mut page = show::part("Who signed the manifest");
        if self.unsigned {
            page.extend(show::note(
                "NOT CHECKED, as you said: the manifest is the word of whoever sent it to you.",
            ));
        }
        for name in &self.good {
            page.extend(show::field("signed by", name));
        }
        for (file, why) in &self.bad {
            page.extend(show::field("NOT A GOOD SIGNATURE", &format!("{file}: {why}")));
        }
        if !self.unsigned {
            let counted = format!("{} of the {} who could sign", self.good.len(), self.known);
            page.extend(show::field("good signatures", &counted));
        }
        page
    }

    /// Enough have signed.
    ///
    /// # Errors
    /// Too few.
    pub fn demand(&self, need: u8) -> Result<(), Error> {
        match self.unsigned || self.good.len() >= usize::from(need) {
            true => Ok(()),
            false => Err(Error::TooFewSigned {
                good: self.good.len(),
                need,
            }),
        }
    }
}

impl Signed {
    /// Keeps who signed, of a manifest that enough have signed: a quote's registers are compared with it later.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn remember(&self, session: &Session, manifest: &Digest) -> Result<(), Error> {
        if self.unsigned {
            return Ok(());
        }
        let (at, by) = (session.now, self.good.iter().cloned().collect());
        session.home.keep_vouched(manifest, &Vouched { at, by })
    }
}

fn signers(session: &Session, asked: &Asked) -> Result<Signers, Error> {
    let mut signers = Signers::default();
    for path in &asked.signers {
        let bytes = files::read(path, SIGNERS_LIMIT)?;
        let added = signers.add(&bytes, session.home.member().rehearsal, session.now);
        added.map_err(|bad| match bad {
            BadSigners::Roster(cause) => Error::bundle(path)(cause),
            BadSigners::Line { line, why } => Error::SignersLine {
                path: path.clone(),
                line,
                why,
            },
        })?;
    }
    Ok(signers)
}

/// Far more than members.
const MOST: usize = 100;
/// No signature is larger.
const LIMIT: usize = 16 * 1024;
/// A roster of nine takes 20 KB.
const SIGNERS_LIMIT: usize = 1024 * 1024;
