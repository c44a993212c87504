//! A log file followed as it grows: over its rotation, its truncation, and the time before there is one.

mod place;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use place::Place;

/// What came of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A line without its end, and where it lies in its file.
    Line { bytes: Vec<u8>, start: u64, end: u64 },
    /// A line that was longer than any; it was passed over.
    TooLong { end: u64 },
    /// The file has ended; what comes next is of another.
    End,
    /// Something happened to the file that may have taken lines away.
    Notice(Notice),
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is shorter than what was read of it.
    Cut,
    /// What was read of it is no longer what it holds.
    Replaced,
    /// The file in which reading stopped is not there any more.
    Gone,
}

/// Follows one path, as `tail -F` does.
pub struct Follower {
    path: PathBuf,
    open: Option<Open>,
    /// Files that were rotated away before they were read.
    before: VecDeque<PathBuf>,
    notices: Vec<Notice>,
}

struct Open {
    file: File,
    id: (u64, u64),
    /// Octets read.
    offset: u64,
    /// The last octets before `offset`.
    tail: Vec<u8>,
    /// A line whose end has not come.
    line: Vec<u8>,
    too_long: bool,
    /// When something last came.
    news: Instant,
}

impl Follower {
    /// Follows a path from its beginning, or from where it was read to.
    ///
    /// # Errors
    /// The folder or the file cannot be read. That there is no file is no error.
    pub fn new(path: &Path, place: Option<&Place>, now: Instant) -> io::Result<Self> {
        let mut new = Self {
            path: path.to_owned(),
            open: None,
            before: VecDeque::new(),
            notices: Vec::new(),
        };
        let Some(place) = place else { return Ok(new) };
        match place.find(path)? {
            Some((found, file)) => {
                new.before = place::later(path, &found, &file)?;
                let (all, packed) = (new.before.len(), |path: &PathBuf| place::is_packed(path));
                new.before.retain(|path| !packed(path));
                new.notices.extend((new.before.len() < all).then_some(Notice::Gone));
                if let Some(open) = new.resumed(file, place, now)? {
                    new.open = Some(open);
                }
            }
            None => new.notices.push(Notice::Gone),
        }
        Ok(new)
    }

    /// Passes over what is there now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn skip(&mut self, now: Instant) -> io::Result<()> {
        if let Some(file) = opened(&self.path)? {
            let end = place::last_line_end(&file)?;
            let tail = place::before(&file, end)?;
            self.open = Some(Open::at(file, end, tail, now)?);
        }
        Ok(())
    }

    /// Takes what has come, but no more than some hundred kilobytes at a time. `last`: nothing is waited for; the file is
    /// read as it is now, and a line without its end is one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn poll(&mut self, now: Instant, last: bool) -> io::Result<Vec<Piece>> {
        let mut pieces: Vec<Piece> = self.notices.drain(..).map(Piece::Notice).collect();
        // Nothing of what was read before goes on.
        if !pieces.is_empty() && self.offset() == 0 {
            pieces.push(Piece::End);
        }
        if self.open.is_none() {
            self.open_next(now)?;
        }
        let Some(open) = &mut self.open else { return Ok(pieces) };
        if let Some(notice) = open.changed()? {
            pieces.extend([Piece::Notice(notice), Piece::End]);
            *open = Open::at(open.file.try_clone()?, 0, Vec::new(), now)?;
        }
        let came = open.read(now, &mut pieces)?;
        if came {
            return Ok(pieces);
        }
        let quiet = now.duration_since(open.news);
        if last || quiet >= UNENDED {
            pieces.extend(open.unended());
        }
        // A writer may go on in a file that was moved away until it is told to open the new one.
        if (last || quiet >= LINGER) && self.moved_on()? {
            pieces.extend(self.open.as_mut().and_then(Open::unended));
            pieces.push(Piece::End);
            self.open = None;
            self.open_next(now)?;
        }
        Ok(pieces)
    }

    /// The place of an octet in the file that is open, to be found again.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn place(&self, offset: u64) -> io::Result<Option<Place>> {
        let of = |open: &Open| Place::of(&open.file, open.id, offset);
        self.open.as_ref().map(of).transpose()
    }

    /// Whether there is a file.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Where reading is in it.
    pub fn offset(&self) -> u64 {
        self.open
            .as_ref()
            .map_or(0, |open| open.offset - open.line.len() as u64)
    }

    fn resumed(&mut self, file: File, place: &Place, now: Instant) -> io::Result<Option<Open>> {
        let (offset, notice) = match place.fits(&file)? {
            Ok(()) => (place.offset, None),
            Err(notice) => (0, Some(notice)),
        };
        self.notices.extend(notice);
        let tail = place::before(&file, offset)?;
        Open::at(file, offset, tail, now).map(Some)
    }

    fn open_next(&mut self, now: Instant) -> io::Result<()> {
        let path = self.before.pop_front().unwrap_or_else(|| self.path.clone());
        self.open = match opened(&path)? {
            Some(file) => Some(Open::at(file, 0, Vec::new(), now)?),
            None => None,
        };
        Ok(())
    }

    /// Whether another file has come after the one that is open.
    fn moved_on(&self) -> io::Result<bool> {
        let Some(open) = &self.open else { return Ok(false) };
        match std::fs::metadata(&self.path) {
            Ok(found) => Ok(!self.before.is_empty() || (found.dev(), found.ino()) != open.id),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(!self.before.is_empty()),
            Err(cause) => Err(cause),
        }
    }
}

