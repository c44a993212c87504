//! A moment: whole seconds since 1970 in UTC. Always an argument, never read from a clock here.

use serde::{Deserialize, Deserializer, Serialize};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, Hash)]
#[serde(transparent)]
pub struct Time(pub u64);

/// The last second of 9999: RFC 5280 §4.1.2.5.2 has four digits for a year.
const END: u64 = 253_402_300_799;

impl Time {
    /// Reads `2031-11-22T00:00:00Z`, and no other spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| -> Option<u64> {
            let digits = text.get(from..to)?;
            digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if year < 1970 || !(1..=12).contains(&month) || day == 0 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let time = Self(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second);
        // Punctuation and days that do not exist (30 February) show in the way back.
        (time.to_string() == text).then_some(time)
    }

    /// This moment, some seconds later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds).min(END))
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> u64 {
        date(self.0.min(END) / 86_400).0
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.min(END);
        let ((year, month, day), rest) = (date(seconds / 86_400), seconds % 86_400);
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Days from 1970-01-01 to the date, by years that begin in March, so that the leap day comes last.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The date that lies `days` after 1970-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, day)
}

/// A moment in TOML: RFC 3339 text.
pub mod toml_text {
    use super::{Deserialize, Deserializer, Time};

    /// Reads one moment.
    ///
    /// # Errors
    /// Anything but `YYYY-MM-DDTHH:MM:SSZ`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("'{text}' is not a time like 2031-11-22T00:00:00Z")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_known_moments() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-22T00:00:00Z", 1_795_305_600),
            ("9999-12-31T23:59:59Z", END),
        ] {
            assert_eq!(Time::parse(text), Some(Time(seconds)), "{text}");
            assert_eq!(Time(seconds).to_string(), text);
        }
    }

    #[test]
    fn every_day_of_five_centuries_survives_the_way_back() {
        for day in 0..182_621 {
            let time = Time(day * 86_400 + 86_399);
            assert_eq!(Time::parse(&time.to_string()), Some(time));
        }
    }

    #[test]
    fn refuses_other_spellings_and_days_that_do_not_exist() {
        for text in [
            "2026-02-30T00:00:00Z",
            "2026-1-01T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+00:00",
            "2026-13-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-01-01T24:00:00Z",
            "",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
