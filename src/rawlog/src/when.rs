//! Moments as logs write them.

use record::Time;

/// An RFC 3339 time to the second: with or without a fraction; `Z`, `+00:00` or `+0000` at its end, or another offset.
#[must_use]
pub fn rfc3339(text: &str) -> Option<Time> {
    let (stamp, rest) = (text.get(..19)?, text.get(19..)?);
    let whole = Time::parse(&format!("{stamp}Z"))?;
    let offset = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    if offset == "Z" {
        return Some(whole);
    }
    let (ahead, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (true, digits),
        ("-", digits) => (false, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (u64, u64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    match ahead {
        true => whole.0.checked_sub(seconds).map(Time),
        false => Some(whole.plus(seconds)),
    }
}
