//! Files of one part of a publication: written, made to last, read back, told.

use record::screen::Shown;
use verifier::layout;

use super::staged::List;
use super::write::Writer;
use crate::error::Error;
use crate::store::{File, Source, read};

impl Writer<'_> {
    /// Creates files of one part; on return they last and were read back.
    pub(super) fn create(&mut self, title: &str, files: &[File]) -> Result<(), Error> {
        for (number, some) in files.chunks(AT_ONCE).enumerate() {
            self.store.create(some)?;
            self.progress(title, number * AT_ONCE + some.len(), files.len());
        }
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

    /// Tells what was written; of many files, how many.
    pub(super) fn say(&mut self, title: &str, files: &[File]) {
        let many = files.len() > AT_ONCE;
        let text = match many {
            true => format!("{title}: {} files, read back", files.len()),
            false => format!("{title}:"),
        };
        (self.show)(&Shown::Said { text });
        for (path, bytes) in files.iter().filter(|_| !many) {
            (self.show)(&Shown::Wrote {
                path: path.clone(),
                what: format!("{} octets", bytes.len()),
            });
        }
    }

    /// How far it is, in whole lines: a terminal, a file and a pipe all take them.
    fn progress(&mut self, title: &str, done: usize, all: usize) {
        if all > AT_ONCE {
            (self.show)(&Shown::Said {
                text: format!("{title}: {done} of {all} files"),
            });
        }
    }
}

/// Whether a CRL replaces the newest one: numbers only grow.
pub fn is_newest(store: &dyn Source, crl: &List) -> Result<bool, Error> {
    let path = layout::newest_crl(&crl.issuer);
    let Some(found) = read(store, &path)?.filter(|found| *found != *crl.der) else {
        return Ok(true);
    };
    let found = x509::Crl::parse(&found).map_err(|error| Error::Page {
        path,
        what: error.to_string(),
    })?;
    Ok(found.tbs().number() <= crl.number)
}

/// So many files are written between two words of progress. What an event makes is fewer, and is told by name.
const AT_ONCE: usize = 256;
