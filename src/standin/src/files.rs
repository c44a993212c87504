//! Files that a command's arguments name: read within bounds, written whole; where the client is, if there is one.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
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
    let bytes = open(path).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    let bytes = bytes.map_err(|source| wrong(path, &source))?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Refusal::invalid(format!("{} is larger than 1 MiB", path.display()))),
        false => Ok(bytes),
    }
}

/// Without waiting for anybody to write into a pipe.
fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(AT_ONCE).open(path)?;
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
