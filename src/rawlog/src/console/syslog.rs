//! Lines of a system's log: `Nov 23 10:00:00 host sshd[123]: text`, and with an RFC 3339 time as rsyslog and
//! `journalctl -o short-iso` write it.

use record::Time;

use super::Entry;
use super::message::Unreadable;

/// Whether a log of this first line is one of these.
pub(super) fn looks_like(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    boundary(&text) || parts(&text, Time(u64::MAX / 2)).is_some()
}

/// Reads a line. Those that `journalctl` puts between boots are skipped: the kernel's own first line says the same.
pub(super) fn entry(line: &[u8], until: Time) -> Result<Option<Entry>, Unreadable> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches('\r');
    // A message of several lines is set in, and sshd and PAM write none.
    if text.trim().is_empty() || boundary(text) || text.starts_with([' ', '\t']) {
        return Ok(None);
    }
    let (time, rest) = parts(text, until).ok_or(Unreadable("it has no time of a system's log"))?;
    let Some((_, rest)) = rest.split_once(' ') else {
        return Ok(None);
    };
    // rsyslog's own repetition counts: "last message repeated 2 times", which sshd's never are, for ports differ.
    let Some((tag, message)) = rest.split_once(": ") else {
        return Ok(None);
    };
    let (ident, pid) = match tag.split_once('[') {
        Some((ident, pid)) => (ident, pid.trim_end_matches(']').parse().ok()),
        None => (tag, None),
    };
    Ok(Some(Entry {
        time,
        ident: ident.rsplit('/').next().unwrap_or_default().to_owned(),
        pid,
        boot: None,
        message: message.to_owned(),
    }))
}

/// `-- Boot 0123... --`, `-- No entries --`, `-- Journal begins at ... --`
fn boundary(text: &str) -> bool {
    text.starts_with("-- ")
}

fn parts(text: &str, until: Time) -> Option<(Time, &str)> {
    match text.as_bytes().first()? {
        b'0'..=b'9' => iso(text),
        _ => traditional(text, until),
    }
}

/// `2026-11-23T10:00:00.123456+00:00 host ...`, `...+0000`, `...Z`
fn iso(text: &str) -> Option<(Time, &str)> {
    let (stamp, rest) = text.split_once(' ')?;
    Some((super::super::when::rfc3339(stamp)?, rest))
}

/// `Nov  3 10:00:00 host ...`, in UTC. It has no year: the last one in which it is before `until`.
fn traditional(text: &str, until: Time) -> Option<(Time, &str)> {
    let (month, rest) = (text.get(..3)?, text.get(3..)?.strip_prefix(' ')?);
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let (day, rest) = (rest.get(..2)?.trim(), rest.get(2..)?.strip_prefix(' ')?);
    let (clock, rest) = (rest.get(..8)?, rest.get(8..)?.strip_prefix(' ')?);
    let day: u32 = day.parse().ok()?;
    let at = |year: u64| Time::parse(&format!("{year:04}-{month:02}-{day:02}T{clock}Z"));
    let last = until.year();
    // 29 February has a year at most eight back.
    let time = (last.saturating_sub(8)..=last)
        .rev()
        .filter_map(at)
        .find(|time| *time < until)?;
    Some((time, rest))
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
