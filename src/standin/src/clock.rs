//! The cluster's clock: the machine's, moved by an offset that rehearsals set.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Broken;
use crate::state::Cluster;

/// Unix seconds by the cluster's clock.
pub fn now(cluster: &Cluster) -> u64 {
    u64::try_from(machine_seconds().saturating_add(cluster.clock_offset)).unwrap_or(0)
}

/// Unix microseconds by the cluster's clock.
pub fn now_usecs(cluster: &Cluster) -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let machine = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
    u64::try_from(machine.saturating_add(cluster.clock_offset.saturating_mul(1_000_000))).unwrap_or(0)
}

/// As the audit log writes times: `01/16/18 01:48:49.824999`, UTC.
pub fn log_time(usecs: u64) -> String {
    let (seconds, fraction) = (usecs / 1_000_000, usecs % 1_000_000);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let (year, month, day) = date(i64::try_from(seconds / 86_400).unwrap_or(0));
    let year = year.rem_euclid(100);
    format!("{month:02}/{day:02}/{year:02} {hour:02}:{minute:02}:{second:02}.{fraction:06}")
}

/// Moves the clock on.
pub fn advance(cluster: &mut Cluster, seconds: i64) -> Result<(), Broken> {
    put(cluster, cluster.clock_offset.saturating_add(seconds))
}

/// Sets the clock to a time such as `2026-11-22T10:00:00Z`; it goes on from there.
pub fn set(cluster: &mut Cluster, time: &str) -> Result<(), Broken> {
    let seconds = parse(time).ok_or_else(|| {
        Broken::order(
            format!("{time} is not a time such as 2026-11-22T10:00:00Z"),
            "whole seconds, in UTC",
        )
    })?;
    put(cluster, seconds - machine_seconds())
}

/// Within the years that times and logs can name.
fn put(cluster: &mut Cluster, offset: i64) -> Result<(), Broken> {
    if !(0..=END_OF_9999).contains(&machine_seconds().saturating_add(offset)) {
        return Err(Broken::order(
            "the cluster's clock goes from 1970 to 9999",
            "move it less far; the machine's own clock stays as it is",
        ));
    }
    cluster.clock_offset = offset;
    Ok(())
}

fn machine_seconds() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC, whole seconds.
fn parse(time: &str) -> Option<i64> {
    let bytes = time.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = |(byte, form): (&u8, &u8)| {
        if *form == b'd' {
            byte.is_ascii_digit()
        } else {
            byte == form
        }
    };
    if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| time[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let real = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let real = real && hour < 24 && minute < 60 && second < 60;
    real.then(|| days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Years are counted from March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// Year, month and day of a number of days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days / 366;
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let begins = |month: &i64| days_since_1970(year, *month, 1) <= days;
    let month = (1..=12).rev().find(begins).unwrap_or(1);
    (year, month, days - days_since_1970(year, month, 1) + 1)
}

/// 9999-12-31T23:59:59Z.
const END_OF_9999: i64 = 253_402_300_799;
/// From 1 March of the year 0 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::{log_time, parse};

    #[test]
    fn reads_rfc_3339() {
        // By `date -u -d TIME +%s`.
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2000-02-29T12:00:00Z"), Some(951_825_600));
        assert_eq!(parse("2026-11-22T15:51:08Z"), Some(1_795_362_668));
    }

    #[test]
    fn writes_times_as_the_audit_log_does() {
        // By `date -u -d @SECONDS`; the second is AWS's sample.
        assert_eq!(log_time(0), "01/01/70 00:00:00.000000");
        assert_eq!(log_time(1_516_067_329_824_999), "01/16/18 01:48:49.824999");
        assert_eq!(log_time(951_825_600_000_001), "02/29/00 12:00:00.000001");
        assert_eq!(log_time(1_795_362_668_500_000), "11/22/26 15:51:08.500000");
        assert_eq!(log_time(1_798_761_599_000_000), "12/31/26 23:59:59.000000");
    }

    #[test]
    fn refuses_times_that_are_not() {
        for time in [
            "2026-02-29T00:00:00Z",
            "2026-11-22",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:00:00+01:00",
            "",
        ] {
            assert_eq!(parse(time), None, "{time}");
        }
    }
}
