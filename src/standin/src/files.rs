//! Files: regular ones, read within bounds. Those that a command's arguments name are where the client is, if there is
//! one.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::rc::Rc;

use rustix::fs::OFlags;

use crate::error::Refusal;
use crate::serve::Line;

thread_local! {
    /// A thread of the server is one client's for all its life.
    static CLIENT: RefCell<Option<Rc<Line>>> = const { RefCell::new(None) };
}

/// From now on this thread's files are those of that client.
pub fn are_at(client: Rc<Line>) {
    CLIENT.with(|place| *place.borrow_mut() = Some(client));
}

fn client() -> Option<Rc<Line>> {
    CLIENT.with(|place| place.borrow().clone())
}

/// A regular file of at most [`LARGEST`] bytes. Whoever holds the cluster reads nothing: a client may not answer.
pub fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    if let Some(client) = client() {
        return client.read_file(path);
    }
    read_here(path, LARGEST).map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => Refusal::invalid(format!("{} is larger than 1 MiB", path.display())),
        _ => wrong(path, &source),
    })
}

/// A regular file on this machine; of more than `most` bytes, `FileTooLarge`.
pub fn read_here(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(ErrorKind::FileTooLarge.into()),
        false => Ok(bytes),
    }
}

/// A regular file on this machine, to be read.
pub fn open(path: &Path) -> io::Result<File> {
    open_regular(path, OpenOptions::new().read(true))
}

/// Without waiting for the other end of a pipe.
pub fn open_regular(path: &Path, how: &mut OpenOptions) -> io::Result<File> {
    let file = how.custom_flags(AT_ONCE).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("not a regular file")),
    }
}

/// Replaces what is there; a pipe that nobody reads is refused, and not waited for.
pub fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    if let Some(client) = client() {
        return client.write_file(path, text);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).custom_flags(AT_ONCE);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| wrong(path, &source))
}

fn wrong(path: &Path, source: &io::Error) -> Refusal {
    Refusal::invalid(format!("{}: {source}", path.display()))
}

const LARGEST: u64 = 1 << 20;
const AT_ONCE: i32 = OFlags::NONBLOCK.bits().cast_signed();