impl Open {
    fn at(file: File, offset: u64, tail: Vec<u8>, now: Instant) -> io::Result<Self> {
        let found = file.metadata()?;
        Ok(Self {
            file,
            id: (found.dev(), found.ino()),
            offset,
            tail,
            line: Vec::new(),
            too_long: false,
            news: now,
        })
    }

    /// What happened to what was read already. Cut and grown again between two looks it shows by its last octets.
    fn changed(&self) -> io::Result<Option<Notice>> {
        let length = self.file.metadata()?.len();
        if length < self.offset {
            return Ok(Some(Notice::Cut));
        }
        let grown = length > self.offset;
        let other = grown && place::before(&self.file, self.offset)? != self.tail;
        Ok(other.then_some(Notice::Replaced))
    }

    fn read(&mut self, now: Instant, pieces: &mut Vec<Piece>) -> io::Result<bool> {
        let mut buffer = vec![0; AT_A_TIME];
        let count = self.file.read_at(&mut buffer, self.offset)?;
        if count == 0 {
            return Ok(false);
        }
        self.news = now;
        for octet in &buffer[..count] {
            self.offset += 1;
            match octet {
                b'\n' => pieces.push(self.line_ended()),
                // One that is too long is not kept.
                _ if self.line.len() == LONGEST => self.too_long = true,
                octet => self.line.push(*octet),
            }
        }
        self.tail.extend_from_slice(&buffer[..count]);
        let surplus = self.tail.len().saturating_sub(place::TAIL);
        self.tail.drain(..surplus);
        Ok(true)
    }

    fn line_ended(&mut self) -> Piece {
        let bytes = std::mem::take(&mut self.line);
        let end = self.offset;
        match std::mem::take(&mut self.too_long) {
            true => Piece::TooLong { end },
            false => Piece::Line {
                start: end - 1 - bytes.len() as u64,
                bytes,
                end,
            },
        }
    }

    /// The last line, whose end does not come.
    fn unended(&mut self) -> Option<Piece> {
        let bytes = std::mem::take(&mut self.line);
        let end = self.offset;
        if std::mem::take(&mut self.too_long) {
            return Some(Piece::TooLong { end });
        }
        let start = end - bytes.len() as u64;
        (!bytes.is_empty()).then_some(Piece::Line { bytes, start, end })
    }
}

/// None if there is none yet. A pipe or a device would wait for ever, and has no place to go back to.
fn opened(path: &Path) -> io::Result<Option<File>> {
    let found = match std::fs::metadata(path) {
        Ok(found) => found,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause),
    };
    if !found.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no ordinary file"));
    }
    File::open(path).map(Some)
}

const AT_A_TIME: usize = 256 * 1024;
/// As long as a line of a log may be.
const LONGEST: usize = 1024 * 1024;
/// How long the end of a line is waited for.
const UNENDED: Duration = Duration::from_secs(10);
/// How long a file that was moved away is read on.
const LINGER: Duration = Duration::from_secs(2);
