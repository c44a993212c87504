//! A member's terminal, or the pipe or file that stands for it. The one file of the shell that writes.

use std::io::Write as _;

use record::text::message;

use crate::error::Error;

/// Shows lines, each made plain: whatever a file says, no terminal obeys it.
pub fn show(lines: &[String]) -> Result<(), Error> {
    let text: String = lines.iter().map(|line| message(line) + "\n").collect();
    write(text.as_bytes())
}

/// Writes octets as they are: all of them, or it is an error. Half a bundle must not pass for one.
pub fn write(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|cause| Error::Shown { cause })
}
