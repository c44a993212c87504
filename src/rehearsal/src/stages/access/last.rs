//! The last batch of a log in the store: what the next one follows.

use std::path::{Path, PathBuf};

use record::access::{ConsoleBatch, HsmBatch};
use record::{Body, Bundle, Time};

use crate::error::Error;
use crate::files;

/// The last batch of a log that is published, its number and its end.
pub struct Last {
    /// Its number.
    pub number: u64,
    /// Its file.
    pub path: PathBuf,
    /// The first moment after it.
    pub ended: Time,
}

impl Last {
    /// The last batch of this log in the store.
    pub fn of<B: Body + Stretch>(store: &Path, log: &str) -> Result<Option<Self>, Error> {
        let folder = store.join("access").join(log);
        let path = |number: &u64| folder.join(format!("{number}.cbor"));
        let Some(number) = (1..).take_while(|number| path(number).is_file()).last() else {
            return Ok(None);
        };
        let path = path(&number);
        let wrong = |error: record::Error| Error::Memory {
            path: path.clone(),
            what: error.to_string(),
        };
        let ended = Bundle::<B>::decode(&files::read(&path)?).map_err(wrong)?.body.ended();
        Ok(Some(Self { number, path, ended }))
    }
}

/// The end of a batch.
pub trait Stretch {
    /// The first moment after it.
    fn ended(&self) -> Time;
}

impl Stretch for ConsoleBatch {
    fn ended(&self) -> Time {
        self.until
    }
}

impl Stretch for HsmBatch {
    fn ended(&self) -> Time {
        self.until
    }
}
