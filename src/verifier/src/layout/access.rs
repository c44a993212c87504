//! The access logs: a folder each, in it a batch and its signature by number; beside them the pages of the calendar.

use tlog::EntryType;

/// One of the two access logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessLog {
    /// Of the console: `access/console/`.
    Console,
    /// Of the HSM: `access/hsm/`.
    Hsm,
}

impl AccessLog {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Console, Self::Hsm];

    /// `console` or `hsm`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Hsm => "hsm",
        }
    }

    /// What a person calls it: `console` or `HSM`.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Hsm => "HSM",
        }
    }

    /// The log whose batches are bundles of this type.
    #[must_use]
    pub fn of_type(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.entry().name() == kind)
    }

    /// The type of its entries in `log/1`; the bundles' type has the same name.
    #[must_use]
    pub fn entry(self) -> EntryType {
        match self {
            Self::Console => EntryType::AccessConsole,
            Self::Hsm => EntryType::AccessHsm,
        }
    }

    /// `access/console`
    #[must_use]
    pub fn folder(self) -> String {
        format!("access/{}", self.name())
    }

    /// `access/console/1.cbor`
    #[must_use]
    pub fn batch(self, number: u64) -> String {
        format!("{}/{number}.cbor", self.folder())
    }

    /// `access/console/1.cbor.sig`, as `ssh-keygen -Y sign` names it.
    #[must_use]
    pub fn signature(self, number: u64) -> String {
        format!("{}.sig", self.batch(number))
    }

    /// The number of a batch's path, in the one spelling that it has.
    #[must_use]
    pub fn number(self, path: &str) -> Option<u64> {
        let file = path.strip_prefix(&self.folder())?.strip_prefix('/')?;
        let number = file.strip_suffix(".cbor")?.parse().ok()?;
        (number > 0 && self.batch(number) == path).then_some(number)
    }
}

/// `access/index.html`: the access calendar, a page.
pub const ACCESS: &str = "access/index.html";

/// `access/2026.html`: the access calendar of a year before the last.
#[must_use]
pub fn access_year(year: u64) -> String {
    format!("access/{year}.html")
}

/// The year of such a page, in the one spelling that it has.
#[must_use]
pub fn year_of_access(path: &str) -> Option<u64> {
    let year = path.strip_prefix("access/")?.strip_suffix(".html")?.parse().ok()?;
    (access_year(year) == path).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_s_page_has_one_path() {
        assert_eq!(year_of_access(&access_year(2026)), Some(2026));
        for other in ["access/02026.html", "access/index.html", "access/2026.htm", "2026.html"] {
            assert_eq!(year_of_access(other), None, "{other}");
        }
    }

    #[test]
    fn a_batch_has_one_path() {
        for log in AccessLog::ALL {
            assert_eq!(log.number(&log.batch(12)), Some(12));
            assert_eq!(AccessLog::of_type(log.entry().name()), Some(log));
        }
        for other in [
            "access/console/0.cbor",
            "access/console/01.cbor",
            "access/hsm/1.cbor",
            "access/console/1.cbor.sig",
        ] {
            assert_eq!(AccessLog::Console.number(other), None, "{other}");
        }
    }
}
