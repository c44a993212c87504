//! The work directory: files that the CLI reads and writes, for the length of one command.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

use crate::{Error, File, Request};

/// A directory of our own. Names in it are fixed, because nothing outlives its command.
#[derive(Clone, Debug)]
pub(crate) struct WorkDir(PathBuf);

impl WorkDir {
    /// Refuses a directory that others can enter.
    pub(crate) fn open(path: &Path) -> Result<WorkDir, Error> {
        let refuse = |why: String| Error::WorkDirectory {
            path: path.to_owned(),
            why,
        };
        let path = fs::canonicalize(path).map_err(|error| refuse(error.to_string()))?;
        let metadata = fs::metadata(&path).map_err(|error| refuse(error.to_string()))?;
        match (metadata.is_dir(), metadata.mode() & 0o077) {
            (false, _) => Err(refuse("it is not a directory".into())),
            (true, 0) => Ok(WorkDir(path)),
            (true, _) => Err(refuse(format!("its mode is {:o}, not 700", metadata.mode() & 0o7777))),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Removes what a killed run left, and writes the command's inputs.
    pub(crate) fn prepare(&self, request: &Request) -> Result<(), Error> {
        for name in names(request) {
            match fs::remove_file(self.0.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::File {
                        name: name.into(),
                        why: error.to_string(),
                    });
                }
                _ => {}
            }
        }
        request.inputs().iter().try_for_each(|file| self.write(file))
    }

    /// The outputs that are there: plain files of sane size. A missing one is the driver's to judge: the answer may say no.
    pub(crate) fn outputs(&self, request: &Request) -> Vec<File> {
        let read = |name: &String| {
            Some(File {
                name: name.clone(),
                bytes: self.read(name)?,
            })
        };
        request.outputs().iter().filter_map(read).collect()
    }

    /// Has the command written all its outputs to their end? Each is a JSON document, and half of one is none.
    pub(crate) fn whole(&self, request: &Request) -> bool {
        let whole = |name: &String| {
            self.read(name)
                .is_some_and(|bytes| serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok())
        };
        request.outputs().iter().all(whole)
    }

    /// Removes the command's files. A failure here must not cost an answer, and the next command removes them again.
    pub(crate) fn clear(&self, request: &Request) {
        for name in names(request) {
            let _ = fs::remove_file(self.0.join(name));
        }
    }

    fn write(&self, file: &File) -> Result<(), Error> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let written = options
            .open(self.0.join(&file.name))
            .and_then(|mut to| to.write_all(&file.bytes));
        written.map_err(|error| Error::File {
            name: file.name.clone(),
            why: error.to_string(),
        })
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        // The CLI's directory entries are its own choice: no link is followed, and nothing waits for a pipe's other end.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = fs::File::from(rustix::fs::open(self.0.join(name), flags, Mode::empty()).ok()?);
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > FILE_LIMIT {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= FILE_LIMIT).then_some(bytes)
    }
}

fn names(request: &Request) -> impl Iterator<Item = &str> {
    let inputs = request.inputs().iter().map(|file| file.name.as_str());
    inputs.chain(request.outputs().iter().map(String::as_str))
}

const FILE_LIMIT: u64 = 1 << 20;
