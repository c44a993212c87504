//! One input: a log that is followed or comes by standard input, its reader, and how far it was told.

mod piped;
mod unread;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use record::Time;
use record::text::plain;
use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::follow::{Follower, Piece, Place};
use super::reader::{Open, Read, Reader};
use crate::error::Error;
use piped::Piped;
use rawlog::console::{Memory, Unreadable};
use rawlog::hsm::Live;
use unread::Unread;

/// One input.
pub struct Input {
    /// What it is called in the state, and by people.
    pub name: String,
    path: PathBuf,
    source: Source,
    reader: Reader,
    /// Octets of the open file whose accesses were all told, but for what is open in the reader.
    safe: u64,
    news: Instant,
    unread: Unread,
    /// When it was last told that nothing is seen of it.
    blind: Option<Instant>,
    /// Since when there is no file.
    absent: Option<Instant>,
}

enum Source {
    File(Follower),
    Piped(Piped),
}

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// The console's.
    Console,
    /// The HSM's, or CloudTrail's.
    Hsm,
}

/// How far an input was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    place: Option<Place>,
    memory: Option<Memory>,
}

/// How an input is opened.
pub struct Opening<'a> {
    /// Which log.
    pub log: Log,
    /// The file, or `-`.
    pub path: &'a Path,
    /// The HSM whose log it is, where it does not say so.
    pub hsm: Option<&'a str>,
    /// How far it was told.
    pub kept: Option<Kept>,
    /// Pass over what is there, if nothing of it was told.
    pub from_now: bool,
}

