//! CloudHSM's audit log ("Interpreting AWS CloudHSM audit logs"): an entry over several lines, or the same in one line, with or
//! without the time that CloudWatch's export to S3 puts before it.

use record::Time;
use record::access::{is_word, operation};

use crate::console::Unreadable;
use crate::when::rfc3339;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time: Time,
    pub(super) hsm: String,
    pub(super) sequence: u64,
    pub(super) reboot: Option<u64>,
    pub(super) operation: String,
    pub(super) done: bool,
    pub(super) user: Option<String>,
}

/// Puts the lines of an entry together.
#[derive(Default)]
pub(super) struct Audit {
    open: Option<String>,
    /// How many entries have begun.
    begun: u64,
}

impl Audit {
    /// Takes a line; an entry is whole when the next begins.
    pub(super) fn line(&mut self, line: &str, hsm: &str) -> Result<Option<Entry>, Unreadable> {
        let line = without_stamp(line.trim());
        if line.starts_with(TIME) {
            let before = self.end(hsm);
            self.open = Some(line.to_owned());
            self.begun += 1;
            return before;
        }
        match &mut self.open {
            _ if line.is_empty() => Ok(None),
            Some(open) if open.len() + line.len() < LONGEST => {
                open.push('\n');
                open.push_str(line);
                Ok(None)
            }
            Some(_) => Err(Unreadable("an entry of an HSM's log is longer than any")),
            None => Err(Unreadable("it is no entry of an HSM's log")),
        }
    }

    /// Which entry is open, if one is.
    pub(super) fn open(&self) -> Option<u64> {
        self.open.is_some().then_some(self.begun)
    }

    /// The entry that is open.
    pub(super) fn end(&mut self, hsm: &str) -> Result<Option<Entry>, Unreadable> {
        self.open.take().map(|text| entry(&text, hsm)).transpose()
    }
}

/// `2017-12-19T21:01:16.962Z Time: ...`
fn without_stamp(line: &str) -> &str {
    match line.split_once(' ') {
        Some((stamp, rest)) if rfc3339(stamp).is_some() => rest.trim_start(),
        _ => line,
    }
}

fn entry(text: &str, hsm: &str) -> Result<Entry, Unreadable> {
    let field = |name: &str| value(text, name);
    let time = field("usecs").and_then(|usecs| usecs.parse::<u64>().ok());
    let time = time.ok_or(Unreadable("an entry of an HSM's log has no time"))?;
    let sequence = field("Sequence No").and_then(number);
    let sequence = sequence.ok_or(Unreadable("an entry of an HSM's log has no sequence number"))?;
    // CN_LOGIN (0xd)
    let opcode = field("Opcode").ok_or(Unreadable("an entry of an HSM's log has no opcode"))?;
    let (name, code) = opcode.split_once('(').unwrap_or((opcode, ""));
    let operation = operation(name.trim(), number(code.trim_end_matches(')').trim()));
    let operation = operation.ok_or(Unreadable(
        "an opcode of an HSM's log has neither a known name nor a number",
    ))?;
    // 0:HSM Return: SUCCESS
    let response = field("Response").ok_or(Unreadable("an entry of an HSM's log has no response"))?;
    let code = response.split(':').next().and_then(number);
    let user = field("User Name").filter(|user| !user.is_empty());
    let named = user.is_none_or(is_word);
    Ok(Entry {
        time: Time(time / 1_000_000),
        hsm: hsm.to_owned(),
        sequence,
        reboot: field("Reboot counter").and_then(number),
        operation,
        done: code == Some(0) && response.ends_with("SUCCESS"),
        user: match named {
            true => user.map(str::to_owned),
            false => return Err(Unreadable("what stands for an HSM user is no name of one")),
        },
    })
}

/// The value of a field: up to its line's end or the next field, for in one line nothing else parts them.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let begins = FIELDS.iter().filter_map(|field| find(text, field).map(|(at, _)| at));
    let begins: Vec<usize> = begins.collect();
    let (_, from) = find(text, name)?;
    let until = begins.into_iter().filter(|at| *at >= from).min().unwrap_or(text.len());
    let line = text[from..until].trim_start().lines().next().unwrap_or_default();
    Some(line.trim().trim_end_matches(',').trim())
}

/// Where a field's name begins, and where its value does; spaces may stand before the colon.
fn find(text: &str, name: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find(name).map(|at| at + from) {
        let rest = &text[at + name.len()..];
        let after = rest.trim_start();
        // "Target User Name" is another field: whom it was done to.
        let alone = (at == 0 || text[..at].ends_with([' ', '\n'])) && !text[..at].ends_with("Target ");
        if alone && after.starts_with(':') {
            return Some((at, text.len() - after.len() + 1));
        }
        from = at + name.len();
    }
    None
}

/// `0x1d`, `29`
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

const TIME: &str = "Time:";
const FIELDS: &[&str] = &[
    "Time",
    "usecs",
    "Version No",
    "Sequence No",
    "Reboot counter",
    "Command Type(hex)",
    "Opcode",
    "Session Handle",
    "Response",
    "Log type",
    "User Name",
    "User Type",
    "Target User Name",
    "Key Handle",
    "Priv/Secret Key Handle",
    "Public Key Handle",
    "Public Key",
];
/// An entry has some hundred octets.
const LONGEST: usize = 16 * 1024;
