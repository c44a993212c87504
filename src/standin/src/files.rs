//! Files that a command's arguments name: read within bounds, written whole; where the client is, if there is one.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

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

pub fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    if let Some(client) = client() {
        return client.read_file(path);
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|source| Refusal::invalid(format!("{}: {source}", path.display())))?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Refusal::invalid(format!("{} is larger than 1 MiB", path.display()))),
        false => Ok(bytes),
    }
}

pub fn read_text(path: &Path) -> Result<String, Refusal> {
    String::from_utf8(read(path)?).map_err(|_| Refusal::invalid(format!("{} is not text", path.display())))
}

pub fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    if let Some(client) = client() {
        return client.write_file(path, text);
    }
    std::fs::write(path, text).map_err(|source| Refusal::invalid(format!("{}: {source}", path.display())))
}

const LARGEST: u64 = 1 << 20;