impl Input {
    /// Opens it. A file need not be there yet.
    ///
    /// # Errors
    /// The file or its folder cannot be read.
    pub fn open(opening: Opening<'_>, clock: Time, now: Instant) -> Result<Self, Error> {
        let path = opening.path;
        let first = opening.kept.is_none();
        let kept = opening.kept.unwrap_or_default();
        let source = match path == Path::new(STANDARD_INPUT) {
            true => Source::Piped(Piped::start()),
            false => followed(path, kept.place.as_ref(), first && opening.from_now, now)?,
        };
        let safe = source.offset();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name(opening.log, path),
            path: path.to_owned(),
            source,
            reader: match opening.log {
                Log::Console => Reader::console(kept.memory, clock),
                Log::Hsm => Reader::hsm(&stem, opening.hsm.map(str::to_owned)),
            },
            safe,
            news: now,
            unread: Unread::default(),
            blind: None,
            absent: None,
        })
    }

    /// Takes what has come; whether anything did. `last`: nothing more is waited for.
    pub fn poll(&mut self, live: &mut Live, (clock, now): (Time, Instant), last: bool) -> (Vec<Alert>, bool) {
        let mut alerts = Vec::new();
        let pieces = match &mut self.source {
            Source::Piped(piped) => Ok(piped.poll()),
            Source::File(follower) => follower.poll(now, last),
        };
        let pieces = match pieces {
            Ok(pieces) => pieces,
            Err(cause) => {
                alerts.extend(self.blind(&cause, clock, now));
                Vec::new()
            }
        };
        alerts.extend(self.missing(clock, now));
        let came = !pieces.is_empty();
        for piece in pieces {
            self.news = now;
            self.take(piece, live, clock, &mut alerts);
        }
        let waited = last || now.duration_since(self.news) >= QUIET;
        if !came && waited && self.reader.open().is_some() {
            let read = match last {
                true => self.reader.end(live),
                false => self.reader.quiet(live),
            };
            self.told(read, &mut alerts);
            if self.reader.open().is_none() {
                self.safe = self.source.offset();
            }
        }
        alerts.extend(self.unread.told(&self.name, clock, now, last));
        (alerts, came)
    }

    /// Whether nothing more will come.
    pub fn has_ended(&self) -> bool {
        matches!(&self.source, Source::Piped(piped) if piped.has_ended())
    }

    /// Whether its end is not known: it comes by standard input, which was not closed.
    pub fn is_waiting(&self) -> bool {
        matches!(&self.source, Source::Piped(piped) if !piped.has_ended())
    }

    /// How far it was told.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn kept(&self) -> Result<Option<Kept>, Error> {
        let Source::File(follower) = &self.source else {
            return Ok(None);
        };
        let place = follower.place(self.safe).map_err(|cause| Error::Read {
            path: self.path.clone(),
            cause,
        })?;
        let memory = self.reader.memory();
        Ok(place.map(|place| Kept {
            place: Some(place),
            memory,
        }))
    }

    /// Refuses a file that is not there, for those who read it once.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn demand_there(&self) -> Result<(), Error> {
        match &self.source {
            Source::File(follower) if !follower.is_open() || self.blind.is_some() => {
                crate::files::demand_file(&self.path)?;
                std::fs::File::open(&self.path).map(drop).map_err(|cause| Error::Read {
                    path: self.path.clone(),
                    cause,
                })
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, piece: Piece, live: &mut Live, clock: Time, alerts: &mut Vec<Alert>) {
        let before = self.reader.open();
        match piece {
            Piece::Line { bytes, start, end } => {
                let read = self.reader.line(&bytes, live, clock);
                self.told(read, alerts);
                self.advance(before, start, end);
            }
            Piece::TooLong { end } => {
                self.unread.add("it is longer than any line of a log");
                self.advance(before, end, end);
            }
            Piece::End => {
                let read = self.reader.end(live);
                self.told(read, alerts);
                self.safe = 0;
            }
            Piece::Notice(what) => alerts.push(Alert::File {
                log: self.name.clone(),
                what,
                at: clock,
            }),
        }
    }

    /// An entry that is open is read again from its first line.
    fn advance(&mut self, before: Open, start: u64, end: u64) {
        match self.reader.open() {
            None => self.safe = end,
            open if open != before => self.safe = start,
            _ => {}
        }
    }

    fn told(&mut self, read: Read, alerts: &mut Vec<Alert>) {
        alerts.extend(read.alerts);
        if let Some(Unreadable(why)) = read.unread {
            self.unread.add(why);
        }
    }

    fn blind(&mut self, cause: &std::io::Error, at: Time, now: Instant) -> Option<Alert> {
        let again = self.blind.is_none_or(|told| now.duration_since(told) >= BLIND_AGAIN);
        again.then(|| {
            self.blind = Some(now);
            let (log, why) = (self.name.clone(), plain(&cause.to_string(), 100));
            Alert::Blind { log, why, at }
        })
    }

    /// A log that does not come back, or never was there. Whoever writes may go on in a file that has no name any more.
    fn missing(&mut self, at: Time, now: Instant) -> Option<Alert> {
        let there = matches!(self.source, Source::Piped(_)) || self.path.exists();
        if there {
            self.absent = None;
            return None;
        }
        let since = *self.absent.get_or_insert(now);
        let long = now.duration_since(since) >= ABSENT;
        let none = std::io::Error::new(std::io::ErrorKind::NotFound, "there has been no such file for a minute");
        long.then(|| self.blind(&none, at, now)).flatten()
    }
}

impl Source {
    fn offset(&self) -> u64 {
        match self {
            Self::File(follower) => follower.offset(),
            Self::Piped(_) => 0,
        }
    }
}

fn followed(path: &Path, place: Option<&Place>, skip: bool, now: Instant) -> Result<Source, Error> {
    let follow = || {
        let mut follower = Follower::new(path, place, now)?;
        if skip {
            follower.skip(now)?;
        }
        Ok(Source::File(follower))
    };
    follow().map_err(|cause| Error::Read {
        path: path.to_owned(),
        cause,
    })
}

/// Paths are people's own, and may hold anything.
pub fn name(log: Log, path: &Path) -> String {
    let log = match log {
        Log::Console => "console",
        Log::Hsm => "hsm",
    };
    if path == Path::new(STANDARD_INPUT) {
        return format!("{log} (standard input)");
    }
    // The same file wherever the watch is started.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    format!("{log} {}", plain(&path.display().to_string(), 400))
}

/// How standard input is named.
pub const STANDARD_INPUT: &str = "-";
/// How long the next line of an entry is waited for.
const QUIET: Duration = Duration::from_secs(5);
/// A rotation takes less.
const ABSENT: Duration = Duration::from_secs(60);
const BLIND_AGAIN: Duration = Duration::from_secs(60 * 60);
