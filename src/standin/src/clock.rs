//! The cluster's clock: the machine's, moved by an offset that rehearsals set.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Broken;
use crate::state::Cluster;

/// Unix seconds by the cluster's clock.
pub fn now(cluster: &Cluster) -> u64 {
    u64::try_from(machine_seconds().saturating_add(cluster.clock_offset)).unwrap_or(0)
}

/// Moves the clock on.
pub fn advance(cluster: &mut Cluster, seconds: i64) {
    cluster.clock_offset = cluster.clock_offset.saturating_add(seconds);
}

/// Sets the clock to a time such as `2026-11-22T10:00:00Z`; it goes on from there.
pub fn set(cluster: &mut Cluster, time: &str) -> Result<(), Broken> {
    let seconds = parse(time).ok_or_else(|| Broken::Order {
        text: format!("{time} is not a time such as 2026-11-22T10:00:00Z"),
    })?;
    cluster.clock_offset = seconds - machine_seconds();
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

/// From 1 March of the year 0 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_rfc_3339() {
        // By `date -u -d TIME +%s`.
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2000-02-29T12:00:00Z"), Some(951_825_600));
        assert_eq!(parse("2026-11-22T15:51:08Z"), Some(1_795_362_668));
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
