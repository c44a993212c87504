//! A member's terminal, or the pipe that stands for it. The one file of the shell that writes.

use std::io::Write as _;

use record::text::message;

/// Shows lines, each made plain: whatever a file says, no terminal obeys it.
pub fn show(lines: &[String]) {
    let text: String = lines.iter().map(|line| message(line) + "\n").collect();
    write(text.as_bytes());
}

/// Writes octets as they are.
pub fn write(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    // Whoever went away needs nothing more.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}
