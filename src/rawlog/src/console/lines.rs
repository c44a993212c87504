//! A file in lines of bounded length.

use super::message::Unreadable;

/// The lines of a file, each with its number, without their ends.
pub struct Lines<'a> {
    rest: &'a [u8],
    number: u64,
}

impl<'a> Lines<'a> {
    /// Of the whole of a file.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, number: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, Result<&'a [u8], Unreadable>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|octet| *octet == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        (self.rest, self.number) = (rest, self.number + 1);
        Some((
            self.number,
            match line.len() > LONGEST {
                true => Err(Unreadable("it is longer than any line of a log")),
                false => Ok(line),
            },
        ))
    }
}

/// journald cuts messages at 48 KiB; a field of JSON has each octet as a number at worst.
const LONGEST: usize = 1024 * 1024;
