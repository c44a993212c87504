//! Files that a command's arguments name: read within bounds, written whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::Refusal;

pub fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
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
    std::fs::write(path, text).map_err(|source| Refusal::invalid(format!("{}: {source}", path.display())))
}

const LARGEST: u64 = 1 << 20;
