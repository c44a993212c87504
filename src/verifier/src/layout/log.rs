//! The store's logs: each has a folder of its own, and its origin ends in the folder's name.

use std::fmt;

/// One log of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Log {
    /// What it is of.
    pub series: Series,
    /// Its number, from 1: one that was frozen, since its key was lost or stolen, is followed by the next.
    pub number: u32,
}

/// What a log is of. What delegates sign all day is kept apart, so that its volume and its faults never touch the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    /// `log/<n>`: certificates, revocations, records, rules, access logs, documents.
    Main,
    /// `sig/<n>`: single signatures of delegates and their subkeys.
    Signatures,
}

impl Log {
    /// `log/1`
    pub const MAIN: Self = Self {
        series: Series::Main,
        number: 1,
    };

    /// `sig/1`
    pub const SIGNATURES: Self = Self {
        series: Series::Signatures,
        number: 1,
    };

    /// The log of an origin, and whether it is a rehearsal's; none for any other text.
    #[must_use]
    pub fn of_origin(origin: &str) -> Option<(Self, bool)> {
        let rest = origin.strip_prefix(DOMAIN)?;
        let (folder, rehearsal) = match rest.strip_prefix(REHEARSAL) {
            Some(folder) => (folder, true),
            None => (rest, false),
        };
        Some((Self::of_folder(folder)?, rehearsal))
    }

    /// The log of a folder, in the one spelling that it has.
    #[must_use]
    pub fn of_folder(folder: &str) -> Option<Self> {
        let (series, number) = folder.split_once('/')?;
        let series = Series::ALL.into_iter().find(|known| known.name() == series)?;
        let log = series.log(number.parse().ok()?);
        (log.number > 0 && log.folder() == folder).then_some(log)
    }

    /// The log that follows it, once its key is lost or stolen.
    #[must_use]
    pub fn next(self) -> Self {
        self.series.log(self.number.saturating_add(1))
    }

    /// The origin: what its checkpoints and its key are named.
    #[must_use]
    pub fn origin(self, rehearsal: bool) -> String {
        let mark = if rehearsal { REHEARSAL } else { "" };
        format!("{DOMAIN}{mark}{self}")
    }

    /// Its folder: `log/1`.
    #[must_use]
    pub fn folder(self) -> String {
        self.to_string()
    }

    /// A file of the log, by the name that C2SP gives it: `tile/0/000`.
    #[must_use]
    pub fn file(self, path: &str) -> String {
        format!("{self}/{path}")
    }

    /// `log/1/checkpoint`: mutable, the newest.
    #[must_use]
    pub fn checkpoint(self) -> String {
        self.file("checkpoint")
    }

    /// The checkpoint of a size, kept forever.
    #[must_use]
    pub fn checkpoint_of(self, size: u64) -> String {
        self.file(&format!("checkpoints/{size}"))
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.series.name(), self.number)
    }
}

impl Series {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Main, Self::Signatures];

    /// Its log of a number.
    #[must_use]
    pub fn log(self, number: u32) -> Log {
        Log { series: self, number }
    }

    /// The folder that has the folders of its logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "log",
            Self::Signatures => "sig",
        }
    }
}

const DOMAIN: &str = "pki.rust-lang.org/";
const REHEARSAL: &str = "rehearsal/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_one_folder_and_one_origin() {
        let next = Log {
            number: 12,
            ..Log::MAIN
        };
        for (log, rehearsal, origin) in [
            (Log::MAIN, false, tlog::ORIGIN),
            (Log::MAIN, true, tlog::REHEARSAL_ORIGIN),
            (Log::SIGNATURES, false, "pki.rust-lang.org/sig/1"),
            (next, true, "pki.rust-lang.org/rehearsal/log/12"),
        ] {
            assert_eq!(log.origin(rehearsal), origin);
            assert_eq!(Log::of_origin(origin), Some((log, rehearsal)));
            assert_eq!(Log::of_folder(&log.folder()), Some(log));
        }
        for other in [
            "log/0",
            "log/01",
            "log/+1",
            "log",
            "sig/",
            "tree/1",
            "log/1/",
            "example.org/log/1",
        ] {
            assert_eq!(Log::of_folder(other), None, "{other}");
            assert_eq!(Log::of_origin(other), None, "{other}");
        }
    }
}
