//! The files that a command reads and writes, before and after its turn: nobody holds the cluster while they wait for a
//! file or for a client.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Refusal;
use crate::files;

/// What was read before the turn. What cannot be read is refused only where it is needed.
#[derive(Default)]
pub struct Given(BTreeMap<PathBuf, Result<Vec<u8>, Refusal>>);

impl Given {
    /// Reads each file once.
    pub fn read<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Given {
        let mut given = Given::default();
        for path in paths {
            if !given.0.contains_key(path) {
                given.0.insert(path.into(), files::read(path));
            }
        }
        given
    }

    pub fn bytes(&self, path: &Path) -> Result<&[u8], Refusal> {
        match self.0.get(path) {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(refusal)) => Err(refusal.clone()),
            None => Err(Refusal::invalid(format!("{} was not read", path.display()))),
        }
    }

    pub fn text(&self, path: &Path) -> Result<&str, Refusal> {
        std::str::from_utf8(self.bytes(path)?).map_err(|_| Refusal::invalid(format!("{} is not text", path.display())))
    }
}

/// What is to be written after the turn.
pub struct Made {
    pub path: PathBuf,
    pub text: String,
    /// The token that it is, of this session; useless if it cannot be written.
    pub token: Option<u64>,
}

impl Made {
    pub fn write(&self) -> Result<(), Refusal> {
        files::write(&self.path, &self.text)
    }
}
