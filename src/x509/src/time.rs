//! Points in time, to the second, in UTC.

use crate::Error;
use std::fmt;
use std::time::Duration;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Reads `2031-11-22T00:00:00Z`, and no other form; years 1970 to 9999.
    pub fn parse_rfc3339(text: &str) -> Result<Self, Error> {
        let refused = || Error::Time {
            found: text.chars().take(40).collect(),
        };
        let time: der::DateTime = text.parse().map_err(|_| refused())?;
        let time = Time::from_duration(time.unix_duration());
        if time.to_rfc3339() == text {
            Ok(time)
        } else {
            Err(refused())
        }
    }

    /// Writes `2031-11-22T00:00:00Z`; a time outside the years 1970 to 9999 becomes `@` and its seconds.
    pub fn to_rfc3339(self) -> String {
        let date = u64::try_from(self.0)
            .ok()
            .and_then(|s| der::DateTime::from_unix_duration(Duration::from_secs(s)).ok());
        date.map_or_else(|| format!("@{}", self.0), |date| date.to_string())
    }

    /// From DER; RFC 5280 section 4.1.2.5 wants UTCTime through 2049.
    pub(crate) fn from_der_time(what: &'static str, time: x509_cert::time::Time) -> Result<Self, Error> {
        let date = time.to_date_time();
        match time {
            x509_cert::time::Time::GeneralTime(_) if date.year() < 2050 => Err(Error::NotCanonical { what }),
            _ => Ok(Time::from_duration(date.unix_duration())),
        }
    }

    fn from_duration(duration: Duration) -> Self {
        // DateTime ends with the year 9999, far inside i64.
        Time(duration.as_secs() as i64)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl std::str::FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Time::parse_rfc3339(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2031-11-22T00:00:00Z",
            "2050-02-28T23:59:59Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(Time::parse_rfc3339(text).unwrap().to_rfc3339(), text);
        }
        assert_eq!(Time::parse_rfc3339("2000-03-01T00:00:00Z").unwrap(), Time(951_868_800));
    }

    #[test]
    fn refuses_other_forms() {
        for text in [
            "",
            "2031-11-22",
            "2031-11-22T00:00:00+00:00",
            "2031-11-22t00:00:00z",
            "2031-02-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(
                Time::parse_rfc3339(text).unwrap_err().to_string(),
                format!("{text:?} is not a time")
            );
        }
    }

    #[test]
    fn shows_times_beyond_the_calendar_as_seconds() {
        assert_eq!(Time(-1).to_rfc3339(), "@-1");
        assert_eq!(Time(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }
}
