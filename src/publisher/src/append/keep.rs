//! Files of one part of an append: written, made to last, read back, told.

use record::screen::Shown;
use verifier::layout;

use super::write::Writer;
use crate::error::Error;
use crate::publication::Crl;
use crate::store::{File, Source, read};

impl Writer<'_> {
    /// Creates files of one part; on return they last and were read back.
    pub(super) fn create(&mut self, title: &str, files: &[File]) -> Result<(), Error> {
        self.store.create(files)?;
        self.settle(files)?;
        self.say(title, files);
        Ok(())
    }

    /// Waits until they last, and reads them back: a store that lies is found before anything is built on it.
    pub(super) fn settle(&mut self, files: &[File]) -> Result<(), Error> {
        self.store.settle()?;
        for (path, bytes) in files {
            if read(self.source(), path)?.as_ref() != Some(bytes) {
                return Err(Error::NotKept { path: path.clone() });
            }
        }
        Ok(())
    }

    /// Tells what was written.
    pub(super) fn say(&mut self, title: &str, files: &[File]) {
        (self.show)(&Shown::Said {
            text: format!("{title}:"),
        });
        for (path, bytes) in files {
            (self.show)(&Shown::Wrote {
                path: path.clone(),
                what: format!("{} octets", bytes.len()),
            });
        }
    }
}

/// Whether a CRL replaces the newest one: numbers only grow.
pub fn is_newest(store: &dyn Source, crl: &Crl) -> Result<bool, Error> {
    let path = layout::newest_crl(&crl.issuer);
    let Some(found) = read(store, &path)?.filter(|found| *found != crl.der) else {
        return Ok(true);
    };
    let found = x509::Crl::parse(&found).map_err(|error| Error::Page {
        path,
        what: error.to_string(),
    })?;
    Ok(found.tbs().number() <= crl.number)
}
